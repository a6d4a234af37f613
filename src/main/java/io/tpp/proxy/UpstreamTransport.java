package io.tpp.proxy;

import java.util.Map;
import org.eclipse.jetty.client.Destination;
import org.eclipse.jetty.client.Origin;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.Transport;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;
import org.jspecify.annotations.Nullable;

/** Makes the upstream client's connections: they are of a kind that tells what has become of a request. */
final class UpstreamTransport extends HttpClientTransportOverHTTP {
    /** Of all requests; null: none came yet. */
    private volatile @Nullable Origin origin;

    UpstreamTransport(ClientConnector connector) {
        super(connector);
        // TPP's listeners never block, so they may run on the selector's thread.
        setInvocationType(InvocationType.NON_BLOCKING);
        // Else a known header value comes out in another case than it came in.
        setHeaderCacheCaseSensitive(true);
        // A cache would take 32 KiB a connection, and saves no time.
        setHeaderCacheSize(0);
    }

    /** The first that Jetty does when it sends a request, on the thread that sends it. */
    @Override
    public Origin newOrigin(Request request) {
        if (!(request instanceof UpstreamRequest own)) {
            return super.newOrigin(request);
        }
        own.beginsToBeSent();
        own.transport(Transport.TCP_IP);
        Origin known = origin;
        if (known == null) {
            known = super.newOrigin(request);
            origin = known;
        }
        return known;
    }

    @Override
    public Destination newDestination(Origin origin) {
        return new UpstreamDestination(getHttpClient(), origin);
    }

    @Override
    public Connection newConnection(EndPoint endPoint, Map<String, Object> context) {
        return customize(new UpstreamConnection(endPoint, context), context);
    }
}
