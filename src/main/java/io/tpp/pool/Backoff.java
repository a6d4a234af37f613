package io.tpp.pool;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * How long to wait after the n-th failure in a row: doubling from a first delay to a longest one, less a
 * random quarter, so that many TPPs do not come back at the same instant. Immutable.
 */
final class Backoff {
    private final Duration first;
    private final Duration longest;
    private final DoubleSupplier random;

    /** {@code random} gives numbers from 0 to 1. */
    Backoff(Duration first, Duration longest, DoubleSupplier random) {
        this.first = first;
        this.longest = longest;
        this.random = random;
    }

    /** Returns the delay after {@code failures} in a row, at least 1. */
    Duration after(int failures) {
        int doublings = Math.min(failures - 1, 30);
        double delay = Math.min((double) first.toNanos() * (1L << doublings), (double) longest.toNanos());
        return Duration.ofNanos((long) (delay * (1 - random.getAsDouble() / 4)));
    }
}
