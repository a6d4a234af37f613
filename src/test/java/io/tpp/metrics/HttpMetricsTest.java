package io.tpp.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.codahale.metrics.MetricRegistry;
import io.tpp.proxy.ProxyListener.ReplayReason;
import io.tpp.proxy.ProxyListener.UpstreamError;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpMetricsTest {
    private final MetricRegistry registry = new MetricRegistry();
    private final HttpMetrics metrics = new HttpMetrics(registry);

    @Test
    void everySeriesIsThereAtZeroFromTheStart() {
        assertThat(Scrape.of(registry).moved()).isEmpty();
        assertThat(Scrape.of(registry).values())
                .containsKeys(
                        "tpp_requests_total",
                        "tpp_requests_errors_total",
                        "tpp_client_connections",
                        "tpp_connection_duration_seconds_count",
                        "tpp_request_seconds_count{code=1xx}",
                        "tpp_request_seconds_bucket{code=5xx,le=+Inf}",
                        "tpp_upstream_errors_total{kind=connect}",
                        "tpp_upstream_errors_total{kind=timeout}",
                        "tpp_upstream_errors_total{kind=reset}",
                        "tpp_upstream_errors_total{kind=protocol}");
    }

    @ParameterizedTest
    @CsvSource({
        "101, 1xx, 0",
        "200, 2xx, 0",
        "304, 3xx, 0",
        "404, 4xx, 0",
        "499, 4xx, 1",
        "500, 5xx, 1",
        "504, 5xx, 1",
        "0, 5xx, 0",
        "99, 5xx, 0",
        "600, 5xx, 1",
        "-1, 5xx, 0"
    })
    void aRequestIsCountedByTheClassOfItsStatus(int status, String code, double errors) {
        metrics.requestEnded(status, Duration.ofMillis(200));

        assertThat(Scrape.of(registry).values())
                .containsEntry("tpp_requests_total", 1.0)
                .containsEntry("tpp_requests_errors_total", errors)
                .containsEntry("tpp_request_seconds_count{code=" + code + "}", 1.0)
                .containsEntry("tpp_request_seconds_sum{code=" + code + "}", 0.2)
                .containsEntry("tpp_request_seconds_bucket{code=" + code + ",le=0.1}", 0.0)
                .containsEntry("tpp_request_seconds_bucket{code=" + code + ",le=0.25}", 1.0);
    }

    @Test
    void openConnectionsAreThoseOpenedLessThoseClosed() {
        metrics.connectionOpened();
        metrics.connectionOpened();
        metrics.connectionClosed(Duration.ofMinutes(2));

        assertThat(Scrape.of(registry).values())
                .containsEntry("tpp_client_connections", 1.0)
                .containsEntry("tpp_connection_duration_seconds_bucket{le=60.0}", 0.0)
                .containsEntry("tpp_connection_duration_seconds_bucket{le=300.0}", 1.0);
    }

    @Test
    void leasesThatOutlivedTheirConnectionAreCounted() {
        metrics.leaseLeaked();

        assertThat(Scrape.of(registry).moved()).containsOnly(entry("tpp_leases_leaked_total", 1.0));
    }

    @Test
    void replaysAreCountedByReason() {
        metrics.requestReplayed(ReplayReason.STALE);

        assertThat(Scrape.of(registry).moved()).containsOnly(entry("tpp_requests_replayed_total{reason=stale}", 1.0));
    }

    @Test
    void upstreamErrorsAreCountedByKind() {
        metrics.upstreamError(UpstreamError.RESET);

        assertThat(Scrape.of(registry).moved()).containsOnly(entry("tpp_upstream_errors_total{kind=reset}", 1.0));
    }
}
