package io.tpp.simulator;

import java.io.IOException;

/** Bytes that are not an HTTP/1.1 request; a proxy must never send such. */
final class BadRequestException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String reason;

    BadRequestException(String reason) {
        super(reason);
        this.reason = reason;
    }

    /** Returns what is wrong; quotes nothing of the request. */
    String reason() {
        return reason;
    }
}
