package io.tpp;

import io.tpp.config.HostPort;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/**
 * An embedded Jetty with one connector and its servlets.
 *
 * <p>TPP has two, so that health and metrics answer while clients keep the other busy, and until the very
 * end of a stop.
 */
final class HttpServer {
    /** How long a client connection may stay idle once the server is being drained. */
    private static final Duration DRAINING_IDLE = Duration.ofMillis(250);

    /**
     * How many connections may wait to be accepted, if the system allows it. Java asks for 50, and when more come at
     * once, the others try again after a second.
     */
    private static final int ACCEPT_QUEUE = 4096;

    /** More than the upstream's client takes, in bytes, so that whatever comes in also goes out. */
    private static final int MAX_RESPONSE_HEADERS = 128 * 1024;

    private final HostPort address;
    private final String key;
    private final Server server;
    private final ServerConnector connector;
    private final ServletContextHandler servlets = new ServletContextHandler();

    /**
     * Makes a server that does not listen yet.
     *
     * @param key the configuration key of the address, for messages
     * @param name of the connector and the threads
     */
    HttpServer(HostPort address, String key, String name, int maxThreads) {
        this.address = address;
        this.key = key;
        QueuedThreadPool threads = new QueuedThreadPool(maxThreads, Math.min(maxThreads, 4));
        threads.setName(name);
        threads.setReservedThreads(0);
        this.server = new Server(threads);
        HttpConfiguration http = httpConfiguration();
        this.connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http), new Http2InClear(http));
        connector.setName(name);
        connector.setHost(address.host());
        connector.setPort(address.port());
        connector.setShutdownIdleTimeout(DRAINING_IDLE.toMillis());
        connector.setAcceptQueueSize(ACCEPT_QUEUE);
        server.addConnector(connector);
        server.setHandler(new ServerWideOptions(servlets));
        server.setErrorHandler(new ErrorAnswers());
        // What a client puts into its target is the upstream's to judge.
        servlets.getServletHandler().setDecodeAmbiguousURIs(true);
    }

    private static HttpConfiguration httpConfiguration() {
        HttpConfiguration http = new HttpConfiguration();
        // What the upstream says of itself passes; TPP adds nothing.
        http.setSendServerVersion(false);
        http.setSendDateHeader(false);
        http.setMaxResponseHeaderSize(MAX_RESPONSE_HEADERS);
        http.setUriCompliance(UriCompliance.UNSAFE);
        // A line that ends with a bare LF is read in two ways by two servers (RFC 9112 §2.2).
        http.setHttpCompliance(HttpCompliance.STRICT);
        // Else a known header value comes out in another case than it went in.
        http.setHeaderCacheCaseSensitive(true);
        return http;
    }

    /**
     * Limits the connections.
     *
     * @param idleTimeout idle ones are closed after this; zero: never
     * @param maxConnections how many may be open, further ones wait to be accepted; 0: any number
     */
    void limit(Duration idleTimeout, int maxConnections) {
        connector.setIdleTimeout(idleTimeout.toMillis());
        if (maxConnections > 0) {
            server.addBean(new NetworkConnectionLimit(maxConnections, connector));
        }
    }

    ServerConnector connector() {
        return connector;
    }

    ServletContextHandler servlets() {
        return servlets;
    }

    Executor executor() {
        return server.getThreadPool();
    }

    /** Listens and serves. */
    void start() throws StartException {
        try {
            connector.open();
        } catch (IOException e) {
            // Without its cause, whose message would repeat this one to the user.
            throw new StartException(key + ": cannot listen on " + address + ": " + reason(e));
        }
        try {
            server.start();
        } catch (Exception e) {
            throw new StartException(key + ": the server cannot start: " + e.getMessage(), e);
        }
    }

    /** Returns the innermost reason: Jetty's own message around it repeats the address. */
    private static String reason(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }

    /** Returns where it listens. */
    HostPort address() {
        return new HostPort(address.host(), port());
    }

    /** Returns the port it listens on. */
    int port() {
        return connector.getLocalPort();
    }

    /** Accepts no more connections, closes idle ones, and waits until the busy ones are through. Returns false if they were not. */
    boolean drain(Duration grace) throws InterruptedException {
        try {
            connector.shutdown().get(grace.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException | ExecutionException e) {
            return false;
        }
    }

    /** Ends everything that is still under way. */
    void stop() throws Exception {
        // First of all, because Jetty completes what it ends: an empty 200 would pass for an answer.
        connector.getConnectedEndPoints().forEach(EndPoint::close);
        server.stop();
    }

    /**
     * HTTP/2 without TLS, by prior knowledge or by an upgrade.
     *
     * <p>An upgrade by a request with a body in chunks is ignored, as RFC 9110 §7.8 allows: Jetty would take the
     * upgrade and lose the body. The JDK's HttpClient sends such requests.
     */
    private static final class Http2InClear extends HTTP2CServerConnectionFactory {
        Http2InClear(HttpConfiguration http) {
            super(http);
        }

        @Override
        public @Nullable Connection upgradeConnection(
                Connector connector, EndPoint endPoint, MetaData.Request request, HttpFields.Mutable response101) {
            return request.getHttpFields().contains(HttpHeader.TRANSFER_ENCODING)
                    ? null
                    : super.upgradeConnection(connector, endPoint, request, response101);
        }
    }
}
