package io.tpp.pool;

import io.tpp.token.BearerToken;
import org.jspecify.annotations.Nullable;

/**
 * One place of the pool: a token, or the lack of one.
 *
 * <p>The fields are guarded by the pool's lock; {@link TokenShelf} writes those about the value, {@link
 * LeaseLedger} those about the lease, and {@link PoolCore} what is only there to be looked at.
 */
final class PooledToken extends Chain.Link<PooledToken> {
    private final int number;

    /** What to send; null until the first login. Kept while a later login is under way. */
    @Nullable
    BearerToken value;

    /** Counts the values: a refusal of an earlier one is no news. */
    int generation;

    /** When the login that gave {@link #value} began: the token's age counts from there. */
    long obtainedAt;

    /** Whether the value ends by its age. */
    boolean ages = true;

    /** False once the upstream refused the value, it is suspect, or its age passed the ttl. */
    boolean valid;

    /** Set while the value may be dead: not used until a probe has shown that it is alive. */
    boolean suspect;

    /** Whether it is suspect for what it did itself, so that another token's being alive says nothing. */
    boolean suspectItself;

    /** Who has it on lease; null: nobody. */
    @Nullable
    Holder holder;

    /** When the lease began. */
    long leasedAt;

    /** Whether it leaves the pool when its lease ends. */
    boolean retiring;

    /** Whether it has left the pool. */
    boolean gone;

    /** When the upstream refused any of its values for the last time; null: never. */
    @Nullable
    Long refusedAt;

    /** The position of the credential it is logged in with; 0: not known yet. */
    int credential;

    /** Whether a login for it is under way. */
    boolean loggingIn;

    /** How many requests were given it. */
    long requests;

    /** How often the upstream refused it, or answered as if it were dead. */
    long refusals;

    /** How many of its logins failed. */
    long failedLogins;

    PooledToken(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    /** Returns whether a request is under way with it. */
    boolean busy() {
        return holder != null && holder.running > 0;
    }

    @Override
    public String toString() {
        return "token-" + number;
    }
}
