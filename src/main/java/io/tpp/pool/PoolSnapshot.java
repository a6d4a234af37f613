package io.tpp.pool;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The pool at one instant, read under its lock, so the figures fit together.
 *
 * @param size how many tokens the pool aims to hold
 * @param total how many it holds; less than {@code size} while some were never obtained
 * @param inUse how many of them are leased
 * @param available how many of them can be leased now
 * @param waiting how many requests wait, those for a leased token's new value included
 * @param oldestWait how long the first of them has waited; zero if none waits
 * @param lastLoginError why the last login failed, without secrets; null once a later one worked
 */
public record PoolSnapshot(
        int size,
        int total,
        int inUse,
        int available,
        int waiting,
        Duration oldestWait,
        @Nullable String lastLoginError) {

    /** How well clients are served; the names in lower case are those that health checks answer. */
    public enum Health {
        HEALTHY,
        /** Requests are served, but someone waits and no token is free. */
        DEGRADED,
        /** No request can be served. */
        UNHEALTHY
    }

    public Health health() {
        if (!usable()) {
            return Health.UNHEALTHY;
        }
        return waiting > 0 && available == 0 ? Health.DEGRADED : Health.HEALTHY;
    }

    /** Returns whether a request can be served now or as soon as a lease ends. */
    public boolean usable() {
        return available + inUse > 0;
    }

    /** Returns the counts in one line. */
    public String figures() {
        return "total " + total + " of " + size + ", in use " + inUse + ", available " + available + ", waiting "
                + waiting;
    }

    /** Returns the state in one line, as it stands in log lines and refusals. */
    @Override
    public String toString() {
        return lastLoginError == null ? figures() : figures() + "; last login error: " + lastLoginError;
    }
}
