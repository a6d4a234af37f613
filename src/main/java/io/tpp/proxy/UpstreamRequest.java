package io.tpp.proxy;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.transport.HttpConversation;
import org.eclipse.jetty.client.transport.HttpExchange;
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
    private static final int MAX_PASSED_OVER = 10;

    private final HttpClient client;
    private final Exchange exchange;
    private final UpstreamTarget target;
    private final String method;
    private final @Nullable String path;
    private final @Nullable String query;

    /** Set before it is sent. */
    private boolean onNewConnection;

    /** Set before it is sent; null: any connection will do. */
    private @Nullable KeptConnection keeper;

    /** Whether its client sends no other request before it has the answer. */
    private boolean serial;

    /** The connection it was sent on and how that stood then; null: none yet. */
    private volatile UpstreamConnection.@Nullable Sending sending;

    /** Of the thread that sends it. */
    private Runnable onSend = () -> {};

    /** How many new connections were passed over because they were closed. Of one thread at a time. */
    private int passedOver;

    /** {@code exchange}: what it is part of. */
    UpstreamRequest(HttpClient client, Exchange exchange, UpstreamTarget target, String method, HttpURI uri) {
        this(client, exchange, target, method, bytes(uri.getPath()), bytes(uri.getQuery()));
    }

    private UpstreamRequest(
            HttpClient client,
            Exchange exchange,
            UpstreamTarget target,
            String method,
            @Nullable String path,
            @Nullable String query) {
        super(client, new HttpConversation(), target.base());
        this.client = client;
        this.exchange = exchange;
        this.target = target;
        host(target.host());
        this.method = method;
        this.path = path;
        this.query = query;
    }

    /** Jetty reads targets as UTF-8 but writes them as ISO 8859-1; so each byte becomes a character of its own. */
    private static @Nullable String bytes(@Nullable String text) {
        return text == null || isAscii(text)
                ? text
                : new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0x7F) {
                return false;
            }
        }
        return true;
    }

    /**
     * Returns the same request, not sent and without a body.
     *
     * @param onNewConnection whether it is not to be sent on a connection that served another request before: one such
     *     connection has just let it down, and the upstream may have closed all of them
     */
    UpstreamRequest again(boolean onNewConnection) {
        UpstreamRequest again = new UpstreamRequest(client, exchange, target, method, path, query);
        again.onNewConnection = onNewConnection;
        again.idleTimeout(getIdleTimeout(), TimeUnit.MILLISECONDS)
                .headers(headers -> headers.clear().add(getHeaders()));
        getAttributes().forEach(again::attribute);
        return again;
    }

    /** Returns what it is part of. */
    Exchange exchange() {
        return exchange;
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

    /** Sets what is done while it is being sent, by the thread that sends it. */
    void onSend(Runnable task) {
        onSend = task;
    }

    /** It is being sent; the agent, if there is one, has begun its span. */
    void beginsToBeSent() {
        onSend.run();
    }

    /**
     * Returns what the OpenTelemetry agent puts into spans and metrics: not the query, which may be a script or hold
     * a secret. What is sent is made of path and query. Null if the path is none that a {@link URI} may have.
     */
    @Override
    public @Nullable URI getURI() {
        return target.describe(path == null ? "/" : path, query != null);
    }

    /** Returns whether it needs a connection of its own making. */
    boolean isForNewConnection() {
        return onNewConnection;
    }

    /**
     * Sets which connection it is to be sent on, if that is possible; else the one it is sent on is kept there.
     *
     * @param oneByOne whether the client sends no other request before it has the answer
     */
    void prefer(KeptConnection kept, boolean oneByOne) {
        keeper = kept;
        serial = oneByOne;
    }

    /** Returns where the connection is kept that it is to be sent on; null: nowhere. */
    @Nullable
    KeptConnection keeper() {
        return keeper;
    }

    /** Returns whether its exchange was sent on the kept connection, or will be; else it is to be sent on another one. */
    boolean isSentOnKept(HttpExchange exchange) {
        return keeper != null && keeper.send(exchange, serial);
    }

    /** Counts a new connection that was closed already; returns whether another one may be tried. */
    boolean mayPassOver() {
        return ++passedOver < MAX_PASSED_OVER;
    }

    /** A connection was chosen to send it on; not the last one if that turns out to be closed. */
    void sendingOn(UpstreamConnection.Sending chosen) {
        sending = chosen;
    }

    /** Nothing more comes of it but the outcome of its last write; {@code abort} is called if that does not come. */
    void endWriting(Runnable abort) {
        UpstreamConnection.Sending sent = sending;
        if (sent != null) {
            sent.connection().endWriting(abort);
        }
    }

    /** Returns how it was sent; null: it was not. */
    UpstreamConnection.@Nullable Sending sending() {
        return sending;
    }
}
