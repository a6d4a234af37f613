package io.tpp.proxy;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.transport.HttpConversation;
import org.eclipse.jetty.client.transport.HttpRequest;
import org.eclipse.jetty.http.HttpURI;
import org.jspecify.annotations.Nullable;

/**
 * A request to the upstream whose method and target are sent byte for byte as the client sent them.
 *
 * <p>Jetty's own requests parse the target as a {@link URI}, which refuses or rewrites much that clients
 * send and servers accept; and they put the method in capitals, though methods are case-sensitive (RFC 9110
 * §9.1).
 */
final class UpstreamRequest extends HttpRequest {
    private final String method;
    private final @Nullable String path;
    private final @Nullable String query;

    UpstreamRequest(HttpClient client, URI base, String method, HttpURI target) {
        super(client, new HttpConversation(), base);
        this.method = method;
        this.path = bytes(target.getPath());
        this.query = bytes(target.getQuery());
    }

    /** Jetty reads targets as UTF-8 but writes them as ISO 8859-1; so each byte becomes a character of its own. */
    private static @Nullable String bytes(@Nullable String text) {
        return text == null || StandardCharsets.US_ASCII.newEncoder().canEncode(text)
                ? text
                : new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    @Override
    public String getMethod() {
        return method;
    }

    @Override
    public @Nullable String getPath() {
        return path;
    }

    @Override
    public @Nullable String getQuery() {
        return query;
    }
}
