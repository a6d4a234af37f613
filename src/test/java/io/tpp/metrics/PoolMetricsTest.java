package io.tpp.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.codahale.metrics.MetricRegistry;
import io.tpp.pool.PoolListener.Outcome;
import io.tpp.pool.PoolListener.Probe;
import io.tpp.pool.PoolListener.RefreshReason;
import io.tpp.pool.PoolSnapshot;
import io.tpp.token.LoginException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PoolMetricsTest {
    private static final PoolSnapshot EMPTY = new PoolSnapshot(0, 0, 0, 0, 0, Duration.ZERO, null);

    private final MetricRegistry registry = new MetricRegistry();

    @Test
    void gaugesShowThePool() {
        PoolSnapshot pool = new PoolSnapshot(9, 8, 5, 3, 2, Duration.ofMillis(1500), "secretly unimportant");
        PoolMetrics metrics = new PoolMetrics(registry, () -> pool, () -> Duration.ofMillis(2500), () -> 4);

        assertThat(metrics).isNotNull();
        assertThat(Scrape.of(registry).moved())
                .containsOnly(
                        entry("tpp_tokens_total", 8.0),
                        entry("tpp_tokens_in_use", 5.0),
                        entry("tpp_tokens_available", 3.0),
                        entry("tpp_requests_waiting", 2.0),
                        entry("tpp_oldest_waiter_seconds", 1.5),
                        entry("tpp_token_min_remaining_seconds", 2.5),
                        entry("tpp_credentials_refused", 4.0));
    }

    @Test
    void theGaugesOfOneScrapeComeFromOneSnapshot() {
        AtomicInteger taken = new AtomicInteger();
        PoolMetrics metrics =
                new PoolMetrics(registry, () -> changing(taken.incrementAndGet()), () -> Duration.ZERO, () -> 0);

        Map<String, Double> first = Scrape.of(registry).values();
        Map<String, Double> second = Scrape.of(registry).values();

        assertThat(metrics).isNotNull();
        assertThat(taken).hasValue(2);
        assertThat(first).containsEntry("tpp_tokens_in_use", 1.0).containsEntry("tpp_tokens_available", 99.0);
        assertThat(second).containsEntry("tpp_tokens_in_use", 2.0).containsEntry("tpp_tokens_available", 98.0);
    }

    private static PoolSnapshot changing(int inUse) {
        return new PoolSnapshot(100, 100, inUse, 100 - inUse, 0, Duration.ZERO, null);
    }

    @Test
    void everySeriesIsThereAtZeroFromTheStart() {
        PoolMetrics metrics = new PoolMetrics(registry, () -> EMPTY, () -> Duration.ZERO, () -> 0);

        assertThat(metrics).isNotNull();
        assertThat(Scrape.of(registry).moved()).isEmpty();
        assertThat(Scrape.of(registry).values())
                .containsKeys(
                        "tpp_token_acquisitions_total",
                        "tpp_token_releases_total",
                        "tpp_token_errors_total",
                        "tpp_leases_reclaimed_total",
                        "tpp_acquisitions_by_outcome_total{outcome=immediate}",
                        "tpp_acquisitions_by_outcome_total{outcome=queued}",
                        "tpp_acquisitions_by_outcome_total{outcome=timeout}",
                        "tpp_acquisitions_by_outcome_total{outcome=rejected}",
                        "tpp_acquisitions_by_outcome_total{outcome=cancelled}",
                        "tpp_logins_total{outcome=ok}",
                        "tpp_logins_total{outcome=refused}",
                        "tpp_logins_total{outcome=unreachable}",
                        "tpp_logins_total{outcome=timeout}",
                        "tpp_logins_total{outcome=malformed}",
                        "tpp_refreshes_total{reason=age}",
                        "tpp_refreshes_total{reason=unauthorized}",
                        "tpp_refreshes_total{reason=probe}",
                        "tpp_refreshes_total{reason=admin}",
                        "tpp_probes_total{outcome=alive}",
                        "tpp_probes_total{outcome=dead}",
                        "tpp_probes_total{outcome=unknown}",
                        "tpp_acquisition_wait_seconds_bucket{le=+Inf}",
                        "tpp_acquisition_wait_seconds_count",
                        "tpp_login_seconds_sum");
    }

    @Test
    void everyAttemptIsCountedByItsOutcomeAndOnlySuccessesAsAcquisitions() {
        PoolMetrics metrics = new PoolMetrics(registry, () -> EMPTY, () -> Duration.ZERO, () -> 0);

        for (Outcome outcome : Outcome.values()) {
            metrics.acquireEnded(outcome, Duration.ZERO);
        }

        assertThat(Scrape.of(registry).values())
                .containsEntry("tpp_token_acquisitions_total", 2.0)
                .containsEntry("tpp_acquisitions_by_outcome_total{outcome=immediate}", 1.0)
                .containsEntry("tpp_acquisitions_by_outcome_total{outcome=queued}", 1.0)
                .containsEntry("tpp_acquisitions_by_outcome_total{outcome=timeout}", 1.0)
                .containsEntry("tpp_acquisitions_by_outcome_total{outcome=rejected}", 1.0)
                .containsEntry("tpp_acquisitions_by_outcome_total{outcome=cancelled}", 1.0)
                .containsEntry("tpp_acquisition_wait_seconds_count", 4.0);
    }

    @Test
    void waitsFallIntoTheirBuckets() {
        PoolMetrics metrics = new PoolMetrics(registry, () -> EMPTY, () -> Duration.ZERO, () -> 0);

        metrics.acquireEnded(Outcome.QUEUED, Duration.ofMillis(40));
        metrics.acquireEnded(Outcome.TIMEOUT, Duration.ofSeconds(20));

        assertThat(Scrape.of(registry).values())
                .containsEntry("tpp_acquisition_wait_seconds_bucket{le=0.025}", 0.0)
                .containsEntry("tpp_acquisition_wait_seconds_bucket{le=0.05}", 1.0)
                .containsEntry("tpp_acquisition_wait_seconds_bucket{le=10.0}", 1.0)
                .containsEntry("tpp_acquisition_wait_seconds_bucket{le=30.0}", 2.0)
                .containsEntry("tpp_acquisition_wait_seconds_bucket{le=+Inf}", 2.0)
                .containsEntry("tpp_acquisition_wait_seconds_count", 2.0)
                .containsEntry("tpp_acquisition_wait_seconds_sum", 20.04);
    }

    @Test
    void aLoginThatFailsIsCountedByKindAndAsATokenError() {
        PoolMetrics metrics = new PoolMetrics(registry, () -> EMPTY, () -> Duration.ZERO, () -> 0);

        metrics.loginEnded(null, Duration.ofSeconds(1));
        metrics.loginEnded(new LoginException(LoginException.Kind.REFUSED, "no"), Duration.ofSeconds(2));

        assertThat(Scrape.of(registry).values())
                .containsEntry("tpp_logins_total{outcome=ok}", 1.0)
                .containsEntry("tpp_logins_total{outcome=refused}", 1.0)
                .containsEntry("tpp_token_errors_total", 1.0)
                .containsEntry("tpp_login_seconds_count", 2.0)
                .containsEntry("tpp_login_seconds_sum", 3.0);
    }

    @Test
    void aPoolInWhichNoTokenHasAnEndHasNoShortestLife() {
        PoolMetrics metrics = new PoolMetrics(registry, () -> EMPTY, () -> null, () -> 0);

        assertThat(metrics).isNotNull();
        assertThat(Scrape.of(registry).values()).containsEntry("tpp_token_min_remaining_seconds", Double.NaN);
    }

    @Test
    void endedReclaimedAndRefreshedTokensAreCounted() {
        PoolMetrics metrics = new PoolMetrics(registry, () -> EMPTY, () -> Duration.ZERO, () -> 0);

        metrics.reclaimed();
        metrics.released(Duration.ofHours(1));
        metrics.refreshed(RefreshReason.UNAUTHORIZED);
        metrics.probeEnded(Probe.DEAD);

        assertThat(Scrape.of(registry).moved())
                .containsOnly(
                        entry("tpp_leases_reclaimed_total", 1.0),
                        entry("tpp_token_releases_total", 1.0),
                        entry("tpp_probes_total{outcome=dead}", 1.0),
                        entry("tpp_refreshes_total{reason=unauthorized}", 1.0));
    }
}
