package io.tpp.proxy;

import io.tpp.pool.Holder;
import io.tpp.pool.TokenPool;
import io.tpp.pool.TokenUse;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.eclipse.jetty.http.HttpStatus;

/**
 * What is done when a side of an exchange has ended: the request is counted, and with the last side the use of its token
 * ends.
 *
 * <p>Called by Jetty on any thread; nothing blocks. All state is in the {@link Exchange}.
 */
final class ExchangeEnd {
    private static final int CLIENT_CLOSED_REQUEST = 499;

    private final TokenPool pool;
    private final BooleanSupplier leasePerRequest;
    private final ProxyListener listener;
    private final LongSupplier nanoTime;

    ExchangeEnd(TokenPool pool, BooleanSupplier leasePerRequest, ProxyListener listener, LongSupplier nanoTime) {
        this.pool = pool;
        this.leasePerRequest = leasePerRequest;
        this.listener = listener;
        this.nanoTime = nanoTime;
    }

    /** Jetty has completed the client's side. */
    void ofClientSide(Exchange exchange) {
        exchange.completedByJetty();
        exchange.connection().finished();
        ofAnswer(exchange);
    }

    /** The client's response is complete, or will be without TPP's doing. Only the first call counts. */
    void ofAnswer(Exchange exchange) {
        if (!exchange.isUpgraded() && exchange.countOnce()) {
            int status = exchange.core().getServletContextResponse().getStatus();
            ofRequest(exchange, exchange.client().isGone() ? CLIENT_CLOSED_REQUEST : status);
        }
    }

    /** A tunnel is a request that lasts until both its connections have ended. */
    void ofTunnel(Exchange exchange, UpstreamCall call, boolean opened) {
        ofUpstreamSide(exchange, call);
        ofRequest(exchange, opened ? HttpStatus.SWITCHING_PROTOCOLS_101 : CLIENT_CLOSED_REQUEST);
    }

    private void ofRequest(Exchange exchange, int status) {
        listener.requestEnded(status, Duration.ofNanos(nanoTime.getAsLong() - exchange.beganAt()));
        endLease(exchange);
        ofSide(exchange);
    }

    private void endLease(Exchange exchange) {
        Holder holder = exchange.holder();
        if (holder != exchange.connection().holder() || exchange.isLastOfConnection()) {
            pool.close(holder);
        } else if (leasePerRequest.getAsBoolean()) {
            // It began when leases were still the connections'.
            pool.letGo(holder);
        }
    }

    /** Nothing more comes of a call. */
    void ofUpstreamSide(Exchange exchange, UpstreamCall call) {
        if (call.end()) {
            ofSide(exchange);
        }
    }

    private void ofSide(Exchange exchange) {
        TokenUse use = exchange.closeSide() ? exchange.use() : null;
        if (use != null) {
            pool.end(use);
        }
    }
}
