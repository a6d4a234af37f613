package io.tpp.soak;

import java.time.Duration;

/** How leases end in a soak, and so when a connection's token may change. */
enum Setup {
    /** Only with their connection: it keeps its token for ever. */
    LEASE_BY_CONNECTION("connection", Duration.ofDays(1)),

    /** Also when their connection is idle while others wait. */
    IDLE_HOLDERS_RECLAIMED("connection", Duration.ofMillis(500)),

    /** With each request. */
    LEASE_BY_REQUEST("request", Duration.ofDays(1));

    private final String binding;
    private final Duration idleReclaim;

    Setup(String binding, Duration idleReclaim) {
        this.binding = binding;
        this.idleReclaim = idleReclaim;
    }

    /** Returns the settings for TPP, as pairs of variable and value. */
    String[] settings() {
        return new String[] {
            "TPP_TOKEN_BINDING",
            binding,
            "TPP_TOKEN_IDLE_RECLAIM_SECONDS",
            String.valueOf(idleReclaim.toMillis() / 1000.0),
        };
    }

    /**
     * Returns whether a connection's token may have changed between two requests.
     *
     * @param span from before the first was sent until after the second was answered, in nanoseconds
     */
    boolean tokenMayChange(long span) {
        return this == LEASE_BY_REQUEST || span >= idleReclaim.toNanos();
    }

    boolean reclaims() {
        return this == IDLE_HOLDERS_RECLAIMED;
    }

    /** Returns how long a client may stay idle without keeping the others from their work. */
    Duration longestIdle() {
        return reclaims() ? idleReclaim.multipliedBy(3) : Duration.ofMillis(200);
    }
}
