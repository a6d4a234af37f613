package io.tpp.proxy;

import java.net.URI;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpURI;

/**
 * Where requests go. Immutable.
 *
 * @param base the scheme, host and port with the path {@code /}
 * @param host the {@code Host} header as the upstream expects it
 */
record UpstreamTarget(URI base, HttpField host) {
    static UpstreamTarget of(boolean tls, String host, int port) {
        HttpURI uri = HttpURI.from(tls ? "https" : "http", host, port, "/");
        return new UpstreamTarget(uri.toURI(), new HttpField(HttpHeader.HOST, String.valueOf(uri.getAuthority())));
    }

    @Override
    public String toString() {
        return base.getHost() + ":" + base.getPort();
    }
}
