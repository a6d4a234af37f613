package io.tpp.proxy;

import io.tpp.pool.Holder;
import io.tpp.pool.TokenUse;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way: the client's request as the proxy servlet sees it, with what TPP knows of it.
 *
 * <p>It has two sides, the client's and, once forwarded, the upstream's; only when both are over may the
 * token serve another request.
 *
 * <h2>Threads</h2>
 *
 * Any of Jetty's. The monitor of this object guards what concerns the upstream's side and the client's
 * leaving; while it is held nothing is called but the watch.
 */
final class Exchange extends HttpServletRequestWrapper {
    private final AsyncContext asyncContext;
    private final ServletContextRequest core;
    private final HttpServletResponse response;
    private final ClientConnection connection;
    private final Holder holder;
    private final long beganAt;
    private final AtomicInteger openSides = new AtomicInteger(1);
    private final AtomicBoolean completed = new AtomicBoolean();

    private volatile @Nullable TokenUse use;
    private volatile Duration waited = Duration.ZERO;
    private volatile @Nullable Throwable clientFailure;

    /** The request to the upstream, complete but for its token. */
    private @Nullable Request prepared;

    /** The same once it is sent. */
    private @Nullable Request upstreamRequest;

    private long forwardedAt;
    private @Nullable DisconnectWatch watch;

    /** Whether Jetty still reads the request's body, and so notices itself when the client leaves. */
    private boolean bodyUnread;

    /** Whether the response is complete, or about to be. */
    private boolean over;

    private boolean clientGone;

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

    /** Opens the upstream's side. Returns what is to be sent; null if the client is gone. */
    synchronized @Nullable Request openUpstreamSide(long now) {
        if (clientGone || openSides.get() == 0) {
            return null;
        }
        openSides.incrementAndGet();
        upstreamRequest = prepared;
        forwardedAt = now;
        return prepared;
    }

    /** Closes one side; returns whether it was the last. */
    synchronized boolean closeSide() {
        return openSides.decrementAndGet() == 0;
    }

    /** Ends the client's side of the exchange; only the first call counts. */
    void complete() {
        if (completed.compareAndSet(false, true)) {
            asyncContext.complete();
        }
    }

    boolean isCompleted() {
        return completed.get();
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

    /** Ends the watch, because the response is about to be complete. */
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
            var unused = request.abort(new ClientGoneException());
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
