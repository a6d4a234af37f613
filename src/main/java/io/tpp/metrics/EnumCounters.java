package io.tpp.metrics;

import com.codahale.metrics.Counter;
import com.codahale.metrics.MetricRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * One counter for each constant of an enum, whose name in lower case is the label's value.
 *
 * <p>All are registered from the start, so that a rate over one that never moved is 0 and not
 * missing. Thread-safe.
 */
final class EnumCounters<E extends Enum<E>> {
    private final Map<E, Counter> counters;

    EnumCounters(MetricRegistry registry, MetricName name, Class<E> type) {
        counters = new EnumMap<>(type);
        for (E constant : type.getEnumConstants()) {
            String labelValue = constant.name().toLowerCase(Locale.ROOT);
            counters.put(constant, registry.counter(name.key(labelValue)));
        }
    }

    void increment(E constant) {
        Objects.requireNonNull(counters.get(constant)).inc();
    }
}
