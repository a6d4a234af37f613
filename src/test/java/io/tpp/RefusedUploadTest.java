package io.tpp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tpp.testing.RawClient;
import io.tpp.testing.RawClient.Response;
import io.tpp.testing.TestCertificates;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What TPP refuses itself while the body still comes: the client gets the answer also if it sends all before it reads. */
@Timeout(90)
class RefusedUploadTest {
    private static final int MIB = 1 << 20;
    private static final int LIMIT = 8 * MIB;
    private static final String PIECE = "x".repeat(MIB);
    private static final String CHUNK = "100000\r\n" + PIECE + "\r\n";

    private static Rig rig;
    private static Rig overTls;
    private static SSLContext trust;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        String[] settings = {
            "TPP_CLIENT_MAX_BODY_BYTES", String.valueOf(LIMIT),
            "TPP_CLIENT_BODY_TIMEOUT_SECONDS", "1",
            "TPP_TOKEN_WAIT_TIMEOUT_SECONDS", "0.3"
        };
        rig = Rig.start(1, settings);
        TestCertificates certificates = TestCertificates.in(folder);
        certificates.serve(certificates.server());
        overTls = Rig.start(1, certificates.settings(settings));
        trust = certificates.clientContext();
    }

    @AfterAll
    static void stop() {
        rig.close();
        overTls.close();
    }

    /** How a client connects. */
    enum Way {
        CLEAR,
        TLS_1_2,
        TLS_1_3;

        Rig rig() {
            return this == CLEAR ? RefusedUploadTest.rig : overTls;
        }

        RawClient connect() throws Exception {
            return switch (this) {
                case CLEAR -> rig().connect();
                case TLS_1_2 -> rig().connect().handshake(trust, "TLSv1.2");
                case TLS_1_3 -> rig().connect().handshake(trust, "TLSv1.3");
            };
        }
    }

    static Stream<Arguments> refusals() {
        return Stream.of(Way.values())
                .flatMap(way -> Stream.of(
                        Arguments.of(way, 405, "TRACE / HTTP/1.1", sized(6 * MIB)),
                        Arguments.of(way, 403, "POST /api/login HTTP/1.1", sized(6 * MIB)),
                        Arguments.of(way, 400, "POST /#fragment HTTP/1.1", sized(6 * MIB)),
                        Arguments.of(way, 400, "this is not HTTP", sized(6 * MIB)),
                        Arguments.of(way, 400, "POST /sink HTTP/1.1", "Host: b\r\n" + sized(6 * MIB)),
                        Arguments.of(way, 414, "POST /" + "t".repeat(100_000) + " HTTP/1.1", sized(6 * MIB)),
                        Arguments.of(way, 431, "POST /sink HTTP/1.1", "X-Endless: "),
                        Arguments.of(way, 413, "POST /sink HTTP/1.1", sized(LIMIT + 1)),
                        Arguments.of(way, 413, "POST /sink HTTP/1.1", "Transfer-Encoding: chunked\r\n\r\n" + CHUNK),
                        Arguments.of(way, 400, "POST /sink HTTP/1.1", "Transfer-Encoding: chunked\r\n\r\nno size")));
    }

    private static String sized(int length) {
        return "Content-Length: " + length + "\r\n\r\n";
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @MethodSource("refusals")
    void aClientThatSendsAllBeforeItReadsGetsTheAnswer(Way way, int status, String line, String rest) throws Exception {
        for (int i = 0; i < 3; i++) {
            try (RawClient client = way.connect()) {
                client.send(line + "\r\nHost: a\r\n" + rest);
                sendAll(client, rest.contains("chunked") ? CHUNK : PIECE);
                assertAnswered(client, status);
            }
        }
        way.rig().awaitAllIdle();
    }

    private static void sendAll(RawClient client, String piece) {
        for (int i = 0; i < 12; i++) {
            client.send(piece);
        }
    }

    private static void assertAnswered(RawClient client, int status) {
        Response response = client.read();
        assertThat(response.status()).isEqualTo(status);
        assertThat(response.headers()).containsEntry("connection", "close");
        assertThat(response.body()).contains("TPP: ");
        assertThat(client.isClosedByPeer()).isTrue();
    }

    @Test
    void soDoesOneThatWaitedInVainForAToken() {
        try (RawClient holder = rig.connect();
                RawClient client = rig.connect()) {
            holder.execute("1");
            client.send("POST /sink HTTP/1.1\r\nHost: a\r\n" + sized(6 * MIB));
            for (int i = 0; i < 6; i++) {
                client.send(PIECE);
            }
            assertThat(client.read().status()).isEqualTo(503);
            holder.hangUp();
            assertThat(client.execute("1").status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 8000000\r\n\r\nx", "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n"})
    void oneThatWasTooSlowMayGoOnSending(String rest) {
        try (RawClient client = rig.connect()) {
            client.send("POST /sink HTTP/1.1\r\nHost: a\r\n" + rest);
            Response response = client.read();
            assertThat(response.status()).isEqualTo(408);
            // A connection that Jetty has half-closed would not last as long.
            pause(700);
            for (int i = 0; i < 7; i++) {
                client.send(rest.contains("chunked") ? CHUNK : PIECE);
            }
        }
        rig.awaitAllIdle();
    }

    /** The client that goes on is not served any more, so it does not keep a token either. */
    @ParameterizedTest
    @ValueSource(strings = {"TRACE / HTTP/1.1\r\nContent-Length: 1000000", "POST /sink HTTP/1.1\r\nContent-Length: 10"})
    void itsTokenIsFreeAtOnce(String head) {
        try (RawClient client = rig.connect()) {
            assertThat(client.execute("1").status()).isEqualTo(200);
            client.send(head + "\r\nHost: a\r\n\r\nx");
            assertThat(client.read().status()).isBetween(400, 499);
            rig.awaitPool(pool -> pool.inUse() == 0);
            try (RawClient next = rig.connect()) {
                assertThat(next.execute("1").status()).isEqualTo(200);
            }
            // It is listened to meanwhile.
            client.send("x").send("x");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"TRACE / HTTP/1.1\r\nContent-Length: 100000000", "POST /sink HTTP/1.1\r\nContent-Length: 8000000"
            })
    void butNotForEver(String head) {
        try (RawClient client = rig.connect()) {
            client.send(head + "\r\nHost: a\r\n\r\nx");
            assertThat(client.read().status()).isBetween(400, 499);
            long began = System.nanoTime();
            assertThatThrownBy(() -> trickle(client)).isInstanceOf(UncheckedIOException.class);
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofSeconds(2));
        }
    }

    private static void trickle(RawClient client) {
        for (int i = 0; i < 300; i++) {
            client.send("x");
            pause(100);
        }
    }

    private static void pause(int millis) {
        await().pollDelay(Duration.ofMillis(millis)).until(() -> true);
    }
}
