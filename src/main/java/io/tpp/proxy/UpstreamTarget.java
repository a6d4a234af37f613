package io.tpp.proxy;

import java.net.URI;
import java.util.Objects;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.PreEncodedHttpField;

/**
 * Where requests go. Immutable.
 *
 * @param base the scheme and port, with a host that every URI accepts
 * @param host the host; unlike in a URI it may hold an underscore, as names in Docker networks do
 * @param hostField the {@code Host} header as the upstream expects it
 */
record UpstreamTarget(URI base, String host, HttpField hostField) {
    static UpstreamTarget of(boolean tls, String host, int port) {
        String scheme = tls ? "https" : "http";
        String authority =
                Objects.requireNonNull(HttpURI.from(scheme, host, port, "/").getAuthority());
        return new UpstreamTarget(
                URI.create(scheme + "://localhost:" + port + "/"),
                host,
                new PreEncodedHttpField(HttpHeader.HOST, authority));
    }

    @Override
    public String toString() {
        return host + ":" + base.getPort();
    }
}
