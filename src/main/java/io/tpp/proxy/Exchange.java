package io.tpp.proxy;

import io.tpp.pool.Holder;
import io.tpp.pool.TokenUse;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.io.Connection;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way: the client's request as the proxy servlet sees it, with what TPP knows of it.
 *
 * <p>It has two sides, the client's and, once forwarded, the upstream's; only when both are over may the
 * token serve another request.
 *
 * <h2>Threads</h2>
 *
 * Any of Jetty's. The monitor of this object guards the exchange's end, the upstream's side and the client's
 * leaving. It is held while the response is written to, so that nothing of this exchange gets into the
 * next one; writing does not block.
 */
final class Exchange extends HttpServletRequestWrapper {
    private final AsyncContext asyncContext;
    private final ServletContextRequest core;
    private final HttpServletResponse response;
    private final ClientConnection connection;
    private final Holder holder;
    private final long beganAt;
    private final Connection transport;
    private final long contentLength;
    private final Map<String, Object> attributes = new ConcurrentHashMap<>();
    private final AtomicInteger openSides = new AtomicInteger(1);

    private volatile @Nullable TokenUse use;
    private volatile Duration waited = Duration.ZERO;
    private volatile @Nullable Throwable clientFailure;

    /** The request to the upstream, complete but for its token. */
    private @Nullable Request prepared;

    /** The same once it is sent. */
    private @Nullable Request upstreamRequest;

    /** Whether it is just being sent. */
    private boolean sending;

    /** Why it is to be aborted once it is sent. */
    private @Nullable Throwable abortCause;

    private long forwardedAt;
    private @Nullable DisconnectWatch watch;

    /** Whether Jetty still reads the request's body, and so notices itself when the client leaves. */
    private boolean bodyUnread;

    /** Whether the response is complete, or about to be. */
    private boolean over;

    private boolean clientGone;

    /** Whether request and response are Jetty's again. */
    private boolean completed;

    Exchange(
            HttpServletRequest request,
            HttpServletResponse response,
            ClientConnection connection,
            Holder holder,
            long beganAt) {
        super(request);
        this.asyncContext = request.startAsync();
        this.asyncContext.setTimeout(0);
        this.core = ServletContextRequest.getServletContextRequest(request);
        this.transport = core.getConnectionMetaData().getConnection();
        this.contentLength = request.getContentLengthLong();
        this.response = new KeepsContentLength(response);
        this.connection = connection;
        this.holder = holder;
        this.beganAt = beganAt;
    }

    ServletContextRequest core() {
        return core;
    }

    HttpServletResponse response() {
        return response;
    }

    ClientConnection connection() {
        return connection;
    }

    /** Returns who takes the lease: the connection, or this request alone. */
    Holder holder() {
        return holder;
    }

    long beganAt() {
        return beganAt;
    }

    /** Ends the client's connection, and all requests on it. */
    void closeConnection() {
        transport.close();
    }

    /**
     * Returns, after the response, whether no other request can follow on the client's connection: Jetty
     * has ended its sending side, and may wait long for the client to do the same.
     */
    boolean isLastOfConnection() {
        return transport.getEndPoint().isOutputShutdown();
    }

    /** Also valid after the client's side has ended. */
    @Override
    public long getContentLengthLong() {
        return contentLength;
    }

    // The base class keeps its state of a request in attributes, and may look at it after the client's
    // side has ended, when Jetty has given the request's own attributes to another one.

    @Override
    public @Nullable Object getAttribute(String name) {
        Object own = attributes.get(name);
        return own != null || isCompleted() ? own : super.getAttribute(name);
    }

    @Override
    public void setAttribute(String name, Object value) {
        attributes.put(name, value);
    }

    /** The exchange is asynchronous from the start, so that it may wait for its token. */
    @Override
    public AsyncContext startAsync() {
        return asyncContext;
    }

    @Override
    public AsyncContext getAsyncContext() {
        return asyncContext;
    }

    // The token

    /** Notes how long the request waited; zero: it did not have to. */
    void waited(Duration duration) {
        waited = duration;
    }

    Duration waited() {
        return waited;
    }

    void granted(TokenUse granted) {
        use = granted;
    }

    /** Returns the use of the token; null before it is granted. */
    @Nullable
    TokenUse use() {
        return use;
    }

    // The two sides

