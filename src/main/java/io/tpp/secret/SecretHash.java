package io.tpp.secret;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The SHA-256 of a secret: what is kept of one that only has to be recognised. Immutable.
 *
 * <p>Two are compared in a time that does not depend on where they differ. It prints as {@code ****}: whoever guesses a
 * weak secret could check the guess.
 */
public final class SecretHash {
    private static final int BYTES = 32;

    private final byte[] hash;

    private SecretHash(byte[] hash) {
        this.hash = hash;
    }

    /** Returns the hash of a text's UTF-8. */
    public static SecretHash of(String secret) {
        return new SecretHash(Sha256.digest().digest(secret.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * Understands 64 hexadecimal digits, in either case.
     *
     * @throws IllegalArgumentException if the text is something else; the message does not quote it
     */
    public static SecretHash ofHex(String text) {
        if (text.length() != 2 * BYTES || !text.chars().allMatch(HexFormat::isHexDigit)) {
            throw new IllegalArgumentException("must be 64 hexadecimal digits");
        }
        return new SecretHash(HexFormat.of().parseHex(text));
    }

    /** Returns the hash of a salt and this hash: as good to compare, but nobody without the salt can tell what it is. */
    public SecretHash salted(byte[] salt) {
        MessageDigest digest = Sha256.digest();
        digest.update(salt);
        return new SecretHash(digest.digest(hash));
    }

    /** Returns 64 hexadecimal digits, to be kept as one keeps a hash of passwords. */
    public String hex() {
        return HexFormat.of().formatHex(hash);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SecretHash that && MessageDigest.isEqual(hash, that.hash);
    }

    @Override
    public int hashCode() {
        return (hash[0] & 0xFF) << 24 | (hash[1] & 0xFF) << 16 | (hash[2] & 0xFF) << 8 | (hash[3] & 0xFF);
    }

    @Override
    public String toString() {
        return Secret.MASK;
    }
}
