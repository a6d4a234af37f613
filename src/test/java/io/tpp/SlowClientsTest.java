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

import io.tpp.testing.Background;
import io.tpp.testing.RawClient;
import io.tpp.testing.RawClient.Response;
import io.tpp.testing.RawHttp2;
import io.tpp.testing.TestCertificates;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that send a byte now and then, so that no idle time-out ever ends them, and those that only seem to. */
class SlowClientsTest {
    private static final Duration STEP = Duration.ofMillis(100);

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

    /** Has a client send these pieces one a step, over and over, until something is through or the connection has ended. */
    private static <T> T whileItSends(RawClient client, List<String> pieces, Supplier<T> something) {
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        AtomicInteger sent = new AtomicInteger();
        var unused = timer.scheduleAtFixedRate(
                () -> client.send(pieces.get(sent.getAndIncrement() % pieces.size())),
                0,
                STEP.toMillis(),
                TimeUnit.MILLISECONDS);
        try {
            return something.get();
        } finally {
            timer.shutdownNow();
        }
    }

    /** Returns what a client that goes on like this, a byte a step, is told until its connection ends; fails if it does not. */
    private static String saidUntilTheEnd(RawClient client, String text) {
        return whileItSends(client, List.of(text.split("")), client::readRest);
    }

    /** Lets each of the timeouts pass twice, by the server's own clock: so long do heads last that are begun. */
    private static boolean letTimeoutsPass() {
        for (int i = 0; i < 2; i++) {
            try (RawClient slow = rig.connect().send("GET / HTTP/1.1\r\n")) {
                assertThat(slow.isClosedByPeer()).isTrue();
            }
        }
        return true;
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /", "GET / HTTP/1.1\r\nHost: a\r\n", "GET / HTTP/1.1\r\nHost: a\r\nX-Name: 1", "\r\n"})
    void aHeadThatTricklesInEndsWithItsConnection(String begun) {
        try (RawClient client = rig.connect().send(begun)) {
            assertThat(saidUntilTheEnd(client, begun.equals("\r\n") ? "\r\n" : "x"))
                    .isEmpty();
        }
    }

    @Test
    void soDoesASecondOneOnTheSameConnection() {
        try (RawClient client = rig.connect()) {
            assertThat(client.execute("1+2").status()).isEqualTo(200);
            assertThat(saidUntilTheEnd(client.send("GET / HTTP/1.1\r\nX-Name: "), "x"))
                    .isEmpty();
        }
    }

    @Test
    void soDoesOneOverTls() throws Exception {
        try (RawClient client = RawClient.connectTls(overTls.port(), certificates.clientContext())) {
            assertThat(saidUntilTheEnd(client.send("GET / HTTP/1.1\r\nX-Name: "), "x"))
                    .isEmpty();
        }
    }

    @Test
    void soDoesAHandshake() {
        try (RawClient client = RawClient.connect(overTls.port())) {
            // The head of a TLS record with a ClientHello of 500 bytes.
            client.send("\u0016\u0003\u0001\u0001\u00f4\u0001\u0000\u0001\u00f0");
            // At most alerts.
            assertThat(saidUntilTheEnd(client, "\u0003")).matches("(?s)(\u0015\u0003\u0003\u0000\u0002..)*");
        }
    }

    /** They end before anything is answered. */
    @Test
    void soDoAPrefaceAHeaderBlockAndOneInManyPiecesOfHttp2() {
        String settings = frame(SETTINGS, 0, 0, "");
        assertThatItEnds(PREFACE, settings.substring(0, 1).repeat(5));
        String block = frame(HEADERS, END_HEADERS, 1, "x".repeat(1_000)).substring(0, 9);
        assertThatItEnds(PREFACE + settings + block, field("x-a", "1"));
        String begun = frame(HEADERS, 0, 1, request("GET", "/"));
        assertThatItEnds(
                PREFACE + settings + begun, frame(CONTINUATION, 0, 1, "").repeat(20));
    }

    private static void assertThatItEnds(String begun, String further) {
        try (RawClient client = rig.connect().send(begun)) {
            assertThat(saidUntilTheEnd(client, further)).doesNotContain(":status");
        }
    }

    @Test
    void pingsKeepAnHttp2ConnectionWithoutRequestsOpen() throws Exception {
        try (RawClient connection = rig.connect();
                RawHttp2 client = new RawHttp2(connection)) {
            whileItSends(connection, List.of(frame(PING, 0, 0, "12345678")), SlowClientsTest::letTimeoutsPass);
            assertThat(client.get(1, request("GET", "/")).status(1)).isEqualTo(200);
        }
    }

    @Test
    void anIdleConnectionIsNotSlow() {
        try (RawClient client = rig.connect()) {
            assertThat(client.execute("1+2").status()).isEqualTo(200);
            letTimeoutsPass();
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
            Response response = whileItSends(client, List.of(piece), client::read);
            assertThat(response.status()).isEqualTo(408);
            assertThat(response.body()).contains("client.body_timeout_seconds");
            assertThat(client.isClosedByPeer()).isTrue();
            rig.awaitAllIdle();
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
            assertThat(whileItSends(client, List.of("x".repeat(400)), client::read)
                            .body())
                    .contains("\"bytes\":10000");
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
            letTimeoutsPass();
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
            CompletableFuture<Void> sender = Background.run(() -> client.send("x".repeat(size)));
            letTimeoutsPass();
            rig.simulator.gate("full").open();
            sender.orTimeout(20, TimeUnit.SECONDS).join();
            assertThat(client.read().body()).contains("\"bytes\":" + size);
        }
    }
}
