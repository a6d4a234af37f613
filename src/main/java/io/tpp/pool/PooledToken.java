package io.tpp.pool;

import io.tpp.token.BearerToken;
import org.jspecify.annotations.Nullable;

/**
 * One place of the pool: a token, or the lack of one.
 *
 * <p>The fields are guarded by the pool's lock; {@link LeaseLedger} is the only one to write them.
 */
final class PooledToken {
    private final int number;

    /** What to send; null until the first login. Kept while a later login is under way. */
    @Nullable
    BearerToken value;

    /** When the login that gave {@link #value} began: the token's age counts from there. */
    long obtainedAt;

    /** Counts the values: a refusal of an earlier one is no news. */
    int generation;

    /** False once the upstream refused the value, it is suspect, or its age passed the ttl. */
    boolean valid;

    /** Set while the value may be dead: not used until a probe has shown that it is alive. */
    boolean suspect;

    /** Who has it on lease; null: nobody. */
    @Nullable
    Holder holder;

    /** When the lease began. */
    long leasedAt;

    PooledToken(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    @Override
    public String toString() {
        return "token-" + number;
    }
}
