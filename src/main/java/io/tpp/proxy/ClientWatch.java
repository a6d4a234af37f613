package io.tpp.proxy;

import io.tpp.pool.TokenPool;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Notices clients that leave while their request waits for its token or for the upstream.
 *
 * <p>A waiting request is watched at once. A forwarded one is watched only when the upstream has not
 * answered after a while: most have by then, and to watch costs as much as a good part of the request.
 * And it sees to it that a connection which Jetty ended for being idle ends at once, and while clients are to go
 * elsewhere, any that is idle; and that idle clients keep no connection to the upstream from others.
 *
 * <h2>Threads</h2>
 *
 * {@link #watch} is called on any thread; the sweep runs on the timer's. Nothing blocks.
 */
final class ClientWatch {
    private static final Duration SWEEP = Duration.ofMillis(200);

    /** How long a connection may be idle whose client is to go elsewhere, or is not let in any more. */
    private static final Duration DRAINED = Duration.ofMillis(250);

    /** How long a connection to the upstream is kept for a client that does not use it, before others may have it. */
    private static final Duration KEPT = Duration.ofSeconds(1);

    private final ConnectionLeases connections;
    private final TokenPool pool;
    private final BooleanSupplier finMeansGone;
    private final BooleanSupplier draining;
    private final LongSupplier nanoTime;

    /** {@code finMeansGone}: whether a client that ends its sending side counts as gone. */
    ClientWatch(
            ConnectionLeases connections,
            TokenPool pool,
            BooleanSupplier finMeansGone,
            BooleanSupplier draining,
            LongSupplier nanoTime) {
        this.connections = connections;
        this.pool = pool;
        this.finMeansGone = finMeansGone;
        this.draining = draining;
        this.nanoTime = nanoTime;
    }

    /** Starts the sweep; it ends with the timer. */
    void start(ScheduledExecutorService timer) {
        var unused = timer.scheduleWithFixedDelay(this::sweep, SWEEP.toNanos(), SWEEP.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void sweep() {
        long forwardedBefore = nanoTime.getAsLong() - SWEEP.toNanos();
        connections.forEach(connection -> {
            connection.closeAfterFarewell();
            connection.upstream().leave(KEPT);
            if (draining.getAsBoolean() || connection.isDismissed()) {
                connection.closeIfIdle(DRAINED);
            }
            Exchange exchange = connection.exchange();
            if (exchange != null && exchange.isForwardedBefore(forwardedBefore)) {
                watch(exchange);
            }
        });
    }

    /** Watches a request's client from now on. */
    void watch(Exchange exchange) {
        exchange.watch(finMeansGone.getAsBoolean(), () -> left(exchange));
    }

    /** The TCP connection is of no use any more; closing it makes Jetty end the request as well. */
    private void left(Exchange exchange) {
        if (!exchange.left()) {
            // Jetty will find the end of the connection behind the request.
            return;
        }
        pool.close(exchange.holder());
        exchange.closeConnection();
    }
}
