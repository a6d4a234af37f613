package io.tpp.proxy;

import io.tpp.pool.RefusedException;
import io.tpp.pool.TokenPool;
import io.tpp.pool.TokenUse;
import io.tpp.pool.Waiter;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets a request through once it has its token: this is where a lease is acquired.
 *
 * <p>While a request waits, its client is watched: one that leaves gives its place up at once.
 *
 * <h2>Threads</h2>
 *
 * Everything may be called on any of Jetty's threads. Nothing blocks.
 */
final class LeaseGate {
    /** What follows the gate. */
    interface Next {
        /**
         * The exchange has its token, whose use is to be ended, even if the client has left meanwhile; null: it needs
         * none.
         */
        void forward(Exchange exchange, @Nullable TokenUse use);

        /** It will not get one. */
        void refuse(Exchange exchange, RefusedException refusal);
    }

    private final TokenPool pool;
    private final ClientWatch clientWatch;
    private final LongSupplier nanoTime;
    private final Next next;

    LeaseGate(TokenPool pool, ClientWatch clientWatch, LongSupplier nanoTime, Next next) {
        this.pool = pool;
        this.clientWatch = clientWatch;
        this.nanoTime = nanoTime;
        this.next = next;
    }

    /** Admits an exchange, now or when its turn comes. */
    void admit(Exchange exchange) {
        Passage passage = new Passage(exchange);
        if (!passage.attach()) {
            return;
        }
        if (exchange.keepsAuthorization()) {
            passage.pass(null);
            return;
        }
        TokenUse use;
        try {
            use = pool.begin(exchange.holder(), passage);
        } catch (RefusedException refusal) {
            next.refuse(exchange, refusal);
            return;
        }
        if (use == null) {
            clientWatch.watch(exchange);
        } else {
            passage.pass(use);
        }
    }

    /** One request at the gate. */
    private final class Passage implements Waiter, AsyncListener {
        private final Exchange exchange;
        private final long cameAt = nanoTime.getAsLong();

        Passage(Exchange exchange) {
            this.exchange = exchange;
        }

        /** Returns false if the exchange has ended meanwhile. */
        boolean attach() {
            try {
                exchange.getAsyncContext().addListener(this);
                return !exchange.isCompleted();
            } catch (IllegalStateException ended) {
                return false;
            }
        }

        @Override
        public void granted(TokenUse use) {
            exchange.waited(use.waited());
            pass(use);
        }

        void pass(@Nullable TokenUse use) {
            exchange.granted(use);
            if (use != null) {
                exchange.trace().granted(use.tokenNumber(), use.waited());
            }
            exchange.trace().run(() -> next.forward(exchange, use));
        }

        @Override
        public void refused(RefusedException refusal) {
            exchange.waited(sinceItCame());
            exchange.trace().notGranted(sinceItCame(), refusal.reason().name().toLowerCase(Locale.ROOT));
            exchange.trace().run(() -> next.refuse(exchange, refusal));
        }

        private Duration sinceItCame() {
            return Duration.ofNanos(nanoTime.getAsLong() - cameAt);
        }

        /** The connection or, with HTTP/2, the stream was lost. */
        @Override
        public void onError(AsyncEvent event) {
            pool.cancel(exchange.holder(), this);
            if (exchange.use() == null) {
                exchange.trace().notGranted(sinceItCame(), "cancelled");
            }
            exchange.abandon();
            exchange.cut();
            exchange.complete();
        }

        /** However the exchange ended: it does not wait any more. */
        @Override
        public void onComplete(AsyncEvent event) {
            if (exchange.use() == null) {
                pool.cancel(exchange.holder(), this);
            }
        }

        @Override
        public void onTimeout(AsyncEvent event) {}

        @Override
        public void onStartAsync(AsyncEvent event) {}
    }
}
