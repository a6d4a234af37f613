package io.tpp.secret;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A text that must not be printed: a password or a key.
 *
 * <p>{@link #toString()} gives {@code ****}, so that a secret in a record, a message or a debugger's
 * log line stays one. Only {@link #reveal()} gives the text. Immutable.
 */
public final class Secret {
    /** What every secret prints as. */
    public static final String MASK = "****";

    private final String value;

    private Secret(String value) {
        this.value = Objects.requireNonNull(value, "value");
    }

    /** Makes a secret of what may be one, such as any value before its key is known. */
    public static Secret of(String value) {
        return new Secret(value);
    }

    /** Makes a secret of what is one for sure: it is looked for in all that is logged, and masked there. */
    public static Secret guarded(String value) {
        Secret secret = new Secret(value);
        KnownSecrets.add(secret, value);
        return secret;
    }

    /** Returns the text itself; the caller must neither log it nor put it into an exception. */
    public String reveal() {
        return value;
    }

    public boolean isEmpty() {
        return value.isEmpty();
    }

    /** Compares in a time that does not depend on where two secrets of equal length differ. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Secret secret
                && MessageDigest.isEqual(
                        value.getBytes(StandardCharsets.UTF_8), secret.value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return MASK;
    }
}
