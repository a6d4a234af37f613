package io.tpp.proxy;

import org.eclipse.jetty.client.Connection;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Origin;
import org.eclipse.jetty.client.transport.HttpDestination;
import org.eclipse.jetty.client.transport.HttpExchange;
import org.eclipse.jetty.util.Promise;

/**
 * The upstream, as Jetty's client sees it: chooses the connection for each request.
 *
 * <h2>Threads</h2>
 *
 * Any; nothing blocks.
 */
final class UpstreamDestination extends HttpDestination {
    UpstreamDestination(HttpClient client, Origin origin) {
        super(client, origin);
    }

    /** On the client's own connection, on any that is free, or on a new one. */
    @Override
    public void send(HttpExchange exchange) {
        UpstreamRequest request = exchange.getRequest() instanceof UpstreamRequest ours ? ours : null;
        if (request != null && request.isForNewConnection()) {
            newConnection(Promise.from(connection -> ((UpstreamConnection) connection).sendNow(exchange), failure -> {
                var unused = request.abort(failure);
            }));
        } else if (request == null || !request.isSentOnKept(exchange)) {
            super.send(exchange);
        }
    }

    /** One that was made for a single request serves others like any other from then on. */
    @Override
    public void release(Connection connection) {
        super.release(connection);
        boolean pooled = ((UpstreamConnection) connection).getAttachment() != null;
        if (!pooled && !connection.isClosed()) {
            accept(connection);
        }
    }

    /** It is closed, or speaks another protocol from now on. */
    @Override
    public boolean remove(Connection connection) {
        boolean removed = super.remove(connection);
        ((UpstreamConnection) connection).leaveKeeper();
        return removed;
    }
}
