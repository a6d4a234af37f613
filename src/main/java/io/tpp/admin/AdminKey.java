package io.tpp.admin;

import io.tpp.secret.SecretHash;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The secret that administrators send, kept as its hash only. Immutable. */
public final class AdminKey {
    private static final String SCHEME = "bearer ";

    private final SecretHash hash;

    private AdminKey(SecretHash hash) {
        this.hash = hash;
    }

    public static AdminKey of(String secret) {
        return new AdminKey(SecretHash.of(secret));
    }

    /** Returns whether an {@code Authorization} header holds it; the time that takes says nothing of the secret. */
    boolean opens(@Nullable String authorization) {
        boolean bearer = authorization != null
                && authorization.length() > SCHEME.length()
                && authorization
                        .substring(0, SCHEME.length())
                        .toLowerCase(Locale.ROOT)
                        .equals(SCHEME);
        String presented = authorization == null || !bearer
                ? ""
                : authorization.substring(SCHEME.length()).strip();
        return hash.equals(SecretHash.of(presented)) && bearer;
    }
}
