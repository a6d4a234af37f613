package io.tpp.pool;

import io.tpp.token.BearerToken;
import java.time.Duration;

/**
 * One request's use of its holder's token, from the grant until {@link TokenPool#end}.
 *
 * <p>The token does not change within a use: a refreshed value goes on the lease's next request.
 */
public final class TokenUse {
    private final Holder holder;
    private final PooledToken token;
    private final BearerToken value;
    private final int generation;
    private final long waitedNanos;

    /** Whether {@link TokenPool#end} was called. Guarded by the pool's lock. */
    boolean ended;

    TokenUse(Holder holder, PooledToken token, BearerToken value, int generation, long waitedNanos) {
        this.holder = holder;
        this.token = token;
        this.value = value;
        this.generation = generation;
        this.waitedNanos = waitedNanos;
    }

    Holder holder() {
        return holder;
    }

    PooledToken token() {
        return token;
    }

    /** Returns which of the token's values, counted from 1. */
    int generation() {
        return generation;
    }

    /** Returns what to send. */
    public BearerToken value() {
        return value;
    }

    /** Returns the token's number in the pool, from 1; what logs and pages call it by. */
    public int tokenNumber() {
        return token.number();
    }

    /** Returns how long the request waited; zero if it did not have to. */
    public Duration waited() {
        return Duration.ofNanos(waitedNanos);
    }
}
