package io.tpp.pool;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Whether the upstream lets each login of a user end that user's older tokens, as nothing documents but
 * nothing rules out. Then a pool with several tokens a user would log in without end, each new token being
 * the death of the one before.
 *
 * <p>The sign: a token dies young while a younger one of the same credential lives. That may also be the
 * first that is noticed of a restart, so the deaths of all others obtained before are no further sign; but
 * at a second sign no more is logged in until a probe of the youngest token has made it clear. If that is
 * alive, there was no restart, and only one token of the credential is kept for {@link #LASTS}.
 *
 * <p>Owned by {@link TokenRefresher}'s thread.
 */
final class Cancellations {
    static final Duration LASTS = Duration.ofMinutes(10);
    private static final Duration YOUNG = Duration.ofMinutes(1);

    /** How long it may take to make things clear. */
    private static final Duration DOUBT = Duration.ofSeconds(10);

    private static final int SIGNS = 2;

    private int signs;
    private long lastSignAt;

    /** Tokens obtained until then may have died by a restart. */
    private long restartedAt;

    private boolean restricted;
    private boolean certain;
    private long until;

    /** The token of the last login. */
    private @Nullable TokenPlan youngest;

    Cancellations(long now) {
        this.lastSignAt = now - YOUNG.toNanos();
        this.restartedAt = lastSignAt;
    }

    void loggedIn(TokenPlan plan) {
        youngest = plan;
    }

    /** A token was refused, or found dead. Returns the one to be probed now to make things clear, if any. */
    @Nullable
    TokenPlan died(TokenPlan plan, long now) {
        TokenPlan other = youngest;
        boolean explained = plan.obtainedAt - restartedAt <= 0;
        restartedAt = explained ? restartedAt : now;
        if (other == plan) {
            signs = 0;
            restricted &= certain;
            return null;
        }
        if (explained || other == null || !other.alive || now - plan.obtainedAt >= YOUNG.toNanos()) {
            return null;
        }
        signs++;
        lastSignAt = now;
        if (signs < SIGNS || (active(now) && certain)) {
            return null;
        }
        restrict(DOUBT, now);
        return other;
    }

    /** Returns whether logins are to be made one by one, so that it is clear which token is the youngest. */
    boolean suspected(long now) {
        return signs > 0 && now - lastSignAt < YOUNG.toNanos();
    }

    /** A probe found this token alive. Returns true if that has made it clear that logins end older tokens. */
    boolean foundAlive(TokenPlan plan, long now) {
        if (plan != youngest || signs < SIGNS || (active(now) && certain)) {
            return false;
        }
        // The next time, one sign less will do.
        signs = SIGNS - 1;
        restrict(LASTS, now);
        certain = true;
        return true;
    }

    private void restrict(Duration duration, long now) {
        restricted = true;
        certain = false;
        until = now + duration.toNanos();
    }

    /** Returns the one token that is kept while this lasts, if it is alive; null: there was no login yet. */
    @Nullable
    TokenPlan kept() {
        return youngest;
    }

    /** Returns whether only one token may be kept now. */
    boolean active(long now) {
        restricted = restricted && now - until < 0;
        return restricted;
    }

    /** Returns when that ends; only while it is {@link #active}. */
    long until() {
        return until;
    }
}
