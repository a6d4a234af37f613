package io.tpp;

import static io.tpp.testing.ScriptedUpstream.ok;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tpp.testing.RawClient;
import io.tpp.testing.ScriptedUpstream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A real Zipkin shows a request, sent again, as one trace. Zipkin takes its own format, which the agent speaks too. */
@Tag("conformance")
@Timeout(240)
class ZipkinIT {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

    private final HttpClient http = HttpClient.newHttpClient();
    private int port;
    private Process zipkin;

    @BeforeEach
    void start() throws Exception {
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-jar",
                "target/zipkin/zipkin.jar");
        builder.environment().put("QUERY_PORT", String.valueOf(port));
        zipkin = builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        await().atMost(LIMIT).ignoreExceptions().until(() -> get("/health").statusCode() == 200);
    }

    @AfterEach
    void stop() {
        zipkin.destroyForcibly();
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + port + path);
        return http.send(HttpRequest.newBuilder(uri).timeout(LIMIT).build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void aRequestSentAgainIsOneTrace() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        try (ScriptedUpstream upstream = ScriptedUpstream.start(ok("fine"))) {
            upstream.script(connection -> {
                connection.readBody();
                connection.write(
                        calls.getAndIncrement() == 0
                                ? "HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n"
                                : "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            });
            try (JarProcess tpp = JarProcess.start(environment(upstream.port()));
                    RawClient client = tpp.connect()) {
                client.send("GET /api/x HTTP/1.1\r\nHost: tpp\r\ntraceparent: 00-" + TRACE
                                + "-00f067aa0ba902b7-01\r\n\r\n")
                        .read();
                // Before either of them there may be a wait for its token.
                await().atMost(LIMIT).untilAsserted(() -> {
                    spans("SERVER", 0);
                    spans("CLIENT", 1);
                });
            }
        }
        JsonNode server = spans("SERVER", 0);
        assertThat(server.path("parentId").asText()).isEqualTo("00f067aa0ba902b7");
        assertThat(server.path("localEndpoint").path("serviceName").asText()).isEqualTo("tpp");
        for (int i = 0; i < 2; i++) {
            assertThat(spans("CLIENT", i).path("parentId").asText())
                    .isEqualTo(server.path("id").asText());
        }
        assertThat(trace().toString())
                .contains("\"http.request.resend_count\":\"1\"")
                .doesNotContain(ScriptedUpstream.TOKEN_PREFIX);
    }

    private Map<String, String> environment(int upstreamPort) {
        Map<String, String> environment = new HashMap<>(JarProcess.FREE_PORTS);
        environment.put("TPP_UPSTREAM_HOST", "127.0.0.1");
        environment.put("TPP_UPSTREAM_PORT", String.valueOf(upstreamPort));
        environment.put("TPP_CREDENTIALS_0_USERNAME", "alice");
        environment.put("TPP_CREDENTIALS_0_PASSWORD", "alices-password");
        environment.put("TPP_TELEMETRY_OTLP_ENDPOINT", "http://127.0.0.1:" + port);
        environment.put("OTEL_TRACES_EXPORTER", "zipkin");
        environment.put("OTEL_METRICS_EXPORTER", "none");
        environment.put("OTEL_EXPORTER_ZIPKIN_ENDPOINT", "http://127.0.0.1:" + port + "/api/v2/spans");
        environment.put("OTEL_BSP_SCHEDULE_DELAY", "100");
        return environment;
    }

    private JsonNode trace() throws Exception {
        HttpResponse<String> answer = get("/api/v2/trace/" + TRACE);
        return new ObjectMapper().readTree(answer.statusCode() == 200 ? answer.body() : "[]");
    }

    private JsonNode spans(String kind, int index) throws Exception {
        int found = 0;
        for (JsonNode span : trace()) {
            if (span.path("kind").asText().equals(kind) && found++ == index) {
                return span;
            }
        }
        throw new AssertionError("no " + kind + " span " + index + " in " + trace());
    }
}
