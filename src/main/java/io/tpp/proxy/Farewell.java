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
 * after which the connection serves the next request, or as long as a {@link DeafConnection} would.
 *
 * <p>Thread-safe.
 */
final class Farewell {
    private final Exchange exchange;

    private volatile boolean answered;
    private volatile boolean over;

    Farewell(Exchange exchange) {
        this.exchange = exchange;
    }

    /** Returns whether the response is complete. */
    boolean isAnswered() {
        return answered;
    }

    /** Returns whether the response is complete or lost, or its time is up. Until then Jetty would take a second end for a failure. */
    boolean isOver() {
        return over;
    }

    /** Begins; {@link Exchange#giveBack} ends it, once it is over. */
    void begin() {
        try {
            ((HttpOutput) exchange.response().getOutputStream())
                    .complete(Callback.from(this::answered, lost -> timeIsUp()));
        } catch (IOException lost) {
            timeIsUp();
            return;
        }
        var unused = exchange.core()
                .getComponents()
                .getScheduler()
                .schedule(this::timeIsUp, DeafConnection.LIMIT_MILLIS, TimeUnit.MILLISECONDS);
        RequestBody body = exchange.body();
        if (body != null) {
            body.discard(DeafConnection.LIMIT_BYTES, exchange::giveBack);
        }
        exchange.endFarewell();
    }

    private void answered() {
        answered = true;
        over = true;
        exchange.farewellOver();
    }

    private void timeIsUp() {
        over = true;
        exchange.giveBack();
    }
}
