package io.tpp.pool;

import io.tpp.token.LoginException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What logins and probes tell of the upstream as a whole: whether it can be reached, and so whether those who wait have
 * to be told that it cannot.
 *
 * <p>Owned by {@link TokenRefresher}'s thread.
 */
final class Reachability {
    /** After so long without a success, one is the news that the upstream can be reached. */
    private static final Duration SILENCE = Duration.ofSeconds(1);

    private final TokenPool pool;
    private final LoginQueue queue;
    private final Prober prober;
    private final Outage outage;
    private long workedAt;

    /** Why the last login failed; null once a later one worked and no credential is failing. */
    private @Nullable String loginFailure;

    Reachability(TokenPool pool, LoginQueue queue, Prober prober, Outage outage, long now) {
        this.pool = pool;
        this.queue = queue;
        this.prober = prober;
        this.outage = outage;
        this.workedAt = now;
    }

    /** A login or probe was answered. The first in a while: whoever waits because nothing was need not wait longer. */
    void worked(long now) {
        outage.end();
        if (now - workedAt > SILENCE.toNanos()) {
            reachable(now);
        }
        workedAt = now;
    }

    /** Has at once tried again what failed because the upstream could not be reached. */
    void reachable(long now) {
        queue.reachable(now);
        prober.reachable();
    }

    /** Notes why the last login failed; null: none fails any more. */
    void loginFailure(@Nullable LoginException failure) {
        loginFailure = failure == null ? null : failure.getMessage();
        pool.lastLoginError(loginFailure);
    }

    /** Tells those who wait, if no token is usable and everything has failed for long. */
    void consider(long now) {
        String reason = loginFailure != null ? loginFailure : prober.failure();
        outage.consider(reason, queue.allRefused() && prober.idle(), now);
    }
}
