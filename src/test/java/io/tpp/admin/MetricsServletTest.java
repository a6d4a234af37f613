package io.tpp.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import io.tpp.metrics.HttpMetrics;
import io.tpp.metrics.PoolMetrics;
import io.tpp.metrics.PrometheusExport;
import io.tpp.pool.PoolListener.Outcome;
import io.tpp.pool.PoolSnapshot;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MetricsServletTest {
    private static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    private static final PoolSnapshot POOL = new PoolSnapshot(9, 8, 5, 3, 0, Duration.ZERO, "user 'alice' was refused");

    private final MetricRegistry registry = new MetricRegistry();
    private final HttpMetrics http = new HttpMetrics(registry);
    private final PoolMetrics pool = new PoolMetrics(registry, () -> POOL, () -> Duration.ZERO, () -> 0);
    private AdminServer server;

    @BeforeEach
    void start() throws Exception {
        MetricsServlet servlet = new MetricsServlet(PrometheusExport.of(registry, "1.2.3"));
        server = new AdminServer("/", Map.of("/metrics", servlet));
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    @Test
    void theTextFormatIsTheDefault() throws Exception {
        HttpResponse<String> response = server.get("/metrics");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("text/plain; version=0.0.4; charset=utf-8");
        assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
    }

    @Test
    void theWholeTextIsWellFormed() throws Exception {
        http.requestEnded(200, Duration.ofMillis(3));
        http.requestEnded(502, Duration.ofSeconds(400));
        pool.acquireEnded(Outcome.QUEUED, Duration.ofMillis(70));

        PrometheusText text = PrometheusText.parse(server.get("/metrics").body());

        assertThat(text.samples())
                .containsEntry("tpp_tokens_total", 8.0)
                .containsEntry("tpp_requests_total", 2.0)
                .containsEntry("tpp_acquisitions_by_outcome_total{outcome=\"queued\",}", 1.0)
                .containsEntry("tpp_request_seconds_bucket{code=\"5xx\",le=\"300.0\",}", 0.0)
                .containsEntry("tpp_request_seconds_bucket{code=\"5xx\",le=\"+Inf\",}", 1.0)
                .containsEntry("tpp_request_seconds_sum{code=\"5xx\",}", 400.0);
        assertThat(text.types())
                .containsEntry("tpp_tokens_total", "gauge")
                .containsEntry("tpp_requests_total", "counter")
                .containsEntry("tpp_request_seconds", "histogram")
                .containsEntry("process_cpu_seconds_total", "counter");
    }

    @Test
    void noLabelHoldsAUser() throws Exception {
        assertThat(server.get("/metrics").body()).doesNotContain("alice");
    }

    @Test
    void openMetricsIsGivenWhenItIsAccepted() throws Exception {
        HttpResponse<String> response = server.get(
                "/metrics",
                "Accept",
                "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.2");

        assertThat(response.headers().firstValue("Content-Type")).hasValue(OPEN_METRICS);
        assertThat(response.body())
                .contains(
                        "# TYPE tpp_requests counter\n", "tpp_requests_total 0.0\n", "# TYPE tpp_tokens_total gauge\n")
                .endsWith("# EOF\n");
    }

    @Test
    void everyAcceptHeaderIsRead() throws Exception {
        HttpResponse<String> response =
                server.get("/metrics", "Accept", "text/plain", "Accept", "application/openmetrics-text");

        assertThat(response.headers().firstValue("Content-Type")).hasValue(OPEN_METRICS);
    }

    @Test
    void namesNarrowTheAnswer() throws Exception {
        PrometheusText text =
                PrometheusText.parse(server.get("/metrics?name%5B%5D=tpp_tokens_total&name%5b%5d=tpp_login_seconds")
                        .body());

        assertThat(text.types()).containsOnlyKeys("tpp_tokens_total", "tpp_login_seconds");
        assertThat(text.samples()).containsKeys("tpp_login_seconds_sum", "tpp_login_seconds_bucket{le=\"+Inf\",}");
    }

    @Test
    void anUnknownNameGivesAnEmptyText() throws Exception {
        HttpResponse<String> response = server.get("/metrics?name%5B%5D=nothing");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEmpty();
    }

    @Test
    void headHasNoBody() throws Exception {
        HttpResponse<String> response = server.send("HEAD", "/metrics");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEmpty();
        assertThat(response.headers().firstValue("Content-Type")).hasValue("text/plain; version=0.0.4; charset=utf-8");
    }

    @Test
    void otherMethodsAreRefused() throws Exception {
        HttpResponse<String> response = server.send("POST", "/metrics");

        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers().firstValue("Allow")).hasValue("GET, HEAD");
    }
}
