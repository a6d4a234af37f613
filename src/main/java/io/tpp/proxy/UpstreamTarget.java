package io.tpp.proxy;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Objects;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.util.HostPort;
import org.jspecify.annotations.Nullable;

/** Where requests go. Thread-safe: what it remembers may be made twice, and is the same then. */
final class UpstreamTarget {
    private final URI base;
    private final String host;
    private final HttpField hostField;
    private volatile @Nullable Described latest;

    /** What is told of a request. */
    private record Described(
            String path, boolean query, @Nullable URI uri) {
        private boolean isOf(String otherPath, boolean otherQuery) {
            return path.equals(otherPath) && query == otherQuery;
        }
    }

    private UpstreamTarget(URI base, String host, String authority) {
        this.base = base;
        this.host = host;
        this.hostField = new PreEncodedHttpField(HttpHeader.HOST, authority);
    }

    static UpstreamTarget of(boolean tls, String host, int port) {
        String scheme = tls ? "https" : "http";
        String authority =
                Objects.requireNonNull(HttpURI.from(scheme, host, port, "/").getAuthority());
        return new UpstreamTarget(URI.create(scheme + "://localhost:" + port + "/"), host, authority);
    }

    /** Returns the scheme and port, with a host that every URI accepts. */
    URI base() {
        return base;
    }

    /** Returns the host; unlike in a URI it may hold an underscore, as names in Docker networks do. */
    String host() {
        return host;
    }

    /** Returns the {@code Host} header as the upstream expects it. */
    HttpField hostField() {
        return hostField;
    }

    /**
     * Returns what others are told of a request's address: not the query, which may be a script or hold a secret. Most
     * requests go to the same few paths, and to take an address apart costs a microsecond, so the latest is kept.
     *
     * @param query whether there is one
     * @return null if the path is none that a {@link URI} may have
     */
    @Nullable
    URI describe(String path, boolean query) {
        Described known = latest;
        if (known == null || !known.isOf(path, query)) {
            known = new Described(path, query, uri(path, query));
            latest = known;
        }
        return known.uri();
    }

    private @Nullable URI uri(String path, boolean query) {
        String address = base.getScheme() + "://" + HostPort.normalizeHost(host) + ":" + base.getPort();
        try {
            return new URI(address + path + (query ? "?" + RequestTrace.HIDDEN : ""));
        } catch (URISyntaxException unusual) {
            return null;
        }
    }

    @Override
    public String toString() {
        return host + ":" + base.getPort();
    }
}
