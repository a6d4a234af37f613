package io.tpp.config;

import io.tpp.token.Credential;
import java.util.List;

/**
 * With what tokens are obtained: users to log in as, or else ready-made tokens. Immutable; its {@code
 * toString} holds no secret.
 *
 * @param users in the order in which they are given; empty with tokens
 * @param tokens in the order in which they are given, no two the same; empty with users
 */
public record Credentials(List<Credential> users, List<StaticToken> tokens) {
    public Credentials {
        users = List.copyOf(users);
        tokens = List.copyOf(tokens);
    }

    /** Returns how many there are. */
    public int count() {
        return users.size() + tokens.size();
    }
}
