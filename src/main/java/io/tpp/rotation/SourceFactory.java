package io.tpp.rotation;

import io.tpp.config.StaticToken;
import io.tpp.token.Credential;
import io.tpp.token.TokenSource;

/** Makes sources of what the configuration holds. Nothing is asked of the upstream. Thread-safe. */
public interface SourceFactory {
    /**
     * Makes the source of a user's tokens.
     *
     * @param position the credential's place in the configuration, from 1
     */
    TokenSource login(Credential credential, int position);

    /** Makes the source of a ready-made token. */
    TokenSource token(StaticToken token);
}
