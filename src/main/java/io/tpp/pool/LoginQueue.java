package io.tpp.pool;

import io.tpp.token.LoginException;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * The due logins of all credentials: which may start next, credential by credential in turn.
 *
 * <p>No operation of everyday looks at all credentials, so that a pool may have very many.
 *
 * <p>Owned by {@link TokenRefresher}'s thread, but for {@link #refusals}.
 */
final class LoginQueue {
    /** A credential with due logins that has to wait after a failure. Obsolete once that has changed. */
    private record Rest(CredentialLogins credential, long until) {}

    private Set<CredentialLogins> credentials = Set.of();

    /** Credentials of which a login may be ready, the next one first. */
    private final Set<CredentialLogins> ready = new LinkedHashSet<>();

    /** The one that may go on first is first. */
    private final PriorityQueue<Rest> resting = new PriorityQueue<>((a, b) -> Long.compare(a.until - b.until, 0));

    /** Credentials whose last login failed, the one that has failed for longest first. */
    private final Set<CredentialLogins> failing = new LinkedHashSet<>();

    /** Those of them that were refused, by position. */
    private final Map<Integer, CredentialRefusal> refusals = new ConcurrentSkipListMap<>();

    /** How many those are, which the map would have to count. */
    private int refused;

    /** Sets the credentials there are now; of the others only logins under way are left. */
    void credentials(Collection<CredentialLogins> all) {
        credentials = new LinkedHashSet<>(all);
        ready.retainAll(credentials);
        failing.retainAll(credentials);
        resting.removeIf(rest -> !credentials.contains(rest.credential()));
        refusals.clear();
        refused = 0;
        failing.forEach(this::noteRefusal);
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
            if (plan != null || credential.notBefore(now) - now > 0) {
                lineUp(credential, now);
            }
            if (plan != null) {
                return plan;
            }
        }
        return null;
    }

    void succeeded(LoginAttempt attempt, long now) {
        CredentialLogins credential = attempt.credential;
        credential.succeeded(attempt.obsolete() ? null : attempt.plan);
        failing.remove(credential);
        noteRefusal(credential);
        lineUp(credential, now);
    }

    void failed(LoginAttempt attempt, LoginException reason, long now) {
        CredentialLogins credential = attempt.credential;
        credential.failed(reason, now);
        if (!attempt.obsolete()) {
            credential.add(attempt.plan);
        }
        if (credentials.contains(credential)) {
            failing.add(credential);
            noteRefusal(credential);
        }
        lineUp(credential, now);
    }

    private void noteRefusal(CredentialLogins credential) {
        int position = credential.position();
        if (!credentials.contains(credential)) {
            return;
        }
        if (!credential.refused()) {
            refused -= refusals.remove(position) == null ? 0 : 1;
        } else if (refusals.put(position, new CredentialRefusal(position, credential.failureMessage())) == null) {
            refused++;
        }
    }

    /** The upstream can be reached again: those that wait only because it could not need not any longer. */
    void reachable(long now) {
        for (CredentialLogins credential : List.copyOf(failing)) {
            if (credential.unreachable()) {
                credential.retry(now);
                lineUp(credential, now);
            }
        }
    }

    /** Returns when the first credential that has to wait after a failure may go on; null if none has. */
    @Nullable
    Long restUntil(long now) {
        endRests(now);
        return resting.isEmpty() ? null : resting.element().until();
    }

    boolean allRefused() {
        return refused == credentials.size();
    }

    /** Returns which credentials are refused, by position. May be called on any thread. */
    List<CredentialRefusal> refusals() {
        return List.copyOf(refusals.values());
    }

    /** Returns why the login failed of the credential that has failed for longest; null if none is failing. */
    @Nullable
    LoginException failure() {
        return failing.isEmpty() ? null : failing.iterator().next().failure();
    }

    private void lineUp(CredentialLogins credential, long now) {
        if (!credential.hasDue() || !credentials.contains(credential)) {
            return;
        }
        long notBefore = credential.notBefore(now);
        if (notBefore - now > 0) {
            resting.add(new Rest(credential, notBefore));
        } else {
            ready.add(credential);
        }
    }

    private void endRests(long now) {
        Rest rest;
        while ((rest = resting.peek()) != null && isOver(rest, now)) {
            resting.remove();
            lineUp(rest.credential(), now);
        }
    }

    /** Also if the credential waits for another time now, under which it is lined up again if need be. */
    private static boolean isOver(Rest rest, long now) {
        return rest.until() - now <= 0
                || !rest.credential().hasDue()
                || rest.until() != rest.credential().notBefore(now);
    }
}
