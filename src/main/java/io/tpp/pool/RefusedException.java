package io.tpp.pool;

/** No token for this request; the message says why and how the pool stands, for the client and the log. */
public final class RefusedException extends Exception {
    /** Why. */
    public enum Reason {
        /** As many wait as {@code token.max_waiting} allows. */
        QUEUE_FULL,
        /** {@code token.wait_timeout_seconds} passed. */
        WAIT_TIMEOUT,
        /** The pool has no usable token and none is coming soon. */
        NO_TOKEN,
        /** The client left before it could wait. */
        CLIENT_GONE,
        /** TPP is stopping. */
        SHUTTING_DOWN
    }

    private static final long serialVersionUID = 1L;

    private final Reason reason;

    RefusedException(Reason reason, String message) {
        // No stack trace: this is an answer to a client, not a fault of TPP.
        super(message, null, false, false);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
