package io.tpp.pool;

import io.tpp.pool.PoolListener.RefreshReason;

/** When a token's next login is due, and with which credential. Owned by {@link TokenRefresher}'s thread. */
final class TokenPlan {
    final PooledToken token;
    final CredentialLogins credential;

    /** When the login is due. */
    long dueAt;

    /** When the present value's ttl passes; in the past as long as there is none. */
    long expiresAt;

    /** Why the next login is made. */
    RefreshReason reason = RefreshReason.AGE;

    /** How many values the token has had, as {@link PooledToken#generation}. */
    int generation;

    /** Whether the login waits in the credential's line or is under way. */
    boolean scheduled;

    TokenPlan(PooledToken token, CredentialLogins credential, long dueAt) {
        this.token = token;
        this.credential = credential;
        this.dueAt = dueAt;
        this.expiresAt = dueAt;
    }
}
