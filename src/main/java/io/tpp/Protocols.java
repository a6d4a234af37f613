package io.tpp;

import io.tpp.tls.ServerTls;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.http2.server.AbstractHTTP2ServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.jspecify.annotations.Nullable;

/** What is spoken on a connector: HTTP/1.1 and HTTP/2, in clear or over TLS. */
final class Protocols {
    /** More than the upstream's client takes, in bytes, so that whatever comes in also goes out. */
    private static final int MAX_RESPONSE_HEADERS = 128 * 1024;

    private final HeadLimits limits;

    Protocols(HeadLimits limits) {
        this.limits = limits;
    }

    /** {@code tls}: null: in clear. */
    ConnectionFactory[] factories(@Nullable ServerTls tls) {
        return tls == null ? inClear() : overTls(tls);
    }

    /** HTTP/1.1 in clear and nothing else. */
    ConnectionFactory[] http1() {
        return new ConnectionFactory[] {new LenientHttp1(httpConfiguration(), limits.targetBytes())};
    }

    /** HTTP/1.1, and HTTP/2 by prior knowledge. */
    private ConnectionFactory[] inClear() {
        HttpConfiguration http = httpConfiguration();
        return new ConnectionFactory[] {new LenientHttp1(http, limits.targetBytes()), new Http2InClear(http)};
    }

    /** The same over TLS; which of them is agreed on within its handshake (ALPN, RFC 7301), else it is HTTP/1.1. */
    private ConnectionFactory[] overTls(ServerTls tls) {
        HttpConfiguration http = httpConfiguration();
        // Whether the certificate is for the name in the request is for the client to judge.
        http.addCustomizer(new SecureRequestCustomizer(false));
        HttpConnectionFactory http1 = new LenientHttp1(http, limits.targetBytes());
        HTTP2ServerConnectionFactory http2 = new HTTP2ServerConnectionFactory(http);
        prepare(http2);
        ALPNServerConnectionFactory negotiation = new ALPNServerConnectionFactory();
        negotiation.setDefaultProtocol(HttpVersion.HTTP_1_1.asString());
        SslConnectionFactory handshake = new SslConnectionFactory(tls, negotiation.getProtocol());
        return new ConnectionFactory[] {handshake, negotiation, http2, http1};
    }

    private static void prepare(AbstractHTTP2ServerConnectionFactory http2) {
        // No WebSocket within HTTP/2 (RFC 8441): clients that do not see it offered open a connection of HTTP/1.1 for
        // it.
        http2.setConnectProtocolEnabled(false);
        http2.addBean(new LargeTables());
    }

    private HttpConfiguration httpConfiguration() {
        HttpConfiguration http = new HttpConfiguration();
        http.setRequestHeaderSize(limits.totalBytes());
        // What the upstream says of itself passes; TPP adds nothing.
        http.setSendServerVersion(false);
        http.setSendDateHeader(false);
        http.setMaxResponseHeaderSize(MAX_RESPONSE_HEADERS);
        http.setUriCompliance(UriCompliance.UNSAFE);
        // A line that ends with a bare LF is read in two ways by two servers (RFC 9112 §2.2).
        http.setHttpCompliance(HttpCompliance.STRICT);
        // Else a known header value comes out in another case than it went in.
        http.setHeaderCacheCaseSensitive(true);
        // A cache would take 32 KiB a connection, and saves no time.
        http.setHeaderCacheSize(0);
        return http;
    }

    /**
     * HTTP/2 without TLS, by prior knowledge only.
     *
     * <p>A request that asks for an upgrade to it is served in HTTP/1.1, as RFC 9110 §7.8 allows; RFC 9113 §3.1 has
     * given the upgrade up. Jetty loses bodies in chunks with it, and of some thousand answers on such a connection one
     * stands still.
     */
    private static final class Http2InClear extends HTTP2CServerConnectionFactory {
        Http2InClear(HttpConfiguration http) {
            super(http);
            prepare(this);
        }

        /** {@code request} is of HTTP/2 if it is the preface. */
        @Override
        public @Nullable Connection upgradeConnection(
                Connector connector, EndPoint endPoint, MetaData.Request request, HttpFields.Mutable response101) {
            return request.getHttpVersion() == HttpVersion.HTTP_2
                    ? super.upgradeConnection(connector, endPoint, request, response101)
                    : null;
        }
    }
}
