package io.tpp.pool;

import io.tpp.token.TokenSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The credentials there are, by position, and which of the tokens each has.
 *
 * <p>Owned by {@link TokenRefresher}'s thread.
 */
final class CredentialSet {
    private final TokenPool pool;
    private final LoginQueue queue;
    private final Backoff backoff;
    private final List<TokenPlan> plans;
    private List<CredentialLogins> credentials = List.of();

    /** Spreads the tokens over the sources, which are no more than those. */
    CredentialSet(List<? extends TokenSource> sources, TokenPool pool, LoginQueue queue, Backoff backoff, long now) {
        this.pool = pool;
        this.queue = queue;
        this.backoff = backoff;
        replace(sources, now);
        this.plans = pool.tokens().stream()
                .map(token -> new TokenPlan(token, credentials.get((token.number() - 1) % credentials.size()), now))
                .toList();
        plans.forEach(plan -> pool.credential(plan.token, plan.credential.position()));
    }

    /** Throws an {@link IllegalArgumentException} if there are no sources, or more than tokens. */
    static void checkCount(List<? extends TokenSource> sources, int tokens) {
        if (sources.isEmpty() || sources.size() > tokens) {
            throw new IllegalArgumentException("from 1 to " + tokens + " credentials are needed for a pool of " + tokens
                    + ", not " + sources.size());
        }
    }

    List<TokenPlan> plans() {
        return plans;
    }

    TokenPlan plan(PooledToken token) {
        return plans.get(token.number() - 1);
    }

    int size() {
        return credentials.size();
    }

    /** Takes other sources; one that equals that at its position before keeps its state. */
    private void replace(List<? extends TokenSource> sources, long now) {
        List<CredentialLogins> replaced = new ArrayList<>();
        for (int i = 0; i < sources.size(); i++) {
            boolean same = i < credentials.size() && credentials.get(i).source().equals(sources.get(i));
            replaced.add(same ? credentials.get(i) : new CredentialLogins(i + 1, sources.get(i), backoff, now));
        }
        credentials = List.copyOf(replaced);
        queue.credentials(credentials);
    }

    /** Takes other sources, and returns the tokens that have another credential now, out of every line. */
    List<TokenPlan> change(List<? extends TokenSource> sources, long now) {
        replace(sources, now);
        Map<TokenPlan, CredentialLogins> moves = CredentialSpread.moves(plans, credentials);
        moves.forEach(this::move);
        return List.copyOf(moves.keySet());
    }

    private void move(TokenPlan plan, CredentialLogins credential) {
        if (!plan.credential.source().expires()) {
            // A ready-made token is its own credential, so it goes with it, and at once.
            plan.alive = false;
            pool.withdraw(plan.token);
        }
        plan.move(credential);
        pool.credential(plan.token, credential.position());
    }
}
