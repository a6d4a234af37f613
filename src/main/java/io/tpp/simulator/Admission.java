package io.tpp.simulator;

import org.jspecify.annotations.Nullable;

/** What a request gets whose token is missing or dead. */
final class Admission {
    /** Invented; DolphinX documents only the status and {@code BUS_UNAUTHENTICATED}. */
    private static final String MESSAGE = "<NotAuthenticated>The token is invalid or has expired.";

    private Admission() {}

    /** Returns the refusal, or null if the request may go on, perhaps as {@code guest}. */
    static @Nullable HttpAnswer refusal(Exchange exchange, Quirks quirks) {
        Caller caller = exchange.caller();
        if (caller.alive() || (caller.tokenNumber() == Caller.NO_TOKEN && !quirks.clientAuthRequired)) {
            return null;
        }
        if (caller.ticket() != null) {
            caller.ticket().refuse();
        }
        byte[] envelope = Envelope.failure(quirks, 0, Users.GUEST, MESSAGE);
        return switch (quirks.deadToken) {
            case GUEST -> null;
            case UNAUTHORIZED -> unauthorized(envelope);
            case ERROR_CODE -> HttpAnswer.json(200, envelope);
        };
    }

    /** Returns the refusal of a path where DolphinX documents a 401 (its error code page). */
    static @Nullable HttpAnswer strictRefusal(Exchange exchange, Quirks quirks) {
        if (exchange.caller().alive()) {
            return null;
        }
        return unauthorized(Envelope.failure(quirks, 0, Users.GUEST, "BUS_UNAUTHENTICATED"));
    }

    private static HttpAnswer unauthorized(byte[] envelope) {
        return HttpAnswer.json(401, envelope)
                .withHeader("WWW-Authenticate", "Bearer realm=\"DolphinDB\", error=\"invalid_token\"");
    }
}
