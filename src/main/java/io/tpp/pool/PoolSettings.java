package io.tpp.pool;

import java.time.Duration;

/**
 * What the pool is told; the keys under {@code token} in the configuration.
 *
 * @param size how many tokens to hold; at least one a credential
 * @param ttl how long a token is valid after its login began
 * @param refreshCheck how often the tokens' ages are looked at
 * @param refreshAhead how long before the ttl a token is replaced, less a random part
 * @param loginConcurrency how many logins may be under way at once, and how many probes
 * @param validate how often a token is probed while it is idle; zero: never
 * @param idleReclaim how long a holder may be idle while others wait; zero: for ever
 * @param maxWaiting how many requests may wait; 0: no limit
 * @param waitTimeout how long a request may wait; zero: for ever
 * @param outageWait how long requests wait while no token is usable and every login and probe fails
 */
public record PoolSettings(
        int size,
        Duration ttl,
        Duration refreshCheck,
        Duration refreshAhead,
        int loginConcurrency,
        Duration validate,
        Duration idleReclaim,
        int maxWaiting,
        Duration waitTimeout,
        Duration outageWait) {
    private static final Duration LONGEST = Duration.ofDays(36_500);

    public PoolSettings {
        checkAtLeast("size", size, 1);
        checkAtLeast("loginConcurrency", loginConcurrency, 1);
        checkAtLeast("maxWaiting", maxWaiting, 0);
        check("ttl", ttl);
        check("refreshCheck", refreshCheck);
        check("refreshAhead", refreshAhead);
        check("validate", validate);
        check("idleReclaim", idleReclaim);
        check("waitTimeout", waitTimeout);
        check("outageWait", outageWait);
        if (refreshAhead.compareTo(ttl) >= 0) {
            throw new IllegalArgumentException("refreshAhead must be less than ttl " + ttl + ", was " + refreshAhead);
        }
    }

    private static void checkAtLeast(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(name + " must be at least " + least + ", was " + value);
        }
    }

    /** The pool counts in nanoseconds, and a {@code long} holds 292 years of them. */
    private static void check(String name, Duration value) {
        if (value.isNegative() || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(name + " must be from 0 to " + LONGEST.toDays() + " days, was " + value);
        }
    }
}
