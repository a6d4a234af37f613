package io.tpp;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.eclipse.jetty.http2.HTTP2Connection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.NegotiatingServerConnection;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Closes connections on which a request's head, or a TLS handshake, takes too long.
 *
 * <p>Jetty's idle time-out begins anew with each byte, so a client that sends one now and then would keep its connection
 * for ever. To be added to a connector as a listener.
 *
 * <h2>Threads</h2>
 *
 * Told of connections by Jetty on any thread; the sweep, and what it remembers of each, is of one thread at a time.
 */
final class SlowHeads implements Connection.Listener, Runnable {
    private final Duration timeout;
    private final LongSupplier nanoTime;
    private final Map<Connection, HeadProgress> connections = new ConcurrentHashMap<>();
    private final Duration pause;

    SlowHeads(Duration timeout, LongSupplier nanoTime) {
        this.timeout = timeout;
        this.nanoTime = nanoTime;
        Duration tenth = timeout.dividedBy(10).plusMillis(1);
        this.pause = tenth.compareTo(Duration.ofSeconds(1)) > 0 ? Duration.ofSeconds(1) : tenth;
    }

    /** Starts the sweep; it ends with the scheduler. */
    void start(Scheduler scheduler) {
        if (!timeout.isZero()) {
            schedule(scheduler);
        }
    }

    private void schedule(Scheduler scheduler) {
        var unused = scheduler.schedule(
                () -> {
                    run();
                    schedule(scheduler);
                },
                pause.toNanos(),
                TimeUnit.NANOSECONDS);
    }

    @Override
    public void onOpened(Connection connection) {
        HeadProgress progress = timeout.isZero() ? null : progress(connection);
        if (progress != null) {
            connections.put(connection, progress);
        }
    }

    /** Returns null for a connection on which no head is to come: TLS itself, and tunnels. */
    private static @Nullable HeadProgress progress(Connection connection) {
        if (connection instanceof HttpConnection http1) {
            return new HeadProgress.Http1(http1);
        }
        if (connection instanceof HTTP2Connection http2) {
            return new HeadProgress.Http2(http2);
        }
        // It is there until the handshake is through.
        return connection instanceof NegotiatingServerConnection ? new HeadProgress.Handshake() : null;
    }

    @Override
    public void onClosed(Connection connection) {
        connections.remove(connection);
    }

    /** Looks at all connections. */
    @Override
    public void run() {
        long now = nanoTime.getAsLong();
        connections.forEach((connection, progress) -> {
            if (progress.isSlower(timeout, now)) {
                connection.getEndPoint().close();
            }
        });
    }
}
