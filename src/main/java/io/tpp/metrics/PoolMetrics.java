package io.tpp.metrics;

import com.codahale.metrics.Counter;
import com.codahale.metrics.MetricRegistry;
import io.tpp.pool.PoolListener;
import io.tpp.pool.PoolSnapshot;
import io.tpp.token.LoginException;
import java.time.Duration;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The pool's state and events as metrics. Thread-safe; no method blocks. */
public final class PoolMetrics implements PoolListener {
    private static final double NANOS_PER_SECOND = 1e9;

    private final Counter acquisitions;
    private final EnumCounters<Outcome> outcomes;
    private final BucketHistogram waits;
    private final Counter releases;
    private final Counter reclaims;
    private final Counter loginSuccesses;
    private final EnumCounters<LoginException.Kind> loginFailures;
    private final Counter tokenErrors;
    private final BucketHistogram logins;
    private final EnumCounters<RefreshReason> refreshes;
    private final EnumCounters<Probe> probes;

    /**
     * Registers the metrics of the pool; at most once for a registry. The suppliers are asked at each
     * scrape, not before.
     *
     * @param shortestRemaining how long the token lives that has the least left; null: none has an end
     * @param credentialsRefused how many credentials the upstream does not accept at present
     */
    public PoolMetrics(
            MetricRegistry registry,
            Supplier<PoolSnapshot> pool,
            Supplier<@Nullable Duration> shortestRemaining,
            IntSupplier credentialsRefused) {
        registerGauges(registry, pool);
        registry.gauge(MetricName.TOKEN_MIN_REMAINING_SECONDS.key(), () -> () -> remaining(shortestRemaining.get()));
        registry.gauge(MetricName.CREDENTIALS_REFUSED.key(), () -> () -> (double) credentialsRefused.getAsInt());
        acquisitions = registry.counter(MetricName.TOKEN_ACQUISITIONS.key());
        outcomes = new EnumCounters<>(registry, MetricName.ACQUISITIONS_BY_OUTCOME, Outcome.class);
        waits = registry.register(MetricName.ACQUISITION_WAIT_SECONDS.key(), new BucketHistogram());
        releases = registry.counter(MetricName.TOKEN_RELEASES.key());
        reclaims = registry.counter(MetricName.LEASES_RECLAIMED.key());
        loginSuccesses = registry.counter(MetricName.LOGINS.key("ok"));
        loginFailures = new EnumCounters<>(registry, MetricName.LOGINS, LoginException.Kind.class);
        tokenErrors = registry.counter(MetricName.TOKEN_ERRORS.key());
        logins = registry.register(MetricName.LOGIN_SECONDS.key(), new BucketHistogram());
        refreshes = new EnumCounters<>(registry, MetricName.REFRESHES, RefreshReason.class);
        probes = new EnumCounters<>(registry, MetricName.PROBES, Probe.class);
    }

    private static void registerGauges(MetricRegistry registry, Supplier<PoolSnapshot> pool) {
        registerGauge(registry, MetricName.TOKENS_TOTAL, pool, PoolSnapshot::total);
        registerGauge(registry, MetricName.TOKENS_IN_USE, pool, PoolSnapshot::inUse);
        registerGauge(registry, MetricName.TOKENS_AVAILABLE, pool, PoolSnapshot::available);
        registerGauge(registry, MetricName.REQUESTS_WAITING, pool, PoolSnapshot::waiting);
        registerGauge(registry, MetricName.OLDEST_WAITER_SECONDS, pool, PoolMetrics::oldestWaitSeconds);
    }

    private static void registerGauge(
            MetricRegistry registry,
            MetricName name,
            Supplier<PoolSnapshot> pool,
            ToDoubleFunction<PoolSnapshot> figure) {
        registry.register(name.key(), new PoolGauge(pool, figure));
    }

    private static double oldestWaitSeconds(PoolSnapshot pool) {
        return pool.oldestWait().toNanos() / NANOS_PER_SECOND;
    }

    /** Without a token that ends, there is no such time; 0 would be an alarm. */
    private static double remaining(@Nullable Duration shortest) {
        return shortest == null ? Double.NaN : shortest.toNanos() / NANOS_PER_SECOND;
    }

    /** Returns how long those who wanted a token waited so far, as {@code tpp_acquisition_wait_seconds} has it. */
    public Distribution waits() {
        return waits.distribution();
    }

    @Override
    public void acquireEnded(Outcome outcome, Duration waited) {
        outcomes.increment(outcome);
        if (outcome == Outcome.IMMEDIATE || outcome == Outcome.QUEUED) {
            acquisitions.inc();
        }
        // Those who gave up count as well, or the histogram would look best when waiting is worst;
        // those refused at once do not, or it would look best when the queue is full.
        if (outcome != Outcome.REJECTED) {
            waits.record(waited);
        }
    }

    @Override
    public void released(Duration held) {
        releases.inc();
    }

    @Override
    public void reclaimed() {
        reclaims.inc();
    }

    @Override
    public void loginEnded(@Nullable LoginException failure, Duration took) {
        logins.record(took);
        if (failure == null) {
            loginSuccesses.inc();
        } else {
            loginFailures.increment(failure.kind());
            tokenErrors.inc();
        }
    }

    @Override
    public void probeEnded(Probe outcome) {
        probes.increment(outcome);
    }

    @Override
    public void refreshed(RefreshReason reason) {
        refreshes.increment(reason);
    }
}
