package io.tpp.dolphindb;

import io.tpp.token.BearerToken;
import io.tpp.token.LoginException;

/** How a login ended. Immutable; holds nothing of the upstream's answer but the token. */
sealed interface LoginOutcome {
    /** The upstream gave a token. */
    record Accepted(BearerToken token) implements LoginOutcome {}

    /**
     * The login gave no token.
     *
     * @param reason in TPP's own words, to stand at the end of a sentence
     */
    record Failed(LoginException.Kind kind, String reason) implements LoginOutcome {}
}
