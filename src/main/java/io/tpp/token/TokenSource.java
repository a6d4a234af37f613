package io.tpp.token;

import java.util.concurrent.CompletableFuture;

/**
 * Where tokens of one credential come from: the pool's only view of the upstream's login.
 *
 * <p>Thread-safe. Several logins may be under way at once.
 */
public interface TokenSource {
    /** Returns what operators call this credential, such as {@code user 'alice' (credential 2)}; never a secret. */
    String description();

    /**
     * Starts a login. Never blocks and never throws.
     *
     * @return completes with a new token, or exceptionally with a {@link LoginException}; on any
     *     thread
     */
    CompletableFuture<BearerToken> login();

    /**
     * Asks the upstream whether a token is alive. Never blocks and never throws.
     *
     * @return completes with false if the upstream does not accept the token any more, or
     *     exceptionally with a {@link LoginException} if that could not be found out; on any thread
     */
    CompletableFuture<Boolean> probe(BearerToken token);

    /** Returns whether tokens of this source end by their age; false: only the upstream ends them. */
    default boolean expires() {
        return true;
    }

    /** Returns whether it only stands for a place that is free, and never gives a token. */
    default boolean isVacant() {
        return false;
    }
}
