package io.tpp.pool;

import io.tpp.pool.PoolListener.RefreshReason;
import org.jspecify.annotations.Nullable;

/** When a token's next login is due, and with which credential. Owned by {@link TokenRefresher}'s thread. */
final class TokenPlan {
    final PooledToken token;

    CredentialLogins credential;

    /** When the login is due. */
    long dueAt;

    /** When the present value's ttl passes; in the past as long as there is none. */
    long expiresAt;

    /** When the token is probed if it is idle then. */
    long validateAt;

    /** Why the next login is made. */
    RefreshReason reason = RefreshReason.AGE;

    /** How many values the token has had, as {@link PooledToken#generation}. */
    int generation;

    /** When the login of the present value began. */
    long obtainedAt;

    /** Whether the present value is alive as far as is known. */
    boolean alive;

    /** Whether the login waits in the credential's line or is under way. */
    boolean scheduled;

    /** The login under way; null: none. */
    @Nullable
    LoginAttempt attempt;

    TokenPlan(PooledToken token, CredentialLogins credential, long dueAt) {
        this.token = token;
        this.credential = credential;
        this.dueAt = dueAt;
        this.expiresAt = dueAt;
        this.validateAt = dueAt;
    }

    /** Takes another credential, and leaves the line of the one before; a login under way there is obsolete. */
    void move(CredentialLogins other) {
        leave();
        credential = other;
        reason = reason == RefreshReason.AGE ? RefreshReason.ADMIN : reason;
    }

    /** Leaves the line of its credential; a login under way is obsolete. */
    void leave() {
        credential.remove(this);
        attempt = null;
        scheduled = false;
    }

    /** Notes that the login has worked; returns why it was made. */
    RefreshReason renewed() {
        RefreshReason made = reason;
        reason = RefreshReason.AGE;
        attempt = null;
        scheduled = false;
        alive = true;
        generation++;
        return made;
    }
}
