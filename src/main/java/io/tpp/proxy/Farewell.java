package io.tpp.proxy;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.ee10.servlet.HttpOutput;
import org.eclipse.jetty.util.Callback;

/**
 * The end of an exchange whose client was answered while it was still sending its request's body.
 *
 * <p>To close the connection now would make the client's system throw the answer away, because of what the client has
 * sent since (RFC 9112 §9.6). So the answer is completed, and what comes of the body is read and dropped: to its end,
 * after which the connection serves the next request, or for a time.
 *
 * <p>Thread-safe.
 */
final class Farewell {
    /** How long a client may go on sending. */
    private static final long LIMIT_MILLIS = 5_000;

    private final Exchange exchange;

    Farewell(Exchange exchange) {
        this.exchange = exchange;
    }

    /** Begins; {@link Exchange#giveBack} ends it. */
    void begin() {
        try {
            ((HttpOutput) exchange.response().getOutputStream())
                    .complete(Callback.from(() -> {}, lost -> exchange.giveBack()));
        } catch (IOException lost) {
            exchange.giveBack();
            return;
        }
        var unused = exchange.core()
                .getComponents()
                .getScheduler()
                .schedule(exchange::giveBack, LIMIT_MILLIS, TimeUnit.MILLISECONDS);
        RequestBody body = exchange.body();
        if (body != null) {
            body.discard();
        }
        exchange.endFarewell();
    }
}
