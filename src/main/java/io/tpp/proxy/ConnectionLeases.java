package io.tpp.proxy;

import io.tpp.pool.TokenPool;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.jspecify.annotations.Nullable;

/**
 * Ties a pool's holder to each client TCP connection, and closes it when the connection ends, however
 * it ends: this is where a lease is released.
 *
 * <p>To be added to the connector for clients as a listener. Jetty makes several {@link Connection}s in
 * turn on one TCP connection (TLS, protocol negotiation, HTTP/2, upgrades), so the key is the lowest
 * {@link EndPoint}, and a connection that closes counts only if that end point is no longer open.
 *
 * <h2>Threads</h2>
 *
 * Called by Jetty on any of its threads; the map is the only state and is thread-safe. Nothing blocks.
 */
public final class ConnectionLeases implements Connection.Listener {
    private final Map<EndPoint, ClientConnection> connections = new ConcurrentHashMap<>();
    private final TokenPool pool;
    private final LongSupplier nanoTime;
    private final ProxyListener listener;

    public ConnectionLeases(TokenPool pool, LongSupplier nanoTime, ProxyListener listener) {
        this.pool = pool;
        this.nanoTime = nanoTime;
        this.listener = listener;
    }

    @Override
    public void onOpened(Connection connection) {
        open(base(connection.getEndPoint()));
    }

    @Override
    public void onClosed(Connection connection) {
        EndPoint base = base(connection.getEndPoint());
        // Still open: only the protocol changes.
        if (!base.isOpen()) {
            close(base);
        }
    }

    /** Returns the client connection a request came on; null if it has ended. */
    @Nullable
    ClientConnection of(Connection connection) {
        EndPoint base = base(connection.getEndPoint());
        ClientConnection known = connections.get(base);
        if (known != null || !base.isOpen()) {
            return known;
        }
        // A connection older than this listener, as after a redeployment of the WAR.
        connection.addEventListener(this);
        ClientConnection opened = open(base);
        if (!base.isOpen()) {
            close(base);
        }
        return opened;
    }

    void forEach(Consumer<ClientConnection> action) {
        connections.values().forEach(action);
    }

    private ClientConnection open(EndPoint base) {
        return connections.computeIfAbsent(base, key -> {
            listener.connectionOpened();
            return new ClientConnection(key, pool.newHolder(), nanoTime.getAsLong());
        });
    }

    private void close(EndPoint base) {
        ClientConnection closed = connections.remove(base);
        if (closed != null) {
            pool.close(closed.holder());
            listener.connectionClosed(Duration.ofNanos(nanoTime.getAsLong() - closed.openedAt()));
        }
    }

    private static EndPoint base(EndPoint endPoint) {
        EndPoint base = endPoint;
        while (true) {
            if (base instanceof EndPoint.Wrapper wrapper) {
                base = wrapper.unwrap();
            } else if (base.getTransport() instanceof EndPoint lower) {
                base = lower;
            } else {
                return base;
            }
        }
    }
}
