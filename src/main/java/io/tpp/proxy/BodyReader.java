package io.tpp.proxy;

import jakarta.servlet.ReadListener;
import java.io.IOException;

/**
 * Jetty's reader of a request's body, which also tells when the body was read to its end: from then on
 * Jetty does not notice any more that the client leaves.
 *
 * <p>Called by Jetty, by one thread at a time.
 */
final class BodyReader implements ReadListener {
    private final Exchange exchange;
    private final ReadListener proxy;
    private final ClientWatch clientWatch;

    /** {@code proxy} is Jetty's own, which hands the body to the upstream's request. */
    BodyReader(Exchange exchange, ReadListener proxy, ClientWatch clientWatch) {
        this.exchange = exchange;
        this.proxy = proxy;
        this.clientWatch = clientWatch;
    }

    @Override
    public void onDataAvailable() throws IOException {
        proxy.onDataAvailable();
    }

    @Override
    public void onAllDataRead() throws IOException {
        RequestBody body = exchange.body();
        if (body != null) {
            body.trailers(Trailers.passing(
                    exchange.core().getHeaders(), exchange.core().getTrailers()));
        }
        proxy.onAllDataRead();
        exchange.bodyRead();
        if (exchange.use() == null) {
            clientWatch.watch(exchange);
        }
    }

    @Override
    public void onError(Throwable failure) {
        proxy.onError(failure);
    }
}
