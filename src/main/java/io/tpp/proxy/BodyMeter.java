package io.tpp.proxy;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Measures a request's body as it comes: how much of it, and whether it comes fast enough.
 *
 * <p>Only the time counts in which TPP waits for the client: not that in which the upstream takes nothing, nor that in
 * which the request waits for a token and enough was read ahead. Of the timeout, which is what it has at first and at
 * most, a body spends what it lets TPP wait, and earns with each byte what that is worth at the lowest rate; when nothing
 * is left, it is too slow. A body with any pauses shorter than the timeout passes if it comes at that rate.
 *
 * <p>Thread-safe.
 */
final class BodyMeter {
    private final RequestLimits limits;
    private final LongSupplier nanoTime;

    @GuardedBy("this")
    private long bytes;

    /** In nanoseconds. */
    @GuardedBy("this")
    private long left;

    @GuardedBy("this")
    private boolean waiting;

    @GuardedBy("this")
    private long waitingSince;

    BodyMeter(RequestLimits limits, LongSupplier nanoTime) {
        this.limits = limits;
        this.nanoTime = nanoTime;
        this.left = limits.bodyTimeout().toNanos();
    }

    /** Counts what has come. */
    synchronized void count(int more) throws BodyTooLargeException {
        bytes += more;
        long earned = limits.minBodyRate() == 0
                ? limits.bodyTimeout().toNanos()
                : TimeUnit.SECONDS.toNanos(more) / limits.minBodyRate();
        left = Math.min(limits.bodyTimeout().toNanos(), left + earned);
        if (limits.maxBodyBytes() > 0 && bytes > limits.maxBodyBytes()) {
            throw new BodyTooLargeException(limits.maxBodyBytes());
        }
    }

    /** TPP waits for more from now on. */
    synchronized void waits() {
        if (!waiting) {
            waiting = true;
            waitingSince = nanoTime.getAsLong();
        }
    }

    /** It does not any more. */
    synchronized void goesOn() {
        if (waiting) {
            waiting = false;
            left -= nanoTime.getAsLong() - waitingSince;
        }
    }

    synchronized boolean isTooSlow() {
        return waiting && !limits.bodyTimeout().isZero() && left - (nanoTime.getAsLong() - waitingSince) <= 0;
    }
}
