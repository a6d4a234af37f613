package io.tpp.bench;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tpp.testing.Command;
import io.tpp.testing.Programs;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@code target/tpp.jar}, logged in with as many tokens as it is to have.
 *
 * @param server where clients connect
 * @param health the port of the health connector
 */
record TokenProxy(Server server, int health) implements AutoCloseable {
    /** For the pool to be full: logins are quick, but there may be many. */
    private static final Duration LOGINS = Duration.ofMinutes(3);

    private static final ObjectMapper JSON = new ObjectMapper();

    /** How Java is set up. */
    enum Java {
        /** As in the container image, with 256 MB as its limit: the heap may take half of it. */
        IMAGE("TPP", "@deploy/docker/java.options -XX:MaxRAM=256m"),
        /** As a Java machine sets itself up, but for the heap's size, for which all of the machine's memory counts. */
        DEFAULT("TPP, Java's defaults", "-Xmx512m");

        private final String label;
        private final String options;

        Java(String label, String options) {
            this.label = label;
            this.options = options;
        }

        String label() {
            return label;
        }

        List<String> options() {
            return List.of(options.split(" +"));
        }
    }

    /** Starts it with {@code tokens} tokens and further variables. */
    static TokenProxy start(
            Settings settings, String name, Java java, int upstream, int tokens, Map<String, String> further)
            throws IOException {
        List<Object> words = new ArrayList<>(List.of(settings.java("java"), Cores.ONE));
        // Tried without changing a file: -Dbench.options="-XX:+UseParallelGC -Xmn8m".
        words.addAll(java.options());
        words.addAll(options());
        words.addAll(List.of("-jar", Path.of("target/tpp.jar").toAbsolutePath()));
        int port = Programs.freePort();
        int health = anotherPort(port);
        Command command = Command.of(words.toArray());
        environment(port, health, upstream, tokens).forEach(command::with);
        further.forEach(command::with);
        TokenProxy proxy = new TokenProxy(Server.started(name, command.start(), port, Upstream.SMALL), health);
        proxy.awaitTokens(tokens);
        return proxy;
    }

    private static int anotherPort(int taken) throws IOException {
        int port = taken;
        while (port == taken) {
            port = Programs.freePort();
        }
        return port;
    }

    private static List<String> options() {
        String options = System.getProperty("bench.options", "");
        return options.isBlank() ? List.of() : List.of(options.strip().split("\\s+"));
    }

    /** Returns what is needed to run it in front of that upstream. */
    static Map<String, String> environment(int port, int health, int upstream, int tokens) {
        return Map.of(
                "MALLOC_ARENA_MAX", "2",
                "TPP_LISTEN", "127.0.0.1:" + port,
                "TPP_HEALTH_LISTEN", "127.0.0.1:" + health,
                "TPP_UPSTREAM_HOST", "127.0.0.1",
                "TPP_UPSTREAM_PORT", String.valueOf(upstream),
                "TPP_CREDENTIAL_USERNAME", "admin",
                "TPP_CREDENTIAL_PASSWORD", "123456",
                "TPP_CLIENT_IDLE_TIMEOUT_SECONDS", "0",
                "TPP_TOKEN_LOGIN_CONCURRENCY", "32",
                "TPP_TOKEN_POOL_SIZE", String.valueOf(tokens));
    }

    private void awaitTokens(int tokens) {
        await().atMost(LOGINS)
                .pollInterval(Duration.ofMillis(50))
                .ignoreExceptions()
                .until(() -> pool().path("available").asInt() == tokens);
    }

    JsonNode pool() throws IOException {
        try (InputStream answer = healthUri("/health").toURL().openStream()) {
            return JSON.readTree(answer).path("pool");
        }
    }

    URI healthUri(String path) {
        return URI.create("http://127.0.0.1:" + health + path);
    }

    @Override
    public void close() {
        server.close();
    }
}
