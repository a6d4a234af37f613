package io.tpp.pool;

/** When a token's next login is due, and with which credential. Owned by {@link TokenRefresher}'s thread. */
final class TokenPlan {
    final PooledToken token;
    final CredentialLogins credential;

    /** When the login is due. */
    long dueAt;

    /** When the present value's ttl passes; in the past as long as there is none. */
    long expiresAt;

    /** Whether the login waits in the credential's line or is under way. */
    boolean scheduled;

    TokenPlan(PooledToken token, CredentialLogins credential, long dueAt) {
        this.token = token;
        this.credential = credential;
        this.dueAt = dueAt;
        this.expiresAt = dueAt;
    }
}
