package io.tpp.soak;

import java.time.Duration;

/**
 * How leases end in a soak, and so when a connection's token may change.
 *
 * <p>It may also change when the token dies, so in one of them tokens do not: there the upstream does not restart, and
 * logins do not fail.
 */
enum Setup {
    /** Only with their connection: it keeps its token for ever. */
    LEASE_BY_CONNECTION("connection", Duration.ofDays(1), "3600"),

    /** Also when their connection is idle while others wait. */
    IDLE_HOLDERS_RECLAIMED("connection", Duration.ofMillis(500), "6"),

    /** With each request. */
    LEASE_BY_REQUEST("request", Duration.ofDays(1), "6");

    private final String binding;
    private final Duration idleReclaim;
    private final String ttlSeconds;

    Setup(String binding, Duration idleReclaim, String ttlSeconds) {
        this.binding = binding;
        this.idleReclaim = idleReclaim;
        this.ttlSeconds = ttlSeconds;
    }

    /** Returns the settings for TPP, as pairs of variable and value. */
    String[] settings() {
        return new String[] {
            "TPP_TOKEN_BINDING",
            binding,
            "TPP_TOKEN_IDLE_RECLAIM_SECONDS",
            String.valueOf(idleReclaim.toMillis() / 1000.0),
            "TPP_TOKEN_TTL_SECONDS",
            ttlSeconds,
            "TPP_TOKEN_REFRESH_CHECK_SECONDS",
            "0.2",
        };
    }

    /**
     * Returns whether a connection's token, if it is alive, may have changed between two requests.
     *
     * @param span from before the first was sent until after the second was answered, in nanoseconds
     */
    boolean tokenMayChange(long span) {
        return this == LEASE_BY_REQUEST || span >= idleReclaim.toNanos();
    }

    /** Returns whether tokens die, by age or with the upstream. */
    boolean tokensDie() {
        return this != LEASE_BY_CONNECTION;
    }

    boolean reclaims() {
        return this == IDLE_HOLDERS_RECLAIMED;
    }

    /** Returns how long a client may stay idle without keeping the others from their work. */
    Duration longestIdle() {
        return reclaims() ? idleReclaim.multipliedBy(3) : Duration.ofMillis(200);
    }
}
