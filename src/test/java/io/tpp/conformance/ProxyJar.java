package io.tpp.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tpp.JarProcess;
import io.tpp.simulator.DolphinDbSimulator;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * {@code target/tpp.jar} with ready-made tokens, for which nothing is logged in, so that anything can be its upstream.
 *
 * <p>{@link #close} fails the test if a lease or waiter is left, or if TPP logged an error.
 */
final class ProxyJar implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final JarProcess process;
    private final int port;
    private final int tokens;

    private ProxyJar(JarProcess process, int tokens) throws InterruptedException {
        this.process = process;
        this.tokens = tokens;
        this.port = process.awaitStart();
    }

    /** Starts it in front of any server on the loopback address, with so many tokens, all there. */
    static ProxyJar inFrontOf(int upstreamPort, int tokens, String... settings) throws Exception {
        return start(
                upstreamPort,
                IntStream.rangeClosed(1, tokens)
                        .mapToObj("ConformanceToken%03d"::formatted)
                        .toList(),
                settings);
    }

    /** Starts it in front of a simulated DolphinDB, with so many tokens of it. */
    static ProxyJar inFrontOf(DolphinDbSimulator simulator, int tokens, String... settings) throws Exception {
        return start(
                simulator.port(),
                Stream.generate(() -> simulator.createAccessToken("user1"))
                        .limit(tokens)
                        .toList(),
                settings);
    }

    /** Starts it; {@code settings} are pairs of variable and value. */
    private static ProxyJar start(int upstreamPort, List<String> tokens, String... settings) throws Exception {
        Map<String, String> environment = new HashMap<>(JarProcess.FREE_PORTS);
        environment.put("TPP_UPSTREAM_HOST", "127.0.0.1");
        environment.put("TPP_UPSTREAM_PORT", String.valueOf(upstreamPort));
        environment.put("TPP_TOKENS_FILE", file(tokens).toString());
        for (int i = 0; i < settings.length; i += 2) {
            environment.put(settings[i], settings[i + 1]);
        }
        JarProcess process = JarProcess.start(environment);
        try {
            ProxyJar tpp = new ProxyJar(process, tokens.size());
            tpp.awaitWholePool();
            return tpp;
        } catch (Throwable failed) {
            process.close();
            throw failed;
        }
    }

    private static Path file(List<String> lines) throws IOException {
        Path file = Files.createTempFile(Packages.folder("tokens"), "tokens", ".txt");
        file.toFile().deleteOnExit();
        return Files.write(file, lines);
    }

    int port() {
        return port;
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    /** Returns where health and metrics are, as {@code host:port}. */
    String healthAddress() throws InterruptedException {
        return process.healthAddress();
    }

    String metrics() throws Exception {
        return process.health("/metrics").body();
    }

    /** Waits until no token is leased, waited for or missing. */
    void awaitWholePool() {
        awaitPool(pool -> assertThat(pool.toString())
                .isEqualTo("{\"total\":%d,\"in_use\":0,\"available\":%d,\"waiting\":0}", tokens, tokens));
    }

    private void awaitPool(Consumer<JsonNode> condition) {
        await().atMost(LIMIT)
                .pollInterval(Duration.ofMillis(50))
                .untilAsserted(() -> condition.accept(
                        JSON.readTree(process.health("/health").body()).path("pool")));
    }

    @Override
    public void close() {
        try (process) {
            awaitPool(pool -> assertThat(
                            pool.path("in_use").asInt() + pool.path("waiting").asInt())
                    .isZero());
            assertThat(process.everything().lines())
                    .noneMatch(line -> line.contains(" ERROR ") || line.startsWith("\tat "));
        }
    }
}
