package io.tpp;

import static io.tpp.testing.ScriptedUpstream.answer;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tpp.testing.RawClient;
import io.tpp.testing.RawHttp2;
import io.tpp.testing.ScriptedUpstream.Script;
import io.tpp.testing.TestCertificates;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Bodies are passed on as they come, no faster than they are taken, and byte for byte. */
@Timeout(120)
class StreamingTest {
    private static final int MIB = 1 << 20;

    /** More than all sockets on the way can hold, whatever size the system gives their buffers. */
    private static final long MUCH = 200L * MIB;

    private static final long IN_FLIGHT = 64L * MIB;
    private static final int EVENTS = 30;
    private static final String EVENT_STREAM =
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final String GET = "GET / HTTP/1.1\r\nHost: tpp\r\n\r\n";

    private final Semaphore seen = new Semaphore(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void endThreads() {
        threads.shutdownNow();
    }

    // Back-pressure

    /** Returns a count once it has not changed for a while. */
    private static long atRest(LongSupplier count) {
        AtomicLong last = new AtomicLong(-1);
        await().pollInterval(Duration.ofMillis(500))
                .atMost(Duration.ofSeconds(60))
                .until(() -> {
                    long now = count.getAsLong();
                    return now > 0 && last.getAndSet(now) == now;
                });
        return last.get();
    }

    @Test
    void aClientThatDoesNotReadStopsTheUpstream() throws Exception {
        try (Rig rig = Rig.start(1);
                RawClient client = rig.connect().send("GET /bytes?n=" + MUCH + " HTTP/1.1\r\nHost: tpp\r\n\r\n")) {
            assertThat(client.readHead()).contains("Content-Length: " + MUCH);
            assertThat(atRest(rig.simulator::bytesSent)).isLessThan(IN_FLIGHT);
            assertThat(client.skip(MUCH)).isEqualTo(MUCH);
            assertThat(rig.simulator.bytesSent()).isEqualTo(MUCH);
        }
    }

    @Test
    void anUpstreamThatDoesNotReadStopsTheClient() throws Exception {
        try (Rig rig = Rig.start(1);
                RawClient client = rig.connect()) {
            client.send("POST /sink?gate=wait HTTP/1.1\r\nHost: tpp\r\nContent-Length: " + MUCH + "\r\n\r\n");
            AtomicLong sent = new AtomicLong();
            CompletableFuture<Void> upload = CompletableFuture.runAsync(() -> upload(client, sent), threads);
            assertThat(atRest(sent::get)).isLessThan(IN_FLIGHT);
            assertThat(rig.simulator.bytesReceived()).isZero();
            rig.simulator.gate("wait").open();
            assertThat(client.read().body()).contains("\"bytes\":" + MUCH + ",");
            upload.get(10, TimeUnit.SECONDS);
        }
    }

    private static void upload(RawClient client, AtomicLong sent) {
        String piece = "x".repeat(MIB);
        while (sent.get() < MUCH) {
            client.send(piece);
            sent.addAndGet(MIB);
        }
    }

    // Events

    /** Sends the next event only when the client has got the one before. */
    private Script events() {
        return connection -> {
            connection.write(EVENT_STREAM);
            for (int i = 0; i < EVENTS; i++) {
                if (!seen.tryAcquire(10, TimeUnit.SECONDS)) {
                    throw new IOException("an event was held back");
                }
                connection.write("9\r\ndata: " + (10 + i) + "\n\r\n");
            }
            connection.write("0\r\n\r\n");
        };
    }

    private void assertEvents(RawClient client) {
        assertThat(client.send(GET).readHead()).isEqualTo(EVENT_STREAM);
        for (int i = 0; i < EVENTS; i++) {
            assertThat(client.readChunk()).isEqualTo("data: " + (10 + i) + "\n");
            seen.release();
        }
        assertThat(client.readChunk()).isEmpty();
    }

    @Test
    void everyEventArrivesBeforeTheNextExists() throws Exception {
        try (ScriptedRig rig = ScriptedRig.start(events());
                RawClient client = rig.connect()) {
            assertEvents(client);
        }
    }

    @Test
    void overTlsToo(@TempDir Path folder) throws Exception {
        TestCertificates certificates = TestCertificates.in(folder);
        try (ScriptedRig rig = ScriptedRig.start(events(), certificates.settings());
                RawClient client = RawClient.connectTls(rig.server.clientPort(), certificates.clientContext())) {
            assertEvents(client);
        }
    }

    @Test
    void overHttp2Too() throws Exception {
        try (ScriptedRig rig = ScriptedRig.start(events());
                RawHttp2 client = new RawHttp2(rig.connect())) {
            client.sendRequest(1, true, "GET");
            assertThat(client.readStatus()).isEqualTo(200);
            for (int i = 0; i < EVENTS; i++) {
                RawHttp2.Frame data = client.await(RawHttp2.DATA);
                assertThat(ISO_8859_1.decode(data.payload()).toString()).isEqualTo("data: " + (10 + i) + "\n");
                seen.release();
            }
        }
    }

    /** The silence is longer than the client's connection may be idle. */
    @Test
    void anAnswerMayFallSilentForLongerThanAnIdleTimeOut() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        Script silent = answer(EVENT_STREAM + "6\r\ndata 1\r\n")
                .then(connection -> assertThat(never.await(3, TimeUnit.SECONDS)).isFalse())
                .then(connection -> connection.write("6\r\ndata 2\r\n0\r\n\r\n"));
        try (ScriptedRig rig = ScriptedRig.start(silent, "TPP_CLIENT_IDLE_TIMEOUT_SECONDS", "1");
                RawClient client = rig.connect().send(GET)) {
            client.readHead();
            assertThat(client.readChunk()).isEqualTo("data 1");
            assertThat(client.readChunk()).isEqualTo("data 2");
            assertThat(client.readChunk()).isEmpty();
        }
    }

