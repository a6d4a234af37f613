package io.tpp.proxy;

import io.tpp.dolphindb.UpstreamTls;
import java.time.Duration;
import org.eclipse.jetty.client.Destination;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Origin;
import org.eclipse.jetty.client.ProtocolHandler;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.HttpCookieStore;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes the HTTP client that carries clients' requests to the upstream and changes nothing on the way: no
 * redirects, no cookies, no decoding, no headers of its own.
 */
final class UpstreamClient {
    /** Kept connections are closed after this, before most servers would close them. */
    private static final Duration KEEP_IDLE = Duration.ofSeconds(30);

    private static final int REQUEST_BUFFER = 16 * 1024;

    private UpstreamClient() {}

    /**
     * Makes a client and starts it.
     *
     * @param tls null: none
     * @param server whose threads, never blocked, selectors and buffers it uses. Of buffers the client's own pool would keep
     *     no more than 16 of a size: what more requests need at once would be made and thrown away each time
     */
    static HttpClient start(Duration connectTimeout, SslContextFactory.@Nullable Client tls, Server server)
            throws Exception {
        ClientConnector connector = new UpstreamConnector(ArmedConnector.selectorsOf(server));
        connector.setConnectTimeout(connectTimeout);
        connector.setSslContextFactory(tls == null ? UpstreamTls.none() : tls);
        HttpClient client = new OfOneUpstream(new UpstreamTransport(connector));
        client.setExecutor(server.getThreadPool());
        client.setByteBufferPool(server.getByteBufferPool());
        client.setSocketAddressResolver(new ResolverOnSelector(client));
        client.setName("tpp-upstream");
        passEverything(client);
        client.start();
        client.getContentDecoderFactories().clear();
        return client;
    }

    /** There is but one upstream: what Jetty would look up for each request or answer stays as it is. */
    @SuppressWarnings("try") // Jetty's close() may be interrupted; nobody calls it.
    private static final class OfOneUpstream extends HttpClient {
        private final ProtocolHandler interims = new InterimAnswers();
        private final ProtocolHandler upgrades = new UpgradeHandler();
        private volatile @Nullable Destination known;

        OfOneUpstream(UpstreamTransport transport) {
            super(transport);
        }

        @Override
        public Destination resolveDestination(Origin origin) {
            Destination found = known;
            if (found == null || !found.getOrigin().equals(origin)) {
                found = super.resolveDestination(origin);
                known = found;
            }
            return found;
        }

        /** Jetty has them in a map, which it empties while it stops: an answer that comes then would find it changing. */
        @Override
        public @Nullable ProtocolHandler findProtocolHandler(Request request, Response response) {
            if (interims.accept(request, response)) {
                return interims;
            }
            return upgrades.accept(request, response) ? upgrades : null;
        }
    }

    private static void passEverything(HttpClient client) {
        client.setFollowRedirects(false);
        client.setHttpCookieStore(new HttpCookieStore.Empty());
        client.setUserAgentField(null);
        client.setDefaultRequestContentType(null);
        client.setIdleTimeout(KEEP_IDLE.toMillis());
        client.setRequestBufferSize(REQUEST_BUFFER);
        client.setResponseBufferSize(SelectorBuffers.LONG_PIECE);
        client.setMaxResponseHeadersSize(64 * 1024);
        // What two readers could read in two ways is nothing to pass on (RFC 9112 §2.2, §6.3).
        client.setHttpCompliance(HttpCompliance.STRICT);
    }
}
