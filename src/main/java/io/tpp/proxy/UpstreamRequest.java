package io.tpp.proxy;

import java.net.URI;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.transport.HttpConversation;
import org.eclipse.jetty.client.transport.HttpRequest;
import org.eclipse.jetty.http.HttpURI;

/**
 * A request to the upstream whose target is sent byte for byte as the client sent it.
 *
 * <p>Jetty's own requests parse the target as a {@link URI}, which refuses or rewrites much that clients
 * send and servers accept.
 */
final class UpstreamRequest extends HttpRequest {
    private final String path;
    private final String query;

    UpstreamRequest(HttpClient client, URI base, HttpURI target) {
        super(client, new HttpConversation(), base);
        this.path = target.getPath();
        this.query = target.getQuery();
    }

    @Override
    public String getPath() {
        return path;
    }

    @Override
    public String getQuery() {
        return query;
    }
}
