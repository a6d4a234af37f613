package io.tpp.pool;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Whether the upstream lets each login of a user end that user's older tokens, as nothing documents but
 * nothing rules out. Then a pool with several tokens a user would log in without end, each new token being
 * the death of the one before.
 *
 * <p>The sign: tokens die young while a younger one of the same credential is alive. From then on, for
 * {@link #LASTS}, only one token of that credential is kept. After a restart of the upstream the youngest
 * is dead as well, so that is never taken for this.
 *
 * <p>Owned by {@link TokenRefresher}'s thread.
 */
final class Cancellations {
    static final Duration LASTS = Duration.ofMinutes(10);
    private static final Duration YOUNG = Duration.ofMinutes(1);
    private static final int SIGNS = 2;

    private int signs;
    private boolean certain;
    private long until;

    /** The token of the last login. */
    private @Nullable TokenPlan youngest;

    void loggedIn(TokenPlan plan) {
        youngest = plan;
    }

    /** A token was refused, or found dead. Returns the one to be probed now, if that would make things clear. */
    @Nullable
    TokenPlan died(TokenPlan plan, long now) {
        TokenPlan other = youngest;
        if (other == plan) {
            signs = 0;
        } else if (other != null && other.alive && now - plan.obtainedAt < YOUNG.toNanos()) {
            signs++;
        }
        return signs >= SIGNS && !active(now) ? other : null;
    }

    /** A probe found this token alive. Returns true if that has made it clear that logins end older tokens. */
    boolean foundAlive(TokenPlan plan, long now) {
        if (plan != youngest || signs < SIGNS || active(now)) {
            return false;
        }
        // The next time, one sign less will do.
        signs = SIGNS - 1;
        certain = true;
        until = now + LASTS.toNanos();
        return true;
    }

    /** Returns the one token that is kept while this lasts, if it is alive; null: there was no login yet. */
    @Nullable
    TokenPlan kept() {
        return youngest;
    }

    /** Returns whether only one token may be kept now. */
    boolean active(long now) {
        certain = certain && now - until < 0;
        return certain;
    }

    /** Returns when that ends; only while it is {@link #active}. */
    long until() {
        return until;
    }
}
