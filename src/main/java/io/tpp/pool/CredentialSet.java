package io.tpp.pool;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.tpp.token.TokenSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The credentials there are, by position, and which of the tokens each has.
 *
 * <p>Owned by {@link TokenRefresher}'s thread.
 */
final class CredentialSet {
    private final TokenPool pool;
    private final LoginQueue queue;
    private final Backoff backoff;
    private final Map<PooledToken, TokenPlan> plans = new LinkedHashMap<>();
    private List<CredentialLogins> credentials = List.of();

    /** Spreads the tokens over the sources, which are no more than those. */
    CredentialSet(List<? extends TokenSource> sources, TokenPool pool, LoginQueue queue, Backoff backoff, long now) {
        this.pool = pool;
        this.queue = queue;
        this.backoff = backoff;
        replace(sources, now);
        follow(pool.tokens(), now);
    }

    /** Throws an {@link IllegalArgumentException} if there are no sources, or more than tokens, vacant ones aside. */
    static void checkCount(List<? extends TokenSource> sources, int tokens) {
        long count = sources.stream().filter(source -> !source.isVacant()).count();
        if (sources.isEmpty() || count > tokens) {
            throw new IllegalArgumentException(
                    "from 1 to " + tokens + " credentials are needed for a pool of " + tokens + ", not " + count);
        }
    }

    Collection<TokenPlan> plans() {
        return plans.values();
    }

    /** Returns null if the token has left the pool. */
    @Nullable
    TokenPlan plan(PooledToken token) {
        return plans.get(token);
    }

    /** Makes plans for new tokens, which are returned, and drops those of tokens that are not there any more. */
    @CanIgnoreReturnValue
    private Set<TokenPlan> follow(List<PooledToken> tokens, long now) {
        Set<PooledToken> present = Set.copyOf(tokens);
        plans.keySet().stream()
                .filter(token -> !present.contains(token))
                .toList()
                .forEach(this::retired);
        Set<TokenPlan> added = new LinkedHashSet<>();
        for (PooledToken token : tokens) {
            if (!plans.containsKey(token)) {
                CredentialLogins credential = credentials.get((token.number() - 1) % credentials.size());
                TokenPlan plan = new TokenPlan(token, credential, now);
                plans.put(token, plan);
                pool.credential(token, credential.position());
                added.add(plan);
            }
        }
        return added;
    }

    /** A token has left the pool: it is logged in no more, and the result of a login under way is dropped. */
    void retired(PooledToken token) {
        TokenPlan plan = plans.remove(token);
        if (plan != null) {
            plan.leave();
        }
    }

    /** Returns the tokens whose credentials are gone, or changed, with these sources. */
    Set<PooledToken> without(List<? extends TokenSource> sources) {
        Set<CredentialLogins> kept = new HashSet<>();
        for (int i = 0; i < Math.min(sources.size(), credentials.size()); i++) {
            if (isSame(i, sources)) {
                kept.add(credentials.get(i));
            }
        }
        return plans.values().stream()
                .filter(plan -> !kept.contains(plan.credential))
                .map(plan -> plan.token)
                .collect(Collectors.toSet());
    }

    private boolean isSame(int position, List<? extends TokenSource> sources) {
        return position < credentials.size()
                && credentials.get(position).source().equals(sources.get(position));
    }

    List<TokenSource> sources() {
        return credentials.stream().map(CredentialLogins::source).toList();
    }

    int size() {
        return credentials.size();
    }

    /** Takes other sources; one that equals that at its position before keeps its state. */
    private void replace(List<? extends TokenSource> sources, long now) {
        List<CredentialLogins> replaced = new ArrayList<>();
        for (int i = 0; i < sources.size(); i++) {
            replaced.add(
                    isSame(i, sources)
                            ? credentials.get(i)
                            : new CredentialLogins(i + 1, sources.get(i), backoff, now));
        }
        credentials = List.copyOf(replaced);
        queue.credentials(credentials);
    }

    /**
     * Takes other sources and tokens, and returns the tokens that are to be logged in now: those that are new, and those
     * that have another credential, out of every line.
     */
    List<TokenPlan> change(List<? extends TokenSource> sources, List<PooledToken> tokens, long now) {
        replace(sources, now);
        Set<TokenPlan> due = follow(tokens, now);
        Map<TokenPlan, CredentialLogins> moves = CredentialSpread.moves(List.copyOf(plans.values()), credentials);
        moves.forEach(this::move);
        due.addAll(moves.keySet());
        return List.copyOf(due);
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
