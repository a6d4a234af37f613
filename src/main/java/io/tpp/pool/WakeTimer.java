package io.tpp.pool;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One alarm clock: set again, it forgets the time before.
 *
 * <p>Owned by {@link TokenRefresher}'s thread, on which it also calls.
 */
final class WakeTimer {
    private final ScheduledExecutorService timer;
    private final Runnable wake;
    private @Nullable ScheduledFuture<?> next;
    private long nextAt;

    WakeTimer(ScheduledExecutorService timer, Runnable wake) {
        this.timer = timer;
        this.wake = wake;
    }

    void set(long at, long now) {
        if (next != null) {
            if (at == nextAt) {
                return;
            }
            next.cancel(false);
        }
        nextAt = at;
        next = timer.schedule(this::ring, at - now, TimeUnit.NANOSECONDS);
    }

    private void ring() {
        next = null;
        wake.run();
    }
}
