package io.tpp.proxy;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.tpp.pool.Holder;
import io.tpp.pool.TokenUse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.time.Duration;
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
 * Any of Jetty's. The monitor of this object guards the exchange's end, its sides and the client's leaving.
 * It is held while the response is written to, so that nothing of this exchange gets into the next one;
 * writing does not block.
 */
final class Exchange extends ProxiedRequest {
    private final HttpServletResponse response;
    private final ClientConnection connection;
    private final Holder holder;
    private final long beganAt;
    private final Connection transport;
    private final @Nullable UpgradeOffer upgradeOffer;

    /** Whether it goes with the client's own Authorization, and without a token. */
    private volatile boolean ownAuthorization;

    private volatile @Nullable TokenUse use;
    private volatile Duration waited = Duration.ZERO;
    private volatile @Nullable RequestBody body;

    /** Why it was, or is to be, sent again, and how often. */
    private final Resends resends = new Resends();

    /** How many of the two sides are not over. */
    @GuardedBy("this")
    private int openSides = 1;

    /** The request to the upstream, complete but for its token. */
    @GuardedBy("this")
    private @Nullable UpstreamRequest prepared;

    /** The same once it is being sent; null again while it waits to be sent again. */
    @GuardedBy("this")
    private @Nullable UpstreamCall call;

    @GuardedBy("this")
    private @Nullable DisconnectWatch watch;

    /** Whether Jetty still reads the request's body, and so notices itself when the client leaves. */
    @GuardedBy("this")
    private boolean bodyUnread;

    @GuardedBy("this")
    private @Nullable Throwable clientFailure;

    @GuardedBy("this")
    private boolean clientGone;

    /** Whether the response is complete, or about to be. */
    @GuardedBy("this")
    private boolean over;

    /** Whether request and response are Jetty's again. */
    @GuardedBy("this")
    private boolean completed;

    /** Whether the response is a switch to another protocol. */
    @GuardedBy("this")
    private boolean upgraded;

    Exchange(
            HttpServletRequest request,
            HttpServletResponse response,
            ClientConnection connection,
            Holder holder,
            long beganAt) {
        super(request);
        this.transport = core().getConnectionMetaData().getConnection();
        this.upgradeOffer = UpgradeOffer.of(core());
        this.response = new KeepsContentLength(response);
        this.connection = connection;
        this.holder = holder;
        this.beganAt = beganAt;
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

    // An upgrade

    /** Returns the protocols the client offers to switch to; null: none. */
    @Nullable
    UpgradeOffer upgradeOffer() {
        return upgradeOffer;
    }

    /** The response is a switch of protocols: the client's side does not end with it, but with the tunnel. */
    synchronized void upgraded() {
        upgraded = true;
    }

    synchronized boolean isUpgraded() {
        return upgraded;
    }

    // The token

    /** It goes with the client's own Authorization, if there is one, and without a token. */
    void keepAuthorization() {
        ownAuthorization = true;
    }

    boolean keepsAuthorization() {
        return ownAuthorization;
    }

    /** Notes that the request waited so long, on top of earlier waits. */
    void waited(Duration duration) {
        waited = waited.plus(duration);
    }

    Duration waited() {
        return waited;
    }

    void granted(@Nullable TokenUse granted) {
        use = granted;
    }

    /** Returns the use of the token; null while there is none. */
    @Nullable
    TokenUse use() {
        return use;
    }

    // The upstream's side

    void body(RequestBody content) {
        body = content;
    }

    /** Returns what is sent of the request's body; null: it has none. */
    @Nullable
    RequestBody body() {
        return body;
    }

    Resends resends() {
        return resends;
    }

    /** Sets what to send to the upstream. */
    synchronized void prepared(UpstreamRequest request) {
        prepared = request;
    }

    /** Opens the upstream's side. Returns what is to be sent; null if the client is gone. */
    synchronized @Nullable UpstreamCall openUpstreamSide(long now) {
        TokenUse granted = use;
        boolean mayGo = granted != null || ownAuthorization;
        if (prepared == null || !mayGo || clientGone || clientFailure != null || openSides == 0) {
            return null;
        }
        openSides++;
        call = new UpstreamCall(prepared, granted, now);
        return call;
    }

    /**
     * Prepares to send the request again: the upstream's side is closed, and the exchange waits for a token as
     * it did at first.
     *
     * @return false if the client is gone, or its request broken; then nothing is changed
     */
    synchronized boolean beginAnew(UpstreamRequest request) {
        if (completed || clientGone || clientFailure != null) {
            return false;
        }
        openSides--;
        call = null;
        use = null;
        prepared = request;
        return true;
    }

    /** Closes one side; returns whether it was the last. */
    synchronized boolean closeSide() {
        return --openSides == 0;
    }

    /** Returns the request sent to the upstream; null: none is under way. */
    synchronized @Nullable UpstreamCall call() {
        return call;
    }

    private void abortCall(Throwable cause) {
        UpstreamCall sent = call();
        if (sent != null) {
            sent.abort(cause);
        }
    }

    // The end

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
            getAsyncContext().complete();
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

    @Override
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

    /** Returns whether the connection is at the end of this request. */
    boolean isBodyRead() {
        RequestBody content = body;
        return content == null || content.isClosed();
    }

    /** Watches for the client's leaving from now on, if Jetty does not do so itself. */
    synchronized void watch(boolean finMeansGone, Runnable onLeft) {
        if (watch == null && !bodyUnread && !over && !clientGone) {
            watch = DisconnectWatch.start(core(), finMeansGone, onLeft);
        }
    }

    /** Returns whether the request was forwarded before {@code time}. */
    synchronized boolean isForwardedBefore(long time) {
        return call != null && call.forwardedAt() - time < 0;
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
        synchronized (this) {
            clientGone = true;
        }
        abortCall(new ClientGoneException());
    }

    synchronized boolean isClientGone() {
        return clientGone;
    }

    /**
     * Notes why the request could not be read to its end, and gives up on the upstream.
     *
     * @return whether a call is under way, with whose end the client is answered
     */
    boolean clientFailed(Throwable failure) {
        UpstreamCall sent;
        synchronized (this) {
            clientFailure = failure;
            sent = call;
        }
        if (sent != null) {
            sent.abort(failure);
        }
        return sent != null;
    }

    /** Returns why the client's request could not be read; null if it could. */
    synchronized @Nullable Throwable clientFailure() {
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
