package io.tpp;

import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.simulator.DolphinDbSimulator;
import io.tpp.testing.RawClient;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Bodies many times larger than the packaged jar's memory, both ways at once. */
class JarLargeBodiesIT {
    private static final int MIB = 1 << 20;

    private final DolphinDbSimulator simulator = DolphinDbSimulator.start();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void stop() {
        threads.shutdownNow();
        simulator.close();
    }

    private JarProcess start(String heap) throws Exception {
        List<String> options = List.of(
                "-Xmx" + heap, "-XX:MaxDirectMemorySize=32m", "-XX:+ExitOnOutOfMemoryError", "-jar", "target/tpp.jar");
        return JarProcess.startJava(JarProcess.environment(simulator, "TPP_TOKEN_POOL_SIZE", "4"), options);
    }

    @Test
    void oneHundredAndTwentyEightMebibytesEachWayPassThroughFortyEight() throws Exception {
        assertPasses("48m", 128L * MIB);
    }

    @Test
    @Tag("soak")
    void oneGibibyteEachWayPassesThroughOneHundredAndTwentyEightMebibytes() throws Exception {
        assertPasses("128m", 1024L * MIB);
    }

    private void assertPasses(String heap, long length) throws Exception {
        try (JarProcess tpp = start(heap)) {
            int port = tpp.awaitStart();
            List<CompletableFuture<Void>> ways = List.of(
                    CompletableFuture.runAsync(() -> download(port, length, ""), threads),
                    CompletableFuture.runAsync(() -> download(port, length, "&chunked=1"), threads),
                    CompletableFuture.runAsync(() -> upload(port, length), threads));
            for (CompletableFuture<Void> way : ways) {
                way.get(5, TimeUnit.MINUTES);
            }
            assertThat(tpp.isAlive()).isTrue();
            assertThat(tpp.err()).isEmpty();
        }
    }

    private static void download(int port, long length, String form) {
        try (RawClient client = RawClient.connect(port)) {
            client.send("GET /bytes?n=" + length + form + " HTTP/1.1\r\nHost: tpp\r\nConnection: close\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
            long got = client.skip(Long.MAX_VALUE);
            if (form.isEmpty()) {
                assertThat(got).isEqualTo(length);
            } else {
                assertThat(got).isGreaterThan(length);
            }
        }
    }

    private static void upload(int port, long length) {
        String piece = "x".repeat(MIB);
        try (RawClient client = RawClient.connect(port)) {
            client.send("POST /sink HTTP/1.1\r\nHost: tpp\r\nContent-Length: " + length + "\r\n\r\n");
            for (long sent = 0; sent < length; sent += MIB) {
                client.send(piece);
            }
            assertThat(client.read().body()).contains("\"bytes\":" + length + ",");
        }
    }
}
