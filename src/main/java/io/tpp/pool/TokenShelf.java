package io.tpp.pool;

import io.tpp.token.BearerToken;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
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

    private final long ttlNanos;
    private final Taker taker;
    private final List<PooledToken> tokens;

    /** Valid tokens nobody holds; the one unused for longest first. */
    private final Set<PooledToken> idle = new LinkedHashSet<>();

    /** How many tokens were ever obtained. */
    private int held;

    /** How many valid tokens are on lease. */
    private int inUse;

    TokenShelf(int size, long ttlNanos, Taker taker) {
        this.ttlNanos = ttlNanos;
        this.taker = taker;
        this.tokens = new ArrayList<>(size);
        for (int number = 1; number <= size; number++) {
            tokens.add(new PooledToken(number));
        }
    }

    List<PooledToken> tokens() {
        return tokens;
    }

    // Values

    /** Puts a newly obtained value in place; returns whether it replaces an earlier one. */
    boolean renew(PooledToken token, BearerToken value, long obtainedAt, long now) {
        boolean replaced = token.value != null;
        if (!replaced) {
            held++;
        }
        token.value = value;
        token.generation++;
        token.suspect = false;
        token.obtainedAt = obtainedAt;
        // Does nothing if the login took longer than the ttl.
        validate(token, now);
        return replaced;
    }

    /** Marks the value of a use as refused; returns false if that is no news. */
    boolean refuse(TokenUse use) {
        return use.generation() == use.token().generation && refuse(use.token());
    }

    private boolean refuse(PooledToken token) {
        boolean news = token.valid || token.suspect;
        token.suspect = false;
        invalidate(token);
        return news;
    }

    /** Marks a value as perhaps dead; returns false if it was marked already, or is known to be dead. */
    boolean suspect(PooledToken token) {
        if (!token.valid) {
            return false;
        }
        invalidate(token);
        token.suspect = true;
        return true;
    }

    /** Marks all values as perhaps dead; returns those that were not marked before. */
    List<PooledToken> suspectAll() {
        return tokens.stream().filter(this::suspect).toList();
    }

    /** Lets a suspect value be used again. */
    void vouch(PooledToken token, long now) {
        if (token.suspect) {
            token.suspect = false;
            validate(token, now);
        }
    }

    /** Ends a suspicion: the value is dead. Returns false if it was not suspect any more. */
    boolean confirm(PooledToken token) {
        return token.suspect && refuse(token);
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
        for (PooledToken token : tokens) {
            invalidate(token);
            token.suspect = false;
            token.value = null;
        }
        held = 0;
    }

    /** Returns whether the value may be sent now; one that has just expired is marked. */
    boolean usable(PooledToken token, long now) {
        if (!fresh(token, now)) {
            invalidate(token);
        }
        return token.valid;
    }

    private boolean fresh(PooledToken token, long now) {
        return now - token.obtainedAt < ttlNanos;
    }

    // Leases

    /** Takes the token that was unused for longest; null: none is free. */
    @Nullable
    PooledToken takeIdle(long now) {
        while (!idle.isEmpty()) {
            PooledToken token = idle.iterator().next();
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
