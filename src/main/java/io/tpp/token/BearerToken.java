package io.tpp.token;

import io.tpp.secret.KnownSecrets;
import io.tpp.secret.Secret;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The value of a DolphinDB token, ready to be sent.
 *
 * <p>Older DolphinDB servers break the value into lines of 64 characters (server release notes
 * 3.00.3, item on {@code getAuthenticatedUserTicket}), which no HTTP header can carry, so all white
 * space is removed. Prints as {@code ****}; only {@link #headerValue()} gives it away. Immutable.
 */
public final class BearerToken {
    private static final int MAX_LENGTH = 4096;

    private final String headerValue;

    private BearerToken(String value) {
        this.headerValue = "Bearer " + value;
    }

    /**
     * Makes a token of what the upstream sent.
     *
     * @throws IllegalArgumentException if nothing is left without white space, or if a character is
     *     left that the {@code token68} of RFC 9110 §11.2 does not allow, or if it is longer than
     *     4096 characters; the message does not hold the value
     */
    public static BearerToken of(String received) {
        StringBuilder value = new StringBuilder(received.length());
        for (int i = 0; i < received.length(); i++) {
            char c = received.charAt(i);
            if (Character.isWhitespace(c)) {
                continue;
            }
            if (!isToken68(c)) {
                throw new IllegalArgumentException(
                        "the token has a character that a header cannot carry: 0x" + Integer.toHexString(c));
            }
            value.append(c);
        }
        if (value.isEmpty()) {
            throw new IllegalArgumentException("the token is empty");
        }
        if (value.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "the token has " + value.length() + " characters, more than " + MAX_LENGTH);
        }
        BearerToken token = new BearerToken(value.toString());
        KnownSecrets.add(token, value.toString());
        return token;
    }

    private static boolean isToken68(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || "-._~+/=".indexOf(c) >= 0;
    }

    /** Returns the value of the {@code Authorization} header, with its {@code Bearer } scheme. */
    public String headerValue() {
        return headerValue;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof BearerToken token && headerValue.equals(token.headerValue);
    }

    @Override
    public int hashCode() {
        return Objects.hashCode(headerValue);
    }

    @Override
    public String toString() {
        return Secret.MASK;
    }
}
