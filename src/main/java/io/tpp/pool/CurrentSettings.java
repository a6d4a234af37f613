package io.tpp.pool;

import java.util.function.Supplier;

/** The settings in force, which change as a whole. Thread-safe. */
final class CurrentSettings implements Supplier<PoolSettings> {
    private volatile PoolSettings settings;

    CurrentSettings(PoolSettings settings) {
        this.settings = settings;
    }

    @Override
    public PoolSettings get() {
        return settings;
    }

    void set(PoolSettings next) {
        settings = next;
    }
}
