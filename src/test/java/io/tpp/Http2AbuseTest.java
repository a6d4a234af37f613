package io.tpp;

import static io.tpp.testing.RawHttp2.DATA;
import static io.tpp.testing.RawHttp2.END_HEADERS;
import static io.tpp.testing.RawHttp2.END_STREAM;
import static io.tpp.testing.RawHttp2.HEADERS;
import static io.tpp.testing.RawHttp2.PREFACE;
import static io.tpp.testing.RawHttp2.SETTINGS;
import static io.tpp.testing.RawHttp2.field;
import static io.tpp.testing.RawHttp2.frame;
import static io.tpp.testing.RawHttp2.number;
import static io.tpp.testing.RawHttp2.request;
import static io.tpp.testing.ScriptedUpstream.ok;
import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.testing.RawHttp2;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests of HTTP/2 that are no requests, or would be others in HTTP/1.1 (RFC 9113 §8), never get to the upstream. */
class Http2AbuseTest {
    private static final String GOOD = request("GET", "/");
    private static ScriptedRig rig;

    @BeforeAll
    static void start() throws Exception {
        rig = ScriptedRig.start(ok(""));
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    @BeforeEach
    void forget() {
        rig.forget();
    }

    static Stream<Arguments> abuses() {
        return Stream.of(
                Arguments.of("a name in capitals", GOOD + field("X-A", "1")),
                Arguments.of("connection", GOOD + field("connection", "close")),
                Arguments.of("a quote in connection", GOOD + field("connection", "keep\"alive")),
                Arguments.of("keep-alive", GOOD + field("keep-alive", "1")),
                Arguments.of("proxy-connection", GOOD + field("proxy-connection", "close")),
                Arguments.of("transfer-encoding", GOOD + field("transfer-encoding", "chunked")),
                Arguments.of("upgrade", GOOD + field("upgrade", "websocket")),
                Arguments.of("te that is not trailers", GOOD + field("te", "gzip")),
                Arguments.of("two paths", GOOD + field(":path", "/x")),
                Arguments.of("two methods", field(":method", "GET") + GOOD),
                Arguments.of("two authorities", field(":authority", "a") + GOOD),
                Arguments.of("two schemes", field(":scheme", "http") + GOOD),
                Arguments.of("a pseudo-header behind a header", field("x-a", "1") + GOOD),
                Arguments.of("an unknown pseudo-header", field(":x", "1") + GOOD),
                Arguments.of("a pseudo-header of answers", field(":status", "200") + GOOD),
                Arguments.of("no method", field(":scheme", "http") + field(":path", "/") + field(":authority", "a")),
                Arguments.of("no scheme", field(":method", "GET") + field(":path", "/") + field(":authority", "a")),
                Arguments.of("no path", field(":method", "GET") + field(":scheme", "http") + field(":authority", "a")),
                Arguments.of("an empty path", request("GET", "")),
                Arguments.of("a path without a slash", request("GET", "x")),
                Arguments.of("an absolute path", request("GET", "http://a/b")),
                Arguments.of("a blank in the path", request("GET", "/api/login HTTP/1.1")),
                Arguments.of("a line break in the path", request("GET", "/ HTTP/1.1\r\nX: 1")),
                Arguments.of("a fragment", request("GET", "/a#b")),
                Arguments.of("a star for a path", request("GET", "*")),
                Arguments.of("a blank in the method", request("POST /api/login", "/")),
                Arguments.of("a line break in the method", request("GET / HTTP/1.1\r\nX:", "/")),
                Arguments.of("an empty method", request("", "/")),
                Arguments.of("a colon in the method", request("A:B", "/")),
                Arguments.of("a Host that is not the authority", GOOD + field("host", "other")),
                Arguments.of("two Hosts", GOOD + field("host", "tpp") + field("host", "tpp")),
                Arguments.of(
                        "an empty authority",
                        field(":method", "GET")
                                + field(":scheme", "http")
                                + field(":path", "/")
                                + field(":authority", "")),
                Arguments.of(
                        "a blank in the authority",
                        field(":method", "GET")
                                + field(":scheme", "http")
                                + field(":path", "/")
                                + field(":authority", "a b")),
                Arguments.of(
                        "a user in the authority",
                        field(":method", "GET")
                                + field(":scheme", "http")
                                + field(":path", "/")
                                + field(":authority", "u@a")),
                Arguments.of(
                        "another scheme",
                        field(":method", "GET")
                                + field(":scheme", "ftp")
                                + field(":path", "/")
                                + field(":authority", "a")),
                Arguments.of("CR LF in a value", GOOD + field("x-a", "1\r\nauthorization: x")),
                Arguments.of("LF in a value", GOOD + field("x-a", "1\nx-b: 2")),
                Arguments.of("CR in a value", GOOD + field("x-a", "1\r2")),
                Arguments.of("NUL in a value", GOOD + field("x-a", "1\0002")),
                Arguments.of("a blank in a name", GOOD + field("x a", "1")),
                Arguments.of("a colon in a name", GOOD + field("x-a:", "1")),
                Arguments.of("an empty name", GOOD + field("", "1")),
                Arguments.of("a line break in a name", GOOD + field("x\r\ny", "1")),
                Arguments.of("a body that does not come", GOOD + field("content-length", "3")),
                Arguments.of("two lengths", GOOD + field("content-length", "0") + field("content-length", "0")),
                Arguments.of("a signed length", GOOD + field("content-length", "+0")),
                Arguments.of("a list of lengths", GOOD + field("content-length", "0, 0")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("abuses")
    void itIsRefusedAndNeverForwarded(String name, String fields) throws Exception {
        try (RawHttp2 client = new RawHttp2(rig.connect()).get(1, fields)) {
            assertThat(client.status(1)).isIn(0, 400);
        }
        assertThat(rig.upstream.headsLeft()).isZero();
        assertThat(rig.server.tpp().snapshot().inUse()).isZero();
    }

    @Test
    void teTrailersAndAHostLikeTheAuthorityAreNoAbuse() throws Exception {
        try (RawHttp2 client = new RawHttp2(rig.connect())) {
            assertThat(client.get(1, GOOD + field("te", "trailers") + field("host", "tpp"))
                            .status(1))
                    .isEqualTo(200);
        }
        assertThat(rig.upstream.takeHead())
                .contains("\r\nX-Forwarded-Host: tpp\r\n")
                .contains("\r\nVia: 2 tpp\r\n");
    }

    @ParameterizedTest
    @CsvSource({"CONNECT, 405", "TRACE, 405", "OPTIONS, 200"})
    void whatIsNotForTheUpstreamIsAnswered(String method, int status) throws Exception {
        try (RawHttp2 client = new RawHttp2(rig.connect())) {
            String target = method.equals("CONNECT")
                    ? field(":method", "CONNECT") + field(":authority", "elsewhere:22")
                    : request(method, method.equals("OPTIONS") ? "*" : "/");
            assertThat(client.get(1, target).status(1)).isEqualTo(status);
            assertThat(client.get(3, GOOD).status(3)).isEqualTo(200);
        }
        assertThat(rig.upstream.takeHead()).startsWith("GET / ");
        assertThat(rig.upstream.headsLeft()).isZero();
    }

    /** RFC 9113 §6.5.2: SETTINGS_HEADER_TABLE_SIZE is any number of 32 bits. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, Integer.MAX_VALUE, Integer.MIN_VALUE, -1})
    void aTableOfHeaderFieldsMayBeAsLargeAsItCanBeSaid(int size) throws Exception {
        String settings = PREFACE + frame(SETTINGS, 0, 0, number(1, 2) + number(size, 4));
        try (RawHttp2 client = new RawHttp2(rig.connect(), settings)) {
            assertThat(client.get(1, GOOD).status(1)).isEqualTo(200);
            assertThat(client.get(3, GOOD).status(3)).isEqualTo(200);
        }
    }

    /** What is too much would be another request to the upstream. */
    @ParameterizedTest
    @ValueSource(strings = {"", "ab", "abcd", "abcGET / HTTP/1.1\r\n\r\n"})
    void aBodyOfAnotherLengthThanItSaysIsNeverWhole(String body) throws Exception {
        rig.upstream.script(connection -> {
            connection.readBody();
            // Read as another request, if there is more.
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        });
        try (RawHttp2 client = new RawHttp2(rig.connect())) {
            String fields = request("POST", "/") + field("content-length", "3");
            client.send(frame(HEADERS, END_HEADERS, 1, fields) + frame(DATA, END_STREAM, 1, body));
            assertThat(client.status(1)).isIn(0, 400);
        }
        assertThat(rig.upstream.headsLeft()).isLessThanOrEqualTo(1);
        if (rig.upstream.headsLeft() == 1) {
            assertThat(rig.upstream.takeHead()).startsWith("POST / ");
        }
    }
}
