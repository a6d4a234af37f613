package io.tpp.pool;

/** A login under way. Obsolete once its token's plan has another one, or another credential. */
final class LoginAttempt {
    final TokenPlan plan;
    final CredentialLogins credential;
    final long startedAt;

    LoginAttempt(TokenPlan plan, CredentialLogins credential, long startedAt) {
        this.plan = plan;
        this.credential = credential;
        this.startedAt = startedAt;
    }

    boolean obsolete() {
        return plan.attempt != this;
    }
}
