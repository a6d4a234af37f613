package io.tpp.pool;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Since when no token is usable although everything was tried, and so when those who wait are told.
 *
 * <p>Owned by {@link TokenRefresher}'s thread.
 */
final class Outage {
    private final long waitNanos;
    private @Nullable Long since;

    Outage(Duration wait) {
        this.waitNanos = wait.toNanos();
    }

    void end() {
        since = null;
    }

    /** Returns when they are told; with {@code hopeless}, that no token can come, now. */
    long tellAt(boolean hopeless, long now) {
        Long began = since;
        if (began == null) {
            began = now;
            since = began;
        }
        return hopeless ? now : began + waitNanos;
    }
}
