package io.tpp.proxy;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.tpp.pool.TokenUse;
import io.tpp.token.BearerToken;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Sees to it that scripts which fail for want of a right, each time, do not have their token probed each time:
 * one value of a token is suspected only so often.
 *
 * <p>Thread-safe.
 */
final class Suspicions {
    static final Duration APART = Duration.ofSeconds(10);

    /** A new value may be dead as well, but a login for every failing script would be a storm of logins. */
    static final Duration RENEWED_APART = Duration.ofSeconds(2);

    /** When which value was suspected. */
    private record Raised(BearerToken value, long at) {}

    /** By the token's number. */
    @GuardedBy("this")
    private final Map<Integer, Raised> latest = new HashMap<>();

    private final LongSupplier nanoTime;

    Suspicions(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Returns whether the pool is to be told. */
    synchronized boolean raise(TokenUse use) {
        long now = nanoTime.getAsLong();
        Raised before = latest.get(use.tokenNumber());
        if (before != null
                && now - before.at() < apart(before.value(), use.value()).toNanos()) {
            return false;
        }
        latest.put(use.tokenNumber(), new Raised(use.value(), now));
        return true;
    }

    private static Duration apart(BearerToken before, BearerToken value) {
        return before.equals(value) ? APART : RENEWED_APART;
    }
}
