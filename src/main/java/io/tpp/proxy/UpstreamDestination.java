package io.tpp.proxy;

import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.client.Connection;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Origin;
import org.eclipse.jetty.client.transport.HttpDestination;
import org.eclipse.jetty.client.transport.HttpExchange;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.util.Promise;
import org.jspecify.annotations.Nullable;

/**
 * The upstream, as Jetty's client sees it: chooses the connection for each request. The client's own pool is not used: it
 * would give a connection to the request that has waited longest for one, which most often is another thread's.
 *
 * <h2>Threads</h2>
 *
 * Any; nothing blocks.
 */
final class UpstreamDestination extends HttpDestination {
    private final IdleConnections idle = new IdleConnections();

    UpstreamDestination(HttpClient client, Origin origin) {
        super(client, origin);
    }

    /** On the client's own connection, on any that is idle, or on a new one. */
    @Override
    public void send(HttpExchange exchange) {
        UpstreamRequest request = exchange.getRequest() instanceof UpstreamRequest ours ? ours : null;
        boolean onNew = request != null && request.isForNewConnection();
        if (!onNew && request != null && request.isSentOnKept(exchange)) {
            return;
        }
        if (onNew || !isSentOnIdle(exchange)) {
            sendOnNew(exchange);
        }
    }

    /** Those that turn out to have ended are left to their end, and so are those that somebody reads: nothing was asked for. */
    private boolean isSentOnIdle(HttpExchange exchange) {
        ManagedSelector selector = SelectorTurn.current().selector();
        UpstreamConnection free = idle.take(selector);
        while (free != null && !free.isSent(exchange)) {
            free = idle.take(selector);
        }
        return free != null;
    }

    private void sendOnNew(HttpExchange exchange) {
        newConnection(new OnNew(exchange));
    }

    /** It is idle. */
    @Override
    public void release(Connection connection) {
        idle.put((UpstreamConnection) connection);
    }

    /** It is closed, or speaks another protocol from now on. */
    @Override
    public boolean remove(Connection connection) {
        UpstreamConnection gone = (UpstreamConnection) connection;
        idle.remove(gone);
        gone.leaveKeeper();
        return super.remove(connection);
    }

    /** Sends an exchange on the connection made for it. Jetty keeps this as long as the connection, but it does not keep the exchange. */
    private static final class OnNew implements Promise<Connection> {
        private final AtomicReference<@Nullable HttpExchange> waiting;

        OnNew(HttpExchange exchange) {
            waiting = new AtomicReference<>(exchange);
        }

        @Override
        public void succeeded(Connection connection) {
            HttpExchange exchange = waiting.getAndSet(null);
            if (exchange != null) {
                ((UpstreamConnection) connection).sendNow(exchange);
            }
        }

        @Override
        public void failed(Throwable failure) {
            HttpExchange exchange = waiting.getAndSet(null);
            if (exchange != null) {
                var unused = exchange.getRequest().abort(failure);
            }
        }
    }
}
