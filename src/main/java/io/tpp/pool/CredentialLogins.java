package io.tpp.pool;

import io.tpp.token.LoginException;
import io.tpp.token.LoginException.Kind;
import io.tpp.token.TokenSource;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The logins of one credential: which are due, and when the next may start.
 *
 * <p>Until one login has worked, and again after a failure, only one is under way at a time: DolphinDB
 * locks a user out after five wrong passwords from one address ({@code failedLoginAttempts} in its
 * configuration reference), and all of TPP is one address. After a refusal the next try comes minutes
 * later, after any other failure with back-off.
 *
 * <p>Owned by {@link TokenRefresher}'s thread.
 */
final class CredentialLogins {
    private static final Duration AFTER_REFUSAL = Duration.ofMinutes(5);

    private final TokenSource source;
    private final Backoff backoff;

    /** Tokens whose login is due. */
    private final Deque<TokenPlan> due = new ArrayDeque<>();

    private int underWay;
    private boolean proven;
    private int failures;
    private long notBefore;
    private @Nullable LoginException failure;

    CredentialLogins(TokenSource source, Backoff backoff, long now) {
        this.source = source;
        this.backoff = backoff;
        this.notBefore = now;
    }

    TokenSource source() {
        return source;
    }

    void add(TokenPlan plan) {
        due.add(plan);
    }

    boolean hasDue() {
        return !due.isEmpty();
    }

    /** Returns when the next login may start; meaningless without a due one. */
    long notBefore() {
        return notBefore;
    }

    /** Takes the next token to log in, if one is due and may start. */
    @Nullable
    TokenPlan takeReady(long now) {
        if (due.isEmpty() || now - notBefore < 0 || (!proven && underWay > 0)) {
            return null;
        }
        underWay++;
        return due.remove();
    }

    void succeeded() {
        underWay--;
        proven = true;
        failures = 0;
        failure = null;
    }

    void failed(TokenPlan plan, LoginException reason, long now) {
        underWay--;
        proven = false;
        failures++;
        failure = reason;
        due.addFirst(plan);
        Duration delay = reason.kind() == Kind.REFUSED ? AFTER_REFUSAL : backoff.after(failures);
        notBefore = now + delay.toNanos();
    }

    /** Returns how many logins in a row failed. */
    int failures() {
        return failures;
    }

    /** Returns why the last login failed; null if it worked, or none has ended. */
    @Nullable
    LoginException failure() {
        return failure;
    }

    boolean refused() {
        return failure != null && failure.kind() == Kind.REFUSED;
    }
}
