package io.tpp;

import static io.tpp.testing.RawHttp2.CONTINUATION;
import static io.tpp.testing.RawHttp2.DATA;
import static io.tpp.testing.RawHttp2.END_HEADERS;
import static io.tpp.testing.RawHttp2.HEADERS;
import static io.tpp.testing.RawHttp2.PING;
import static io.tpp.testing.RawHttp2.PREFACE;
import static io.tpp.testing.RawHttp2.SETTINGS;
import static io.tpp.testing.RawHttp2.field;
import static io.tpp.testing.RawHttp2.frame;
import static io.tpp.testing.RawHttp2.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.testing.RawClient;
import io.tpp.testing.RawClient.Response;
import io.tpp.testing.RawHttp2;
import io.tpp.testing.TestCertificates;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that send a byte now and then, so that no idle time-out ever ends them, and those that only seem to. */
class SlowClientsTest {
    private static final Duration STEP = Duration.ofMillis(100);

    /** Far more often than the timeouts need. */
    private static final int STEPS = 150;

    private static Rig rig;
    private static Rig overTls;
    private static TestCertificates certificates;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        String[] timeouts = {
            "TPP_CLIENT_HEADER_TIMEOUT_SECONDS", "1",
            "TPP_CLIENT_BODY_TIMEOUT_SECONDS", "1",
            "TPP_CLIENT_MIN_BODY_BYTES_PER_SECOND", "1000"
        };
        rig = Rig.start(1, timeouts);
        certificates = TestCertificates.in(folder);
        certificates.serve(certificates.server());
        overTls = Rig.start(1, certificates.settings(timeouts));
    }

    @AfterAll
    static void stop() {
        rig.close();
        overTls.close();
    }

    private static void pause() {
        Awaitility.await().pollDelay(STEP).timeout(STEP.multipliedBy(100)).until(() -> true);
    }

    /** Sends a text a byte a step, over and over, until the connection ends. Returns false if it does not. */
    private static boolean isEnded(RawClient client, String text) {
        try {
            for (int i = 0; i < STEPS; i++) {
                client.send(text.substring(i % text.length(), i % text.length() + 1));
                pause();
            }
            return false;
        } catch (UncheckedIOException reset) {
            return true;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /", "GET / HTTP/1.1\r\nHost: a\r\n", "GET / HTTP/1.1\r\nHost: a\r\nX-Name: 1", "\r\n"})
    void aHeadThatTricklesInEndsWithItsConnection(String begun) {
        try (RawClient client = rig.connect().send(begun)) {
            assertThat(isEnded(client, begun.equals("\r\n") ? "\r\n" : "x")).isTrue();
        }
    }

    @Test
    void soDoesASecondOneOnTheSameConnection() {
        try (RawClient client = rig.connect()) {
            assertThat(client.execute("1+2").status()).isEqualTo(200);
            assertThat(isEnded(client.send("GET / HTTP/1.1\r\nX-Name: "), "x")).isTrue();
        }
    }

    @Test
    void soDoesOneOverTls() throws Exception {
        try (RawClient client = RawClient.connectTls(overTls.port(), certificates.clientContext())) {
            assertThat(isEnded(client.send("GET / HTTP/1.1\r\nX-Name: "), "x")).isTrue();
        }
    }

    @Test
    void soDoesAHandshake() {
        try (RawClient client = RawClient.connect(overTls.port())) {
            // The head of a TLS record with a ClientHello of 500 bytes.
            client.send("\u0016\u0003\u0001\u0001\u00f4\u0001\u0000\u0001\u00f0");
            assertThat(isEnded(client, "\u0003")).isTrue();
        }
    }

    @Test
    void soDoAPrefaceAHeaderBlockAndOneInManyPiecesOfHttp2() {
        try (RawClient client = rig.connect()) {
            assertThat(isEnded(
                            client.send(PREFACE),
                            frame(SETTINGS, 0, 0, "").substring(0, 1).repeat(5)))
                    .isTrue();
        }
        try (RawClient client = rig.connect().send(PREFACE + frame(SETTINGS, 0, 0, ""))) {
            client.send(frame(HEADERS, END_HEADERS, 1, "x".repeat(1_000)).substring(0, 9));
            assertThat(isEnded(client, field("x-a", "1"))).isTrue();
        }
        try (RawClient client = rig.connect().send(PREFACE + frame(SETTINGS, 0, 0, ""))) {
            client.send(frame(HEADERS, 0, 1, request("GET", "/")));
            assertThat(isEnded(client, frame(CONTINUATION, 0, 1, "").repeat(20)))
                    .isTrue();
        }
    }

    @Test
    void pingsKeepAnHttp2ConnectionWithoutRequestsOpen() throws Exception {
        try (RawHttp2 client = new RawHttp2(rig.connect())) {
            for (int i = 0; i < 25; i++) {
                client.send(frame(PING, 0, 0, "12345678"));
                pause();
            }
            assertThat(client.get(1, request("GET", "/")).status(1)).isEqualTo(200);
        }
    }

    @Test
    void anIdleConnectionIsNotSlow() {
        try (RawClient client = rig.connect()) {
            assertThat(client.execute("1+2").status()).isEqualTo(200);
            for (int i = 0; i < 25; i++) {
                pause();
            }
            assertThat(client.execute("1+2").status()).isEqualTo(200);
        }
    }

    // Bodies

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 1000000", "Transfer-Encoding: chunked"})
    void aBodyThatTricklesInIs408(String framing) {
        try (RawClient client = rig.connect()) {
            client.send("POST /sink HTTP/1.1\r\nHost: tpp\r\n" + framing + "\r\n\r\n");
            String piece = framing.startsWith("Content") ? "x" : "1\r\nx\r\n";
            try {
                for (int i = 0; i < STEPS; i++) {
                    client.send(piece);
                    pause();
                }
            } catch (UncheckedIOException reset) {
                // What was said before it is lost with it, or not.
                rig.awaitAllIdle();
                return;
            }
            throw new AssertionError("not ended");
        }
    }

    @Test
    void aBodyThatStopsIs408() {
        try (RawClient client = rig.connect()) {
            client.send("POST /sink HTTP/1.1\r\nHost: tpp\r\nContent-Length: 10\r\n\r\n12345");
            Response response = client.read();
            assertThat(response.status()).isEqualTo(408);
            assertThat(response.body()).contains("client.body_timeout_seconds");
            assertThat(client.isClosedByPeer()).isTrue();
        }
    }

    @Test
    void soIsOneThatNeverBeginsAndOneWithinHttp2() throws Exception {
        try (RawClient client = rig.connect()) {
            client.send("POST /sink HTTP/1.1\r\nHost: tpp\r\nContent-Length: 10\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(408);
        }
        try (RawHttp2 client = new RawHttp2(rig.connect())) {
            client.send(frame(HEADERS, END_HEADERS, 1, request("POST", "/sink")) + frame(DATA, 0, 1, "x"));
            assertThat(client.status(1)).isEqualTo(408);
            assertThat(client.get(3, request("GET", "/")).status(3)).isEqualTo(200);
        }
    }

    @Test
    void aSlowUploadAtTheLowestRatePasses() {
        try (RawClient client = rig.connect()) {
            client.send("POST /sink HTTP/1.1\r\nHost: tpp\r\nContent-Length: 10000\r\n\r\n");
            for (int i = 0; i < 25; i++) {
                client.send("x".repeat(400));
                pause();
            }
            assertThat(client.read().body()).contains("\"bytes\":10000");
        }
    }

    @Test
    void whoWaitsForATokenIsNotSlow() {
        String body = "{\"script\":\"1+2\"}";
        try (RawClient holder = rig.connect();
                RawClient waiter = rig.connect()) {
            holder.sendScript("gate(\"hold\")");
            waiter.send(
                    "POST /api/execute HTTP/1.1\r\nHost: tpp\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
            rig.awaitWaiting(1);
            for (int i = 0; i < 25; i++) {
                pause();
            }
            rig.simulator.gate("hold").open();
            assertThat(holder.read().status()).isEqualTo(200);
            holder.hangUp();
            assertThat(waiter.read().status()).isEqualTo(200);
        }
    }

    @Test
    void whomTheUpstreamLetsWaitIsNotSlow() {
        int size = 20_000_000;
        try (RawClient client = rig.connect()) {
            client.send("POST /sink?gate=full HTTP/1.1\r\nHost: tpp\r\nContent-Length: " + size + "\r\n\r\n");
            var sender = java.util.concurrent.CompletableFuture.runAsync(() -> client.send("x".repeat(size)));
            for (int i = 0; i < 25; i++) {
                pause();
            }
            rig.simulator.gate("full").open();
            sender.orTimeout(20, TimeUnit.SECONDS).join();
            assertThat(client.read().body()).contains("\"bytes\":" + size);
        }
    }
}
