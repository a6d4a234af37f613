package io.tpp.simulator;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/** One path of the server. */
interface Endpoint {
    /**
     * Starts on an answer. Called on the connection's thread, the only one that may read the body.
     *
     * @param quirks those at the time of the request, so that it meets one consistent server
     */
    CompletableFuture<HttpAnswer> answer(Exchange exchange, Quirks quirks) throws IOException;

    /** An endpoint that has its answer at once. */
    interface Immediate extends Endpoint {
        HttpAnswer now(Exchange exchange, Quirks quirks) throws IOException;

        @Override
        default CompletableFuture<HttpAnswer> answer(Exchange exchange, Quirks quirks) throws IOException {
            return CompletableFuture.completedFuture(now(exchange, quirks));
        }
    }
}
