package io.tpp.abuse;

import static io.tpp.testing.RawHttp2.CONTINUATION;
import static io.tpp.testing.RawHttp2.DATA;
import static io.tpp.testing.RawHttp2.END_HEADERS;
import static io.tpp.testing.RawHttp2.END_STREAM;
import static io.tpp.testing.RawHttp2.HEADERS;
import static io.tpp.testing.RawHttp2.PING;
import static io.tpp.testing.RawHttp2.PREFACE;
import static io.tpp.testing.RawHttp2.PRIORITY;
import static io.tpp.testing.RawHttp2.RST_STREAM;
import static io.tpp.testing.RawHttp2.SETTINGS;
import static io.tpp.testing.RawHttp2.WINDOW_UPDATE;
import static io.tpp.testing.RawHttp2.field;
import static io.tpp.testing.RawHttp2.frame;
import static io.tpp.testing.RawHttp2.number;
import static io.tpp.testing.RawHttp2.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.testing.Background;
import io.tpp.testing.RawClient;
import java.io.UncheckedIOException;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Frames of HTTP/2 that cost who sends them next to nothing, in very great numbers. */
@Timeout(120)
class Http2FloodTest {
    private static final int CANCEL = 8;
    private static final int BATCH = 100;
    private static final int LIMIT_SECONDS = 60;
    private static final String MARK = "end-mark";

    enum Frames {
        /** CVE-2023-44487. */
        RAPID_RESETS(i -> get(2 * i + 1) + frame(RST_STREAM, 0, 2 * i + 1, number(CANCEL, 4))),

        /** What makes the server reset them. */
        MADE_YOU_RESET(i -> get(2 * i + 1) + frame(WINDOW_UPDATE, 0, 2 * i + 1, number(0, 4))),

        /** CVE-2019-9512. */
        PINGS(i -> frame(PING, 0, 0, "12345678")),

        /** CVE-2019-9515. */
        SETTINGS_TO_ACKNOWLEDGE(i -> frame(SETTINGS, 0, 0, "")),
        SETTINGS_THAT_CHANGE_THE_TABLE(i -> frame(SETTINGS, 0, 0, number(1, 2) + number(i % 2 * 4096, 4))),
        SETTINGS_THAT_CHANGE_THE_WINDOW(i -> frame(SETTINGS, 0, 0, number(4, 2) + number(i % 2 * 65_535, 4))),

        /** CVE-2019-9513. */
        PRIORITIES(i -> frame(PRIORITY, 0, 2 * i + 1, number(2 * i + 3, 4) + (char) 255)),

        /** CVE-2019-9518. */
        EMPTY_DATA(i -> i == 0 ? frame(HEADERS, END_HEADERS, 1, request("POST", "/sink")) : frame(DATA, 0, 1, "")),
        PADDING_ONLY(i -> i == 0
                ? frame(HEADERS, END_HEADERS, 1, request("POST", "/sink"))
                : frame(DATA, 8, 1, (char) 255 + "\0".repeat(255))),
        SMALL_WINDOW_UPDATES(i -> frame(WINDOW_UPDATE, 0, 0, number(1, 4))),
        WINDOW_OVERFLOW(i -> frame(WINDOW_UPDATE, 0, 0, number(Integer.MAX_VALUE, 4))),
        UNKNOWN_FRAMES(i -> frame(0xEE, 0, 0, "x".repeat(100))),
        RESETS_OF_NOTHING(i -> frame(RST_STREAM, 0, 2 * i + 1, number(CANCEL, 4))),
        DATA_OF_NO_STREAM(i -> frame(DATA, 0, 1, "x".repeat(1_000))),
        CONTINUATION_OF_NOTHING(i -> frame(CONTINUATION, 0, 1, "x")),
        /** Refused, as more than are allowed at once. */
        STREAMS_AT_ONCE(i -> frame(HEADERS, END_HEADERS, 2 * i + 1, request("POST", "/sink"))),
        MALFORMED_REQUESTS(i -> frame(HEADERS, END_HEADERS | END_STREAM, 2 * i + 1, field("X", "1"))),
        TOO_LARGE_HEADERS(i -> frame(
                HEADERS, END_HEADERS | END_STREAM, 2 * i + 1, request("GET", "/") + field("x", "x".repeat(10_000)))),
        UPGRADES_WITHIN(i -> PREFACE);

        @SuppressWarnings("ImmutableEnumChecker") // It is.
        private final IntFunction<String> frame;

        Frames(IntFunction<String> frame) {
            this.frame = frame;
        }

        private static String get(int stream) {
            return frame(HEADERS, END_HEADERS | END_STREAM, stream, request("GET", "/echo"));
        }
    }

    /** Of which a server may take as many as come: they cost it no more than any other byte. */
    private static final Set<Frames> HARMLESS = EnumSet.of(Frames.PADDING_ONLY, Frames.SMALL_WINDOW_UPDATES);

    /** How many requests may come to the upstream before Jetty ends a connection that resets so many in a second. */
    private static final long RESETS_LIMIT = 256;

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
    void othersAreServedAndThePoolIsWhole(Frames frames) throws Exception {
        flood(frames, 2, 5_000);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("soak")
    void soItIsWithVeryManyMore(Frames frames) throws Exception {
        flood(frames, 10, 100_000);
    }

    private static void flood(Frames frames, int connections, int count) throws Exception {
        long before = siege.forwarded();
        for (int i = 0; i < connections; i++) {
            try (RawClient client = siege.connect()) {
                String answers = answers(client, frames.frame, count);
                assertThat(answers.endsWith(MARK) && !HARMLESS.contains(frames))
                        .as("goes on and on")
                        .isFalse();
            }
        }
        siege.assertHeld();
        assertThat(siege.forwarded() - before).isLessThan(RESETS_LIMIT * connections);
    }

    /** Returns what came while the frames were sent: up to the answer to the last of all, or to the connection's end. */
    private static String answers(RawClient client, IntFunction<String> frame, int count) throws Exception {
        CompletableFuture<String> answers = Background.call(() -> readToEnd(client));
        try {
            client.send(PREFACE + frame(SETTINGS, 0, 0, ""));
            for (int sent = 0; sent < count; sent += BATCH) {
                client.send(IntStream.range(sent, sent + BATCH).mapToObj(frame).collect(Collectors.joining()));
            }
            client.send(frame(PING, 0, 0, MARK));
        } catch (UncheckedIOException closed) {
            return answers.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        }
        return answers.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    private static String readToEnd(RawClient client) {
        StringBuilder all = new StringBuilder();
        try {
            while (all.length() < MARK.length()
                    || !all.substring(all.length() - MARK.length()).equals(MARK)) {
                all.append(client.readText(1));
            }
        } catch (UncheckedIOException ended) {
            return all + " and the end";
        }
        return all.toString();
    }
}
