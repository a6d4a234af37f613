package io.tpp.pool;

import io.tpp.token.LoginException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What happens in the pool, for metrics and logs.
 *
 * <p>Called without the pool's lock, on whichever thread caused the event; must not block.
 */
public interface PoolListener {
    /** How an attempt to acquire ended; the names are those of the metric's {@code outcome}. */
    enum Outcome {
        /** A token was free. */
        IMMEDIATE,
        /** A token came after waiting. */
        QUEUED,
        /** The wait timeout passed. */
        TIMEOUT,
        /** The queue was full, or the pool is closed. */
        REJECTED,
        /** The client left while waiting. */
        CANCELLED
    }

    /** Why a token was replaced; the names are those of the metric's {@code reason}. */
    enum RefreshReason {
        /** Its ttl came near. */
        AGE,
        /** The upstream refused it. */
        UNAUTHORIZED,
        /** A probe found it dead, or could not find it alive. */
        PROBE,
        /** Its credential was changed or taken away. */
        ADMIN
    }

    /** An attempt to acquire ended; {@code waited} is zero unless it was queued. */
    default void acquireEnded(Outcome outcome, Duration waited) {}

    /** A lease ended after {@code held}. */
    default void released(Duration held) {}

    /** An idle holder lost its lease to a waiter. {@link #released} is called as well. */
    default void reclaimed() {}

    /** A login ended; {@code failure} is null when it gave a token. */
    default void loginEnded(@Nullable LoginException failure, Duration took) {}

    /** How a probe of a token ended; the names are those of the metric's {@code outcome}. */
    enum Probe {
        ALIVE,
        DEAD,
        /** It could not be found out. */
        UNKNOWN
    }

    /** A probe of a token ended. */
    default void probeEnded(Probe outcome) {}

    /** A token the pool already held was replaced by a new one. */
    default void refreshed(RefreshReason reason) {}
}
