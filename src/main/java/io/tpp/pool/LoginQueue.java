package io.tpp.pool;

import io.tpp.token.LoginException;
import java.util.LinkedHashSet;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The due logins of all credentials: which may start next, credential by credential in turn.
 *
 * <p>No operation looks at all credentials, so that a pool may have very many.
 *
 * <p>Owned by {@link TokenRefresher}'s thread.
 */
final class LoginQueue {
    /** A credential with due logins that has to wait after a failure. Obsolete once it has failed again. */
    private record Rest(CredentialLogins credential, long until) {
        boolean obsolete() {
            return until != credential.notBefore();
        }
    }

    private final int credentials;

    /** Credentials of which a login may be ready, the next one first. */
    private final Set<CredentialLogins> ready = new LinkedHashSet<>();

    /** The one that may go on first is first. */
    private final PriorityQueue<Rest> resting = new PriorityQueue<>((a, b) -> Long.compare(a.until - b.until, 0));

    /** Credentials whose last login failed, the one that has failed for longest first. */
    private final Set<CredentialLogins> failing = new LinkedHashSet<>();

    /** How many of them were refused. */
    private int refused;

    LoginQueue(int credentials) {
        this.credentials = credentials;
    }

    /** Takes up a token whose login is due. */
    void add(TokenPlan plan, long now) {
        plan.credential.add(plan);
        lineUp(plan.credential, now);
    }

    /** Takes the next token to log in, if one may start. */
    @Nullable
    TokenPlan next(long now) {
        endRests(now);
        while (!ready.isEmpty()) {
            CredentialLogins credential = ready.iterator().next();
            ready.remove(credential);
            TokenPlan plan = credential.takeReady(now);
            if (plan != null) {
                lineUp(credential, now);
                return plan;
            }
        }
        return null;
    }

    void succeeded(TokenPlan plan, long now) {
        CredentialLogins credential = plan.credential;
        refused -= refusals(credential);
        credential.succeeded();
        failing.remove(credential);
        lineUp(credential, now);
    }

    void failed(TokenPlan plan, LoginException reason, long now) {
        CredentialLogins credential = plan.credential;
        int before = refusals(credential);
        credential.failed(plan, reason, now);
        refused += refusals(credential) - before;
        failing.add(credential);
        lineUp(credential, now);
    }

    /** Returns when the first credential that has to wait after a failure may go on; null if none has. */
    @Nullable
    Long restUntil(long now) {
        endRests(now);
        return resting.isEmpty() ? null : resting.element().until();
    }

    boolean allRefused() {
        return refused == credentials;
    }

    /** Returns why the login failed of the credential that has failed for longest; null if none is failing. */
    @Nullable
    LoginException failure() {
        return failing.isEmpty() ? null : failing.iterator().next().failure();
    }

    private static int refusals(CredentialLogins credential) {
        return credential.refused() ? 1 : 0;
    }

    private void lineUp(CredentialLogins credential, long now) {
        if (!credential.hasDue()) {
            return;
        }
        if (credential.notBefore() - now > 0) {
            resting.add(new Rest(credential, credential.notBefore()));
        } else {
            ready.add(credential);
        }
    }

    private void endRests(long now) {
        Rest rest;
        while ((rest = resting.peek()) != null && (rest.obsolete() || rest.until() - now <= 0)) {
            resting.remove();
            if (!rest.obsolete()) {
                ready.add(rest.credential());
            }
        }
    }
}