    // Compressed bodies

    @Test
    void aCompressedBodyIsLeftAsItIs() throws Exception {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write("[1,2,3]".repeat(10_000).getBytes(ISO_8859_1));
        }
        String body = compressed.toString(ISO_8859_1);
        for (String coding : new String[] {"gzip", "br", "GZip"}) {
            String head =
                    "HTTP/1.1 200 OK\r\nContent-Encoding: " + coding + "\r\nVary: Accept-Encoding\r\nETag: \"x-gz\"\r\n"
                            + "Content-Length: " + body.length() + "\r\n\r\n";
            try (ScriptedRig rig = ScriptedRig.start(answer(head + body));
                    RawClient client = rig.connect()) {
                client.send("GET / HTTP/1.1\r\nHost: tpp\r\nAccept-Encoding: gzip, br;q=0.5\r\n\r\n");
                assertThat(rig.upstream.takeHead()).contains("Accept-Encoding: gzip, br;q=0.5\r\n");
                assertThat(client.readHead()).isEqualTo(head);
                assertThat(client.readText(body.length())).isEqualTo(body);
                assertThat(client.send(GET).readHead()).isEqualTo(head);
                assertThat(client.readText(body.length())).isEqualTo(body);
                assertThat(rig.upstream.takeHead()).doesNotContain("Accept-Encoding");
            }
        }
    }

    @Test
    void aCompressedUploadIsLeftAsItIs() throws Exception {
        try (ScriptedRig rig = ScriptedRig.start(connection -> {
                    String body = connection.readBody();
                    connection.write("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
                });
                RawClient client = rig.connect()) {
            String body = "\u001f\u008b\b\0\r\n\0\u00ff";
            client.send("POST / HTTP/1.1\r\nHost: tpp\r\nContent-Encoding: gzip\r\nContent-Length: " + body.length()
                    + "\r\n\r\n" + body);
            assertThat(rig.upstream.takeHead()).contains("Content-Encoding: gzip\r\n");
            assertThat(client.read().body()).isEqualTo(body);
        }
    }
}
