package io.tpp;

/**
 * The WAR cannot start, for a reason that its message says in full.
 *
 * <p>It has no stack trace: Jetty would log it, several times over, around the line that a person can act on.
 */
final class WarStartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    WarStartException(String message) {
        super(message, null, false, false);
    }
}
