package io.tpp.pool;

import io.tpp.pool.PoolListener.RefreshReason;
import io.tpp.token.BearerToken;
import io.tpp.token.LoginException;
import java.time.Duration;

/**
 * Acts on what came of a login: puts the token into the pool, or sees to it that it is tried again, and tells log,
 * listener and those who wait.
 *
 * <p>Owned by {@link TokenRefresher}'s thread.
 */
final class LoginOutcomes {
    private final TokenPool pool;
    private final LoginQueue queue;
    private final RefreshSchedule schedule;
    private final Reachability reachability;
    private final FutileStart futileStart;
    private final LoginLog log;
    private final PoolListener listener;

    LoginOutcomes(
            TokenPool pool,
            LoginQueue queue,
            RefreshSchedule schedule,
            Reachability reachability,
            FutileStart futileStart,
            LoginLog log,
            PoolListener listener) {
        this.pool = pool;
        this.queue = queue;
        this.schedule = schedule;
        this.reachability = reachability;
        this.futileStart = futileStart;
        this.log = log;
        this.listener = listener;
    }

    void succeeded(LoginAttempt attempt, BearerToken token, long now) {
        boolean obsolete = attempt.obsolete();
        log.succeeded(attempt.credential);
        queue.succeeded(attempt, now);
        futileStart.obtained();
        reachability.worked(now);
        reachability.loginFailure(queue.failure());
        listener.loginEnded(null, Duration.ofNanos(now - attempt.startedAt));
        if (!obsolete) {
            renew(attempt, token, now);
        }
    }

    private void renew(LoginAttempt attempt, BearerToken token, long now) {
        TokenPlan plan = attempt.plan;
        boolean ages = attempt.credential.source().expires();
        schedule.renewed(plan, ages, attempt.startedAt, now);
        RefreshReason reason = plan.renewed();
        boolean replaced = pool.renew(plan.token, token, attempt.startedAt, ages);
        log.filled(pool.snapshot());
        if (replaced) {
            listener.refreshed(reason);
        }
    }

    void failed(LoginAttempt attempt, LoginException failure, long now) {
        queue.failed(attempt, failure, now);
        if (!attempt.obsolete()) {
            attempt.plan.attempt = null;
            pool.loginFailed(attempt.plan.token);
        }
        reachability.loginFailure(failure);
        reachability.consider(now);
        logFailure(attempt.credential, failure);
        listener.loginEnded(failure, Duration.ofNanos(now - attempt.startedAt));
    }

    private void logFailure(CredentialLogins credential, LoginException failure) {
        String message = String.valueOf(failure.getMessage());
        if (futileStart.isFutile()) {
            log.failedForGood(message);
            futileStart.tell();
        } else {
            log.failed(credential, message);
        }
    }
}
