package io.tpp.config;

import io.tpp.token.BearerToken;
import java.util.Objects;

/**
 * A ready-made token.
 *
 * @param place where it stands, such as {@code tokens.txt:3}, by which operators find it
 */
public record StaticToken(BearerToken value, String place) {
    public StaticToken {
        Objects.requireNonNull(value, "value");
        Objects.requireNonNull(place, "place");
    }
}
