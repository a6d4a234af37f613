package io.tpp.pool;

import io.tpp.token.LoginException;
import io.tpp.token.LoginException.Kind;
import io.tpp.token.TokenSource;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The logins of one credential: which are due, and when the next may start.
 *
 * <p>Logins come in waves: at the start, after a restart of the upstream, or when tokens get old. In each
 * wave, until one login has worked, and again after a failure, only one is under way at a time: DolphinDB
 * locks a user out after five wrong passwords from one address ({@code failedLoginAttempts} in its
 * configuration reference), and all of TPP is one address. So a password that was changed costs one
 * refusal. After that the next try comes minutes later, after any other failure with back-off.
 *
 * <p>Owned by {@link TokenRefresher}'s thread.
 */
final class CredentialLogins {
    static final Duration AFTER_REFUSAL = Duration.ofMinutes(5);

    private final int position;
    private final TokenSource source;
    private final Backoff backoff;
    private final Cancellations cancellations;

    /** Tokens whose login is due. */
    private final Set<TokenPlan> due = new LinkedHashSet<>();

    private int underWay;

    /** Whether a login of this wave has worked. */
    private boolean proven;

    private int failures;
    private long notBefore;
    private @Nullable LoginException failure;

    CredentialLogins(int position, TokenSource source, Backoff backoff, long now) {
        this.position = position;
        this.source = source;
        this.backoff = backoff;
        this.cancellations = new Cancellations(now);
        this.notBefore = now;
    }

    /** Returns its place in the configuration, from 1. */
    int position() {
        return position;
    }

    TokenSource source() {
        return source;
    }

    Cancellations cancellations() {
        return cancellations;
    }

    void add(TokenPlan plan) {
        due.add(plan);
    }

    /** Returns false if the token's login was not due, or is under way. */
    boolean remove(TokenPlan plan) {
        return due.remove(plan);
    }

    boolean hasDue() {
        return !due.isEmpty();
    }

    /** Returns when the next login may start; meaningless without a due one. */
    long notBefore(long now) {
        boolean held = cancellations.active(now) && allowed(now) == null;
        return held ? Times.later(notBefore, cancellations.until()) : notBefore;
    }

    /** Takes the next token to log in, if one is due and may start. */
    @Nullable
    TokenPlan takeReady(long now) {
        if (now - notBefore < 0 || (underWay > 0 && (!proven || cancellations.suspected(now)))) {
            return null;
        }
        TokenPlan next = allowed(now);
        if (next != null) {
            due.remove(next);
            underWay++;
        }
        return next;
    }

    /** Returns the first due one; while logins cancel older tokens, the one that is alive or, without any, the first. */
    private @Nullable TokenPlan allowed(long now) {
        Iterator<TokenPlan> all = due.iterator();
        if (!cancellations.active(now)) {
            return all.hasNext() ? all.next() : null;
        }
        TokenPlan kept = cancellations.kept();
        if (kept == null || !kept.alive || kept.credential != this) {
            return all.hasNext() && underWay == 0 ? all.next() : null;
        }
        return due.contains(kept) ? kept : null;
    }

    /** Notes a login that worked; the token is another credential's meanwhile if {@code plan} is null. */
    void succeeded(@Nullable TokenPlan plan) {
        underWay--;
        // The wave is over when nothing is left to be done.
        proven = underWay > 0 || !due.isEmpty();
        failures = 0;
        failure = null;
        if (plan != null) {
            cancellations.loggedIn(plan);
        }
    }

    void failed(LoginException reason, long now) {
        underWay--;
        proven = false;
        failures++;
        failure = reason;
        Duration delay = reason.kind() == Kind.REFUSED ? AFTER_REFUSAL : backoff.after(failures);
        notBefore = now + delay.toNanos();
    }

    /** Ends the wait after a failure. */
    void retry(long now) {
        notBefore = Times.earlier(notBefore, now);
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

    /** Returns the same in words, for operators. */
    String failureMessage() {
        return failure == null ? "" : String.valueOf(failure.getMessage());
    }

    boolean refused() {
        return failure != null && failure.kind() == Kind.REFUSED;
    }

    boolean unreachable() {
        return failure != null && failure.kind() == Kind.UNREACHABLE;
    }
}
