package io.tpp.pool;

/** When a token's next login is due, and with which credential. Owned by {@link TokenRefresher}'s thread. */
final class TokenPlan {
    final PooledToken token;
    final CredentialLogins credential;

    /** When the login is due. */
    long dueAt;

    /** Whether the login waits in the credential's line or is under way. */
    boolean scheduled;

    TokenPlan(PooledToken token, CredentialLogins credential, long dueAt) {
        this.token = token;
        this.credential = credential;
        this.dueAt = dueAt;
    }
}
