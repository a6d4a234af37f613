package io.tpp.pool;

import io.tpp.token.BearerToken;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The tokens and their condition: which may be used, which are idle, and how many there are of each.
 *
 * <p>Not thread-safe: {@link TokenPool} calls it, through {@link LeaseLedger}, under its lock, and passes
 * the time in.
 */
final class TokenShelf {
    /** Who decides what happens to a token that has become usable. */
    interface Taker {
        void usable(PooledToken token, long now);
    }

    private final Taker taker;

    /** Those of the lowest numbers that were free when they came. */
    private final Set<PooledToken> tokens = new LinkedHashSet<>();

    private long ttlNanos;

    /** Valid tokens nobody holds; the one unused for longest first. */
    private final Chain<PooledToken> idle = new Chain<>();

    /** How many tokens were ever obtained. */
    private int held;

    /** How many valid tokens are on lease. */
    private int inUse;

    TokenShelf(int size, long ttlNanos, Taker taker) {
        this.ttlNanos = ttlNanos;
        this.taker = taker;
        add(size);
    }

    List<PooledToken> tokens() {
        return List.copyOf(tokens);
    }

    /** Adds places for so many tokens, which are to be obtained. */
    void add(int more) {
        Set<Integer> taken = tokens.stream().map(PooledToken::number).collect(Collectors.toSet());
        IntStream.iterate(1, number -> number + 1)
                .filter(number -> !taken.contains(number))
                .limit(more)
                .mapToObj(PooledToken::new)
                .forEach(tokens::add);
    }

    /** Takes a token out that nobody holds. */
    void remove(PooledToken token) {
        forget(token);
        token.gone = true;
        tokens.remove(token);
    }

    /** Sets how long tokens are valid; those that are older from now on are not used any more. */
    void ttl(long nanos) {
        ttlNanos = nanos;
    }

    // Values

    /**
     * Puts a newly obtained value in place; returns whether it replaces an earlier one.
     *
     * @param ages whether it ends by its age
     * @param suspect whether it has to be probed before it is used
     */
    boolean renew(PooledToken token, BearerToken value, long obtainedAt, boolean ages, boolean suspect, long now) {
        boolean replaced = token.value != null;
        if (!replaced) {
            held++;
        }
        token.value = value;
        token.generation++;
        token.obtainedAt = obtainedAt;
        token.ages = ages;
        token.suspect = suspect;
        token.suspectItself = false;
        token.loggingIn = false;
        if (suspect) {
            invalidate(token);
        } else {
            // Does nothing if the login took longer than the ttl.
            validate(token, now);
        }
        return replaced;
    }

    /** Marks a value as dead; returns false if that is no news. */
    boolean refuse(PooledToken token) {
        boolean news = token.valid || token.suspect;
        token.suspect = false;
        token.suspectItself = false;
        invalidate(token);
        return news;
    }

    /** Marks a value as perhaps dead for what it did itself; returns false if it is known to be dead. */
    boolean suspect(PooledToken token) {
        token.suspectItself = token.valid || token.suspect;
        return suspectWithOthers(token) || token.suspect;
    }

    private boolean suspectWithOthers(PooledToken token) {
        if (!token.valid) {
            return false;
        }
        invalidate(token);
        token.suspect = true;
        return true;
    }

    /** Marks all values as perhaps dead; returns those that were not marked before. */
    List<PooledToken> suspectAll() {
        return tokens.stream().filter(this::suspectWithOthers).toList();
    }

    /** Lets a suspect value be used again. */
    void vouch(PooledToken token, long now) {
        if (token.suspect) {
            token.suspect = false;
            token.suspectItself = false;
            validate(token, now);
        }
    }

    /**
     * Lets all values be used again that were only suspect together with others, and are not older than one
     * that is alive: that one may be of after the restart that ended the others.
     */
    void vouchForAll(long aliveSince, long now) {
        List<PooledToken> all = tokens.stream()
                .filter(token -> token.suspect && !token.suspectItself && token.obtainedAt - aliveSince >= 0)
                .toList();
        // Those on lease first: their holders would take the idle ones.
        all.stream().filter(token -> token.holder != null).forEach(token -> vouch(token, now));
        all.forEach(token -> vouch(token, now));
    }

    private void validate(PooledToken token, long now) {
        if (!token.valid && fresh(token, now)) {
            token.valid = true;
            if (token.holder != null) {
                inUse++;
            }
            taker.usable(token, now);
        }
    }

    /** Marks a value as not to be sent any more. */
    private void invalidate(PooledToken token) {
        if (token.valid) {
            token.valid = false;
            if (token.holder != null) {
                inUse--;
            }
            idle.remove(token);
        }
    }

    /** Marks every token whose age has passed the ttl. */
    void expire(long now) {
        for (PooledToken token : tokens) {
            usable(token, now);
        }
    }

    /** Forgets all values. */
    void clear() {
        tokens.forEach(this::forget);
    }

    private void forget(PooledToken token) {
        if (token.value != null) {
            held--;
        }
        invalidate(token);
        token.suspect = false;
        token.suspectItself = false;
        token.value = null;
    }

    /** Returns whether nobody holds the token and it could be leased now. */
    boolean isIdle(PooledToken token) {
        return idle.contains(token);
    }

    /** Returns whether the value may be sent now; one that has just expired is marked. */
    boolean usable(PooledToken token, long now) {
        if (!fresh(token, now)) {
            invalidate(token);
        }
        return token.valid;
    }

    private boolean fresh(PooledToken token, long now) {
        return !token.ages || now - token.obtainedAt < ttlNanos;
    }

    // Leases

    /** Takes the token that was unused for longest; null: none is free. */
    @Nullable
    PooledToken takeIdle(long now) {
        PooledToken token;
        while ((token = idle.first()) != null) {
            if (usable(token, now)) {
                idle.remove(token);
                return token;
            }
        }
        return null;
    }

    /** Lets a usable token nobody holds or waits for lie ready. */
    void putIdle(PooledToken token) {
        idle.add(token);
    }

    /** Notes that a usable token got its holder. */
    void leased(PooledToken token, Holder holder) {
        token.holder = holder;
        inUse++;
    }

    /** Notes that a token lost its holder; returns whether it can have another one now. */
    boolean released(PooledToken token, long now) {
        token.holder = null;
        if (!token.valid) {
            return false;
        }
        inUse--;
        return usable(token, now);
    }

    // Figures

    /** Returns the shortest remaining life of the tokens that age, 0 for dead ones; empty: there are none. */
    OptionalLong shortestRemaining(long now) {
        return tokens.stream()
                .filter(token -> token.value != null && token.ages)
                .mapToLong(token -> token.valid || token.suspect ? token.obtainedAt + ttlNanos - now : 0)
                .map(remaining -> Math.max(remaining, 0))
                .min();
    }

    List<TokenView> views(long now) {
        return tokens.stream().map(token -> TokenView.of(token, ttlNanos, now)).toList();
    }

    int held() {
        return held;
    }

    int inUse() {
        return inUse;
    }

    int available() {
        return idle.size();
    }
}
