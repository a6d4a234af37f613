package io.tpp.proxy;

import io.tpp.pool.Holder;
import io.tpp.pool.TokenUse;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
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
 * Any of Jetty's. The monitor of this object guards the watch and the two flags; it is never held while
 * anything else is called but the watch.
 */
final class Exchange extends HttpServletRequestWrapper {
    private final AsyncContext asyncContext;
    private final ServletContextRequest core;
    private final HttpServletResponse response;
    private final ClientConnection connection;
    private final long beganAt;
    private final Holder holder;
    private final AtomicInteger openSides = new AtomicInteger(1);
    private final AtomicBoolean completed = new AtomicBoolean();

    private volatile @Nullable TokenUse use;
    private volatile @Nullable Request upstreamRequest;
    private volatile @Nullable Throwable clientFailure;

    private @Nullable DisconnectWatch watch;

    /** Whether nobody reads from the client's connection, so that it can be watched. */
    private boolean watchable = true;

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

    /** Returns the use of the token; null before it is granted. */
    @Nullable
    TokenUse use() {
        return use;
    }

    void granted(TokenUse granted) {
        use = granted;
    }

    // The two sides

    /**
     * Opens the upstream's side.
     *
     * @return false if the client's side is over already: then nothing may be sent
     */
    boolean openUpstreamSide(Request request) {
        upstreamRequest = request;
        return openSides.getAndUpdate(open -> open == 0 ? 0 : open + 1) > 0;
    }

    /** Closes one side; returns whether it was the last. */
    boolean closeSide() {
        return openSides.decrementAndGet() == 0;
    }

    /** Ends the client's side of the exchange; only the first call counts. */
    void complete() {
        if (completed.compareAndSet(false, true)) {
            asyncContext.complete();
        }
    }

    // The client's leaving

    /** Watches for the client's leaving, unless somebody reads from its connection. */
    synchronized void watch(boolean finMeansGone, Runnable onGone) {
        if (watchable && watch == null && !clientGone) {
            watch = DisconnectWatch.start(core, finMeansGone, onGone);
        }
    }

    /** Ends the watch before anybody reads or the response completes; returns false if the client is gone. */
    synchronized boolean endWatch() {
        watchable = false;
        if (watch != null && !watch.stop()) {
            clientGone = true;
        }
        watch = null;
        return !clientGone;
    }

    /** Notes that the client is gone, and gives up on the upstream. */
    void abandon() {
        synchronized (this) {
            clientGone = true;
        }
        Request request = upstreamRequest;
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
