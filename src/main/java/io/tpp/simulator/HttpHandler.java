package io.tpp.simulator;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/** What a listener serves. Called on the connections' threads. */
interface HttpHandler {
    /**
     * Starts on an answer. Reads what it needs of the request's body before it returns.
     *
     * @return completes with the answer; or exceptionally, which closes the connection
     */
    CompletableFuture<HttpAnswer> handle(Exchange exchange) throws IOException;

    /** The answer's last byte is about to be written; {@code status} 0: there is no answer. */
    default void ended(Exchange exchange, int status) {}

    /** The client left before it had its answer. */
    default void aborted(Exchange exchange) {}

    /** A client sent something that is not HTTP; {@code reason} quotes nothing of it. */
    default void malformed(String reason) {}

    /** Returns how many connections may be open; 0: any number. */
    default int maxConnections() {
        return 0;
    }

    /** Returns after how many answers a connection is closed without notice; 0: never. */
    default int requestsPerConnection() {
        return 0;
    }
}
