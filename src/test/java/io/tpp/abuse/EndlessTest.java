package io.tpp.abuse;

import static io.tpp.testing.RawHttp2.CONTINUATION;
import static io.tpp.testing.RawHttp2.DATA;
import static io.tpp.testing.RawHttp2.END_HEADERS;
import static io.tpp.testing.RawHttp2.END_STREAM;
import static io.tpp.testing.RawHttp2.HEADERS;
import static io.tpp.testing.RawHttp2.PREFACE;
import static io.tpp.testing.RawHttp2.SETTINGS;
import static io.tpp.testing.RawHttp2.field;
import static io.tpp.testing.RawHttp2.frame;
import static io.tpp.testing.RawHttp2.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.testing.RawClient;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Parts of a request that never end, sent as fast as they are taken. */
@Timeout(120)
class EndlessTest {
    /** More than a client may send behind its answer, which TPP drops, and the system's buffers hold. */
    private static final int TOO_MUCH = 320 << 20;

    private static final int PIECE = 1 << 14;

    private static final String GET = "GET / HTTP/1.1\r\nHost: tpp\r\n";
    private static final String CHUNKED = "POST /sink HTTP/1.1\r\nHost: tpp\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final String HTTP2 = PREFACE + frame(SETTINGS, 0, 0, "");

    enum Part {
        METHOD("", "A"),
        TARGET("GET /", "a"),
        QUERY("GET /?", "a=b&"),
        VERSION("GET / ", "HTTP/1.1"),
        EMPTY_LINES("", "\r\n"),
        HEADER_NAME(GET, "x"),
        HEADER_VALUE(GET + "X-Endless: ", "x"),
        BLANKS_BEFORE_A_VALUE(GET + "X-Endless:", " "),
        HEADER_LINES(GET, "X: 1\r\n"),
        COOKIES(GET, "Cookie: a=b; c=d\r\n"),
        CHUNK_SIZE(CHUNKED, "0"),
        CHUNK_EXTENSION(CHUNKED + "1;", "x"),
        TRAILER_VALUE(CHUNKED + "1\r\nx\r\n0\r\nX-Endless: ", "x"),
        TRAILER_LINES(CHUNKED + "1\r\nx\r\n0\r\n", "X: 1\r\n"),
        CONTINUATIONS(
                HTTP2 + frame(HEADERS, END_STREAM, 1, request("GET", "/")),
                frame(CONTINUATION, 0, 1, field("x-endless", "x".repeat(1_000)))),
        EMPTY_CONTINUATIONS(HTTP2 + frame(HEADERS, END_STREAM, 1, request("GET", "/")), frame(CONTINUATION, 0, 1, "")),
        EMPTY_DATA(HTTP2 + frame(HEADERS, END_HEADERS, 1, request("POST", "/sink")), frame(DATA, 0, 1, "")),
        TRAILING_CONTINUATIONS(
                HTTP2 + frame(HEADERS, END_HEADERS, 1, request("POST", "/sink")) + frame(HEADERS, END_STREAM, 1, ""),
                frame(CONTINUATION, 0, 1, field("x-endless", "x".repeat(1_000))));

        private final String opening;
        private final String more;

        Part(String opening, String more) {
            this.opening = opening;
            this.more = more.repeat(PIECE / more.length());
        }
    }

    private static Siege siege;

    @BeforeAll
    static void start() throws Exception {
        siege = Siege.start();
    }

    @AfterAll
    static void stop() {
        siege.close();
    }

    @ParameterizedTest
    @EnumSource
    void itEndsWithItsConnection(Part part) throws Exception {
        try (RawClient client = siege.connect()) {
            assertThat(sent(client.send(part.opening), part.more))
                    .as("bytes taken")
                    .isLessThan(TOO_MUCH);
            assertThat(client.readRest()).doesNotContain(" 500 ");
        }
        siege.assertHeld();
    }

    /** Returns how many bytes were taken. */
    private static int sent(RawClient client, String more) {
        int sent = 0;
        try {
            while (sent < TOO_MUCH) {
                client.send(more);
                sent += more.length();
            }
        } catch (UncheckedIOException closed) {
            return sent;
        }
        return sent;
    }
}
