package io.tpp.proxy;

import io.tpp.pool.TokenPool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ties a pool's holder to each client TCP connection, and closes it when the connection ends, however
 * it ends: this is where a lease is released.
 *
 * <p>To be added to the connector for clients as a listener. Jetty makes several {@link Connection}s in
 * turn on one TCP connection (TLS, protocol negotiation, HTTP/2, upgrades), so the key is the lowest
 * {@link EndPoint}, and a connection that closes counts only if that end point is no longer open.
 *
 * <p>Should Jetty ever fail to tell of an end, a sweep notices it a few seconds later; what it finds is
 * counted and logged as the fault that it is.
 *
 * <h2>Threads</h2>
 *
 * Called by Jetty on any of its threads; the map is thread-safe. The sweep and what it remembers belong to
 * the timer's thread. Nothing blocks.
 */
public final class ConnectionLeases implements Connection.Listener {
    private static final Logger logger = LoggerFactory.getLogger(ConnectionLeases.class);

    /** Far longer than Jetty takes to tell of an end, even when it is busy. */
    private static final Duration SWEEP = Duration.ofSeconds(5);

    private final Map<EndPoint, ClientConnection> connections = new ConcurrentHashMap<>();

    /** The last connection's number. */
    private final AtomicLong numbers = new AtomicLong();

    /** End points the last sweep found closed. */
    private Set<EndPoint> foundClosed = Set.of();

    private final TokenPool pool;
    private final ClientAccess access;
    private final LongSupplier nanoTime;
    private final ProxyListener listener;

    public ConnectionLeases(TokenPool pool, ClientAccess access, LongSupplier nanoTime, ProxyListener listener) {
        this.pool = pool;
        this.access = access;
        this.nanoTime = nanoTime;
        this.listener = listener;
    }

    /** Starts the sweep; it ends with the timer. */
    public void start(ScheduledExecutorService timer) {
        var unused = timer.scheduleWithFixedDelay(this::sweep, SWEEP.toNanos(), SWEEP.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Ends what was closed at the last sweep already, and still has its lease. */
    private void sweep() {
        Set<EndPoint> closed = connections.keySet().stream()
                .filter(endPoint -> !endPoint.isOpen())
                .collect(Collectors.toSet());
        closed.stream().filter(foundClosed::contains).forEach(this::closeForgotten);
        foundClosed = closed;
    }

    private void closeForgotten(EndPoint base) {
        if (close(base)) {
            logger.error("A client connection ended and nobody told; its lease is released now. Please report this");
            listener.leaseLeaked();
        }
    }

    @Override
    public void onOpened(Connection connection) {
        ClientConnection opened = open(connection);
        if (opened != null && connection instanceof DeafConnection) {
            // No request can follow.
            pool.close(opened.holder());
        }
    }

    @Override
    public void onClosed(Connection connection) {
        EndPoint base = EndPoints.base(connection.getEndPoint());
        // Still open: only the protocol changes.
        if (!base.isOpen()) {
            close(base);
        }
    }

    /** Returns the client connection a request came on; null if it has ended. */
    @Nullable
    ClientConnection of(Connection connection) {
        EndPoint base = EndPoints.base(connection.getEndPoint());
        ClientConnection known = connections.get(base);
        if (known != null || !base.isOpen()) {
            return known;
        }
        // A connection older than this listener, as after a redeployment of the WAR.
        connection.addEventListener(this);
        return open(connection);
    }

    /** Returns whether a request is under way on a client's connection, or it is a tunnel. */
    public boolean isBusy(EndPoint endPoint) {
        ClientConnection known = connections.get(EndPoints.base(endPoint));
        return known != null && known.isBusy();
    }

    /** Returns all connections as they look now; each by itself, as there is no lock over them. */
    public List<ConnectionView> views() {
        long now = nanoTime.getAsLong();
        List<ConnectionView> views = new ArrayList<>(connections.size());
        forEach(connection -> views.add(ConnectionView.of(connection, now)));
        return views;
    }

    void forEach(Consumer<ClientConnection> action) {
        connections.values().forEach(action);
    }

    /** Ends the connections of clients that are not let in any more, but for what is under way on them. */
    public void dismissStrangers() {
        forEach(connection -> {
            if (!access.isLetIn(connection)) {
                connection.dismiss();
            }
        });
    }

    /**
     * Closes a client's connection, as if the client had left: what is under way on it is aborted.
     *
     * @return what it was; empty if there is none with that number
     */
    public Optional<ConnectionView> close(long number) {
        Optional<ClientConnection> found = connections.values().stream()
                .filter(connection -> connection.number() == number)
                .findFirst();
        Optional<ConnectionView> view = found.map(connection -> ConnectionView.of(connection, nanoTime.getAsLong()));
        found.ifPresent(ClientConnection::close);
        return view;
    }

    /** Sets after how long idle connections are closed that are open now; zero: never. Tunnels have a time of their own. */
    public void idleTimeout(Duration timeout) {
        forEach(connection -> connection.idleTimeout(timeout));
    }

    private @Nullable ClientConnection open(Connection connection) {
        EndPoint base = EndPoints.base(connection.getEndPoint());
        if (!base.isOpen() && !connections.containsKey(base)) {
            // Refused, or ended, and that was told to a connection that this one replaces.
            return null;
        }
        ClientConnection opened = connections.computeIfAbsent(base, this::begin);
        if (opened == null) {
            base.close();
            return null;
        }
        // Its end may have been told before, to a connection that this one replaces.
        if (!base.isOpen()) {
            close(base);
        }
        return opened;
    }

    /** Returns null if the client may not have it. */
    private @Nullable ClientConnection begin(EndPoint base) {
        Membership membership = access.begin(base);
        if (membership == null) {
            return null;
        }
        listener.connectionOpened();
        long number = numbers.incrementAndGet();
        return new ClientConnection(number, base, pool.newHolder(number), membership, nanoTime.getAsLong());
    }

    /** Returns false if that was done before. */
    private boolean close(EndPoint base) {
        ClientConnection closed = connections.remove(base);
        if (closed == null) {
            return false;
        }
        pool.close(closed.holder());
        closed.ended();
        listener.connectionClosed(Duration.ofNanos(nanoTime.getAsLong() - closed.openedAt()));
        return true;
    }
}