    /** Sets what to send to the upstream. */
    synchronized void prepared(Request request) {
        prepared = request;
    }

    /** Opens the upstream's side. Returns what is to be sent, to be followed by {@link #sent}; null if the client is gone. */
    synchronized @Nullable Request openUpstreamSide(long now) {
        if (clientGone || openSides.get() == 0) {
            return null;
        }
        openSides.incrementAndGet();
        upstreamRequest = prepared;
        sending = true;
        forwardedAt = now;
        return prepared;
    }

    /** The upstream's request was sent. */
    void sent() {
        Request request;
        Throwable cause;
        synchronized (this) {
            sending = false;
            request = upstreamRequest;
            cause = abortCause;
        }
        if (request != null && cause != null) {
            var unused = request.abort(cause);
        }
    }

    /**
     * Aborts the request to the upstream.
     *
     * <p>Not while it is being sent: Jetty's client is not made for that, and the request might never end.
     */
    void abort(Request request, Throwable cause) {
        synchronized (this) {
            if (sending) {
                abortCause = cause;
                return;
            }
        }
        var unused = request.abort(cause);
    }

    /** Closes one side; returns whether it was the last. */
    synchronized boolean closeSide() {
        return openSides.decrementAndGet() == 0;
    }

    /**
     * Ends the client's side of the exchange; only the first call counts.
     *
     * <p>From then on request and response belong to Jetty, which uses them again for the next request:
     * whoever touches the response does so {@linkplain #isCompleted() before this}, holding the monitor.
     */
    void complete() {
        synchronized (this) {
            if (completed) {
                return;
            }
            completed = true;
            endWatch();
        }
        try {
            asyncContext.complete();
        } catch (IllegalStateException ended) {
            // Jetty has ended it itself, after an error on the connection.
            return;
        }
    }

    /**
     * Ends the client's connection, or its stream, instead of the response.
     *
     * <p>The client must not take a part for the whole; nor, if it has only ended its sending side, the empty
     * response that Jetty would make.
     */
    synchronized void cut() {
        if (completed) {
            return;
        }
        try {
            response.sendError(-1);
        } catch (IOException gone) {
            // It is cut already.
            return;
        }
    }

    /** Notes that Jetty ended the client's side, whoever asked it to. */
    synchronized void completedByJetty() {
        completed = true;
        endWatch();
    }

    synchronized boolean isCompleted() {
        return completed;
    }

    // The client's leaving

    /** Jetty is about to read the body. */
    synchronized void bodyComes() {
        bodyUnread = true;
    }

    /** The body was read to its end. */
    synchronized void bodyRead() {
        bodyUnread = false;
    }

    /** Watches for the client's leaving from now on, if Jetty does not do so itself. */
    synchronized void watch(boolean finMeansGone, Runnable onLeft) {
        if (watch == null && !bodyUnread && !over && !clientGone) {
            watch = DisconnectWatch.start(core, finMeansGone, onLeft);
        }
    }

    /** Returns whether the request was forwarded before {@code time}. */
    synchronized boolean isForwardedBefore(long time) {
        return upstreamRequest != null && forwardedAt - time < 0;
    }

    /** Ends the watch; whether the client is gone does not change any more. */
    synchronized void endWatch() {
        over = true;
        if (watch != null && !watch.stop()) {
            clientGone = true;
        }
    }

    /** Notes that the client is gone, and gives up on the upstream. */
    void abandon() {
        Request request;
        synchronized (this) {
            clientGone = true;
            request = upstreamRequest;
        }
        if (request != null) {
            abort(request, new ClientGoneException());
        }
    }

    synchronized boolean isClientGone() {
        return clientGone;
    }

    /** Notes why the request could not be read to its end. */
    void clientFailed(Throwable failure) {
        clientFailure = failure;
    }

    /** Returns why the client's request could not be read; null if it could. */
    @Nullable
    Throwable clientFailure() {
        return clientFailure;
    }

    /** Keeps the upstream's Content-Length, which the servlet's base class would take away before the first write. */
    private static final class KeepsContentLength extends HttpServletResponseWrapper {
        KeepsContentLength(HttpServletResponse response) {
            super(response);
        }

        @Override
        public void setContentLength(int length) {
            if (length >= 0) {
                super.setContentLength(length);
            }
        }
    }
}
