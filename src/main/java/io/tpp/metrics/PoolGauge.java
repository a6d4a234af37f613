package io.tpp.metrics;

import com.codahale.metrics.Gauge;
import io.tpp.pool.PoolSnapshot;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * One figure of the pool.
 *
 * <p>{@link #getValue()} looks at the pool each time. Who wants several figures that fit together
 * takes one {@link #snapshot()} and asks every gauge for its {@link #valueIn}. Thread-safe.
 */
final class PoolGauge implements Gauge<Double> {
    private final Supplier<PoolSnapshot> pool;
    private final ToDoubleFunction<PoolSnapshot> figure;

    PoolGauge(Supplier<PoolSnapshot> pool, ToDoubleFunction<PoolSnapshot> figure) {
        this.pool = pool;
        this.figure = figure;
    }

    @Override
    public Double getValue() {
        return valueIn(snapshot());
    }

    PoolSnapshot snapshot() {
        return pool.get();
    }

    double valueIn(PoolSnapshot snapshot) {
        return figure.applyAsDouble(snapshot);
    }
}
