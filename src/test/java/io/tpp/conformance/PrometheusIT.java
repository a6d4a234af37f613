package io.tpp.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tpp.simulator.DolphinDbSimulator;
import io.tpp.testing.ChildProcess;
import io.tpp.testing.Command;
import io.tpp.testing.Programs;
import io.tpp.testing.RawClient;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A real Prometheus scrapes {@code /metrics}, and its {@code promtool} looks at them. */
@Tag("conformance")
class PrometheusIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String REMEDY = "apt-get install prometheus";
    private static final int TOKENS = 3;

    @Test
    void itKnowsEachMetricByTypeAndValue() throws Exception {
        try (DolphinDbSimulator simulator = DolphinDbSimulator.start();
                ProxyJar tpp = ProxyJar.inFrontOf(simulator, TOKENS);
                RawClient client = RawClient.connect(tpp.port())) {
            int port = Programs.freePort();
            try (ChildProcess prometheus = start(tpp, port)) {
                client.execute("1+1");
                client.execute("1+1");
                assertThat(prometheus.isAlive()).isTrue();
                await().atMost(LIMIT).ignoreExceptions().untilAsserted(() -> {
                    assertThat(value(port, "up")).isEqualTo("1");
                    assertThat(value(port, "tpp_tokens_total")).isEqualTo(String.valueOf(TOKENS));
                    assertThat(value(port, "tpp_tokens_in_use")).isEqualTo("1");
                    assertThat(value(port, "tpp_tokens_available")).isEqualTo(String.valueOf(TOKENS - 1));
                    assertThat(value(port, "tpp_requests_total")).isEqualTo("2");
                    assertThat(value(port, "tpp_request_seconds_count{code=\"2xx\"}"))
                            .isEqualTo("2");
                    assertThat(value(port, "tpp_acquisitions_by_outcome_total{outcome=\"immediate\"}"))
                            .isEqualTo("1");
                });
                JsonNode metadata = ask(port, "/api/v1/metadata");
                for (String gauge : List.of("tpp_tokens_total", "tpp_requests_waiting", "tpp_client_connections")) {
                    assertThat(type(metadata, gauge)).as(gauge).isEqualTo("gauge");
                }
                // Prometheus asks for OpenMetrics, where a counter is named without its suffix.
                for (String counter : List.of("tpp_requests", "tpp_logins")) {
                    assertThat(type(metadata, counter)).as(counter).isEqualTo("counter");
                }
                for (String histogram : List.of("tpp_request_seconds", "tpp_acquisition_wait_seconds")) {
                    assertThat(type(metadata, histogram)).as(histogram).isEqualTo("histogram");
                }
            }
        }
    }

    @Test
    void promtoolObjectsToNothingButTheSeedsName() throws Exception {
        Path promtool = Programs.find("promtool", REMEDY);
        try (DolphinDbSimulator simulator = DolphinDbSimulator.start();
                ProxyJar tpp = ProxyJar.inFrontOf(simulator, TOKENS);
                RawClient client = RawClient.connect(tpp.port())) {
            client.execute("1+1");
            Path metrics = Files.writeString(Packages.folder("prometheus").resolve("metrics.txt"), tpp.metrics());
            Command.Ended ended = Command.of("sh", "-c", "exec \"$0\" check metrics < \"$1\"", promtool, metrics)
                    .run(LIMIT);
            assertThat((ended.out() + "\n" + ended.err()).lines().filter(line -> !line.isBlank()))
                    .allMatch(line -> line.startsWith("tpp_tokens_total "));
        }
    }

    private static ChildProcess start(ProxyJar tpp, int port) throws Exception {
        Path program = Programs.find("prometheus", REMEDY);
        Path folder = Packages.folder("prometheus");
        Path config = Files.writeString(folder.resolve("prometheus.yml"), """
                global:
                  scrape_interval: 1s
                scrape_configs:
                  - job_name: tpp
                    static_configs:
                      - targets: ["%s"]
                """.formatted(tpp.healthAddress()));
        return Command.of(
                        program,
                        "--config.file=" + config,
                        "--storage.tsdb.path=" + Files.createTempDirectory(folder, "data"),
                        "--web.listen-address=127.0.0.1:" + port)
                .start();
    }

    private static String type(JsonNode metadata, String metric) {
        return metadata.path(metric).path(0).path("type").asText();
    }

    /** Returns the value of the only series that a query finds. */
    private static String value(int port, String query) throws Exception {
        JsonNode result = ask(port, "/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8))
                .path("result");
        assertThat(result.size()).as(query).isEqualTo(1);
        return result.path(0).path("value").path(1).asText();
    }

    private static JsonNode ask(int port, String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + port + path);
        HttpRequest request =
                HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10)).build();
        String body = HttpClient.newHttpClient()
                .send(request, BodyHandlers.ofString())
                .body();
        return new ObjectMapper().readTree(body).path("data");
    }
}
