package io.tpp.token;

import io.tpp.secret.Secret;
import java.util.Objects;

/**
 * A user of the upstream, with which TPP logs in.
 *
 * @param username the user's name; may be shown to operators, but never in a metric's label
 * @param password the user's password
 */
public record Credential(String username, Secret password) {
    public Credential {
        Objects.requireNonNull(username, "username");
        Objects.requireNonNull(password, "password");
    }
}
