package io.tpp.token;

import org.jspecify.annotations.Nullable;

/**
 * A login that gave no token.
 *
 * <p>The message is for operators and clients: it never holds a password, nor the text of the
 * upstream's answer, because DolphinDB repeats the password in its refusal (REST API manual,
 * {@code /api/login}).
 */
public final class LoginException extends Exception {
    /** Why it failed; the names are those of the metric's {@code outcome}. */
    public enum Kind {
        /** The upstream does not accept the credential; trying again may lock the user out. */
        REFUSED,
        /** No connection, or the connection broke. */
        UNREACHABLE,
        /** No answer in time. */
        TIMEOUT,
        /** An answer that is not one to a login. */
        MALFORMED
    }

    private static final long serialVersionUID = 1L;

    private final Kind kind;

    public LoginException(Kind kind, String message) {
        this(kind, message, null);
    }

    public LoginException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
