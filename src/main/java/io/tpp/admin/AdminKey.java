package io.tpp.admin;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The secret that administrators send, kept as its digest only. Immutable. */
public final class AdminKey {
    private static final String SCHEME = "bearer ";

    private final byte[] digest;

    private AdminKey(byte[] digest) {
        this.digest = digest;
    }

    public static AdminKey of(String secret) {
        return new AdminKey(digest(secret));
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
        return MessageDigest.isEqual(digest, digest(presented)) && bearer;
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
