package io.tpp.metrics;

import com.codahale.metrics.MetricRegistry;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** How the last reload of the configuration went, as metrics. */
public final class ReloadMetrics {
    private static final double MILLIS_PER_SECOND = 1000;

    private ReloadMetrics() {}

    /**
     * Registers them; at most once for a registry. The suppliers are asked at each scrape.
     *
     * @param successful whether the last reload was; true before the first one
     * @param readAt when the configuration in force was read
     */
    public static void register(MetricRegistry registry, BooleanSupplier successful, Supplier<Instant> readAt) {
        registry.gauge(MetricName.RELOAD_SUCCESSFUL.key(), () -> () -> successful.getAsBoolean() ? 1.0 : 0.0);
        registry.gauge(MetricName.RELOAD_TIME.key(), () -> () -> readAt.get().toEpochMilli() / MILLIS_PER_SECOND);
    }
}
