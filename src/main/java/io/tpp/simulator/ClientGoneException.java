package io.tpp.simulator;

import java.io.IOException;

/** The client closed its connection before it had its answer. */
final class ClientGoneException extends IOException {
    private static final long serialVersionUID = 1L;

    ClientGoneException() {
        super("the client is gone");
    }
}
