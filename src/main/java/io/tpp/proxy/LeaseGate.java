package io.tpp.proxy;

import io.tpp.pool.RefusedException;
import io.tpp.pool.TokenPool;
import io.tpp.pool.TokenUse;
import io.tpp.pool.Waiter;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;

/**
 * Lets a request through once it has its token: this is where a lease is acquired.
 *
 * <p>While a request waits, its client is watched: one that leaves gives its place up at once.
 *
 * <h2>Threads</h2>
 *
 * {@link #admit} is called on the thread that handles the request, everything else on any of Jetty's.
 * Nothing blocks.
 */
final class LeaseGate {
    /** What follows the gate. */
    interface Next {
        /** The exchange has its token. */
        void forward(Exchange exchange);

        /** It will not get one. */
        void refuse(Exchange exchange, RefusedException refusal);
    }

    private final TokenPool pool;
    private final boolean finMeansGone;
    private final Next next;

    LeaseGate(TokenPool pool, boolean finMeansGone, Next next) {
        this.pool = pool;
        this.finMeansGone = finMeansGone;
        this.next = next;
    }

    void admit(Exchange exchange) {
        Passage passage = new Passage(exchange);
        exchange.getAsyncContext().addListener(passage);
        TokenUse use;
        try {
            use = pool.begin(exchange.holder(), passage);
        } catch (RefusedException refusal) {
            passage.refused(refusal);
            return;
        }
        if (use == null) {
            exchange.watch(finMeansGone, passage::clientLeft);
        } else {
            passage.granted(use);
        }
    }

    /** One request at the gate. */
    private final class Passage implements Waiter, AsyncListener {
        private final Exchange exchange;

        Passage(Exchange exchange) {
            this.exchange = exchange;
        }

        @Override
        public void granted(TokenUse use) {
            exchange.granted(use);
            if (exchange.endWatch()) {
                next.forward(exchange);
            } else {
                // The client left at the very hand-off: the next waiter is not to wait for the clean-up.
                pool.end(use);
                pool.close(exchange.holder());
            }
        }

        @Override
        public void refused(RefusedException refusal) {
            exchange.endWatch();
            next.refuse(exchange, refusal);
        }

        /** The TCP connection is of no use any more; closing it makes Jetty end the request as well. */
        void clientLeft() {
            exchange.abandon();
            pool.close(exchange.holder());
            exchange.core().getConnectionMetaData().getConnection().close();
        }

        /** The connection or, with HTTP/2, the stream was lost. */
        @Override
        public void onError(AsyncEvent event) {
            pool.cancel(exchange.holder(), this);
            exchange.abandon();
            exchange.complete();
        }

        @Override
        public void onComplete(AsyncEvent event) {}

        @Override
        public void onTimeout(AsyncEvent event) {}

        @Override
        public void onStartAsync(AsyncEvent event) {}
    }
}
