package io.tpp.pool;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Since when no token is usable although everything was tried, and so when those who wait are told.
 *
 * <p>Owned by {@link TokenRefresher}'s thread.
 */
final class Outage {
    private final TokenPool pool;
    private final RefreshSchedule schedule;
    private final Supplier<PoolSettings> settings;
    private @Nullable Long since;

    Outage(TokenPool pool, RefreshSchedule schedule, Supplier<PoolSettings> settings) {
        this.pool = pool;
        this.schedule = schedule;
        this.settings = settings;
    }

    void end() {
        since = null;
    }

    /**
     * Tells those who wait, once everything has failed for long; or sets the time at which to look again.
     *
     * @param reason why the last try failed; null: it did not
     * @param hopeless whether nothing is left to be tried for now
     */
    void consider(@Nullable String reason, boolean hopeless, long now) {
        if (reason == null || pool.snapshot().usable()) {
            end();
            return;
        }
        Long began = since;
        if (began == null) {
            began = now;
            since = began;
        }
        long tellAt = began + settings.get().outageWait().toNanos();
        if (hopeless || now - tellAt >= 0) {
            pool.outage(reason);
        } else {
            schedule.checkAt(tellAt);
        }
    }
}
