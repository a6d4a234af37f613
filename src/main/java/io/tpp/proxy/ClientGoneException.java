package io.tpp.proxy;

import java.io.IOException;

/** The client left before its answer was complete. */
final class ClientGoneException extends IOException {
    private static final long serialVersionUID = 1L;

    ClientGoneException() {
        super("the client left");
    }
}
