package io.tpp.proxy;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.client.transport.HttpExchange;
import org.eclipse.jetty.client.transport.SendFailure;
import org.eclipse.jetty.client.transport.internal.HttpChannelOverHTTP;
import org.eclipse.jetty.client.transport.internal.HttpConnectionOverHTTP;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.jspecify.annotations.Nullable;

/**
 * A connection to the upstream, which is looked at before it is used again.
 *
 * <p>A server may close a kept connection at any time. Jetty notices only when its selector comes to it; if a
 * request is quicker, it is lost, and nobody can tell whether it was executed. So what the socket has
 * received by then is looked at first.
 *
 * <h2>Threads</h2>
 *
 * {@link #send} is called by the one who took the connection out of the client's pool.
 */
final class UpstreamConnection extends HttpConnectionOverHTTP {
    /**
     * How the connection stood just before a request was sent on it. Immutable.
     *
     * @param used whether another request was sent on it before
     */
    record Sending(UpstreamConnection connection, boolean used, long bytesIn, long bytesWritten) {
        /** Returns whether nothing came from the upstream since. */
        boolean unanswered() {
            return connection.getBytesIn() == bytesIn;
        }

        /** Returns whether nothing of the request has been written, and sees to it that nothing will be. */
        boolean seal() {
            UpstreamEndPoint socket = connection.socket;
            return socket != null && socket.seal(bytesWritten);
        }
    }

    /** How long the upstream's reason for not taking a request may take to be read, and the rest of one it answered to be written. */
    private static final long LAST_WORD_MILLIS = 2_000;

    /** Null: an end point of another kind. */
    private final @Nullable UpstreamEndPoint socket;

    private final AtomicReference<@Nullable Runnable> writeFailure = new AtomicReference<>();

    /** Whether a part of a request is being written. */
    private volatile boolean writing;

    /** Whether more has come than was asked for. */
    private volatile boolean distrusted;

    /** Whether the latest exchange is over, and the connection not yet at rest. */
    private final AtomicBoolean over = new AtomicBoolean();

    /** Who keeps it for one client's requests; null: nobody. */
    private volatile @Nullable KeptConnection keeper;

    /** How much had come when the latest exchange was over, in bytes. */
    private volatile long bytesInAtRest;

    UpstreamConnection(EndPoint endPoint, Map<String, Object> context) {
        super(endPoint, context);
        this.socket = socket(endPoint);
    }

    /** Called by the base class's constructor. */
    @Override
    protected HttpChannelOverHTTP newHttpChannel() {
        return new UpstreamChannel(this);
    }

    private static @Nullable UpstreamEndPoint socket(EndPoint endPoint) {
        return EndPoints.base(endPoint) instanceof UpstreamEndPoint socket ? socket : null;
    }

    /** Returns the selector that watches it; null: not known. */
    @Nullable
    ManagedSelector selector() {
        return socket == null ? null : socket.selector();
    }

    // Writing

    /** A part of a request is being written, or not any more. */
    void writing(boolean now) {
        writing = now;
    }

    /**
     * The answer is over: a failed write counts now, and one that does not end is given up after a while, because the upstream
     * may never read on.
     */
    void endWriting(Runnable abort) {
        admitWriteFailure();
        if (writing) {
            later(abort);
        }
    }

    private void later(Runnable task) {
        var unused = getHttpDestination()
                .getHttpClient()
                .getScheduler()
                .schedule(task, LAST_WORD_MILLIS, TimeUnit.MILLISECONDS);
    }

    /**
     * A request could not be written on. The upstream may have said why before it closed the connection: what has come is
     * read first, and only when that has ended, or nothing came, has the request failed.
     */
    void holdWriteFailure(Throwable failure, Runnable fail) {
        if (!(failure instanceof IOException) || isClosed() || !writeFailure.compareAndSet(null, fail)) {
            fail.run();
            return;
        }
        if (!getEndPoint().isOpen()) {
            admitWriteFailure();
            return;
        }
        long bytesIn = getBytesIn();
        later(() -> admitUnlessAnswered(bytesIn));
    }

    /** If it has said something, that has an end, with which the connection ends too. */
    private void admitUnlessAnswered(long bytesIn) {
        if (getBytesIn() == bytesIn) {
            admitWriteFailure();
        }
    }

    /** Lets the request fail that could not be written on, if there is one. */
    void admitWriteFailure() {
        Runnable fail = writeFailure.getAndSet(null);
        if (fail != null) {
            fail.run();
        }
    }

    @Override
    public void onClose(@Nullable Throwable cause) {
        super.onClose(cause);
        admitWriteFailure();
    }

    // Keeping

    /** More has come than was asked for, so what comes next cannot be told from an answer. */
    void distrust() {
        distrusted = true;
    }

    /** The exchange is over. */
    @Override
    public void release() {
        bytesInAtRest = getBytesIn();
        if (distrusted) {
            close();
            return;
        }
        over.set(true);
        if (getEndPoint() instanceof AbstractEndPoint read
                && read.getFillInterest().isInterested()) {
            restOnce();
        }
    }

    /** What has come was read, the end of an answer perhaps. */
    @Override
    public void fillInterested() {
        super.fillInterested();
        restOnce();
    }

    /** Not before both: what is sent while the last answer is still being read would find the connection neither open nor closed. */
    private void restOnce() {
        if (over.compareAndSet(true, false)) {
            rest();
        }
    }

    private void rest() {
        KeptConnection mine = keeper;
        if (mine == null || !mine.rested(this)) {
            giveBack();
        }
    }

    /** Any request may be sent on it now, and whoever's is next may keep it. */
    void giveBack() {
        keeper = null;
        // A request's own may be none.
        getEndPoint().setIdleTimeout(getHttpDestination().getHttpClient().getIdleTimeout());
        getHttpDestination().release(this);
    }

    /** It is not kept for a client any more; what was to be sent on it is sent elsewhere. */
    void leaveKeeper() {
        KeptConnection mine = keeper;
        keeper = null;
        HttpExchange following = mine == null ? null : mine.forget(this);
        if (following != null) {
            getHttpDestination().send(following);
        }
    }

    // Sending

    /** Sends an exchange that has no other connection, on one that has no other exchange. */
    void sendNow(HttpExchange exchange) {
        if (!isSent(exchange)) {
            if (!isClosed()) {
                giveBack();
            }
            getHttpDestination().send(exchange);
        }
    }

    /** The same; returns false if it is to be sent on another one, because this one has ended or somebody is about to read it. */
    boolean isSent(HttpExchange exchange) {
        SendFailure failure = send(exchange);
        if (failure == null || failure.retry) {
            return failure == null;
        }
        if (!isClosed()) {
            giveBack();
        }
        var unused = exchange.getRequest().abort(failure.failure);
        return true;
    }

    @Override
    public @Nullable SendFailure send(HttpExchange exchange) {
        UpstreamRequest request = exchange.getRequest() instanceof UpstreamRequest ours ? ours : null;
        SendFailure failure = sendIfOpen(exchange, request);
        if (failure != null) {
            leaveKeeper();
        }
        return failure;
    }

    private @Nullable SendFailure sendIfOpen(HttpExchange exchange, @Nullable UpstreamRequest request) {
        boolean used = getMessagesOut() > 0;
        if (!isStillOpen(used)) {
            // The client sends it on another connection; but not for ever on new ones, all closed at once.
            boolean again = used || (request != null && request.mayPassOver());
            return new SendFailure(new ClosedChannelException(), again);
        }
        if (request != null) {
            request.sendingOn(new Sending(this, used, getBytesIn(), socket == null ? -1 : socket.written()));
            keepFor(request.keeper());
        }
        return super.send(exchange);
    }

    private void keepFor(@Nullable KeptConnection client) {
        if (keeper == null && client != null && client.keep(this)) {
            keeper = client;
        }
    }

    /**
     * Returns whether it is open and nothing has come, as far as the system knows. What has come without being asked for would
     * pass for the answer to the next request, so such a connection is closed.
     */
    private boolean isStillOpen(boolean used) {
        boolean open = !isClosed() && (isQuiet() || isFoundOpen(used));
        if (open && getBytesIn() != bytesInAtRest) {
            close();
            return false;
        }
        return open;
    }

    /** Returns whether the selector has just looked, and seen nothing. */
    private boolean isQuiet() {
        return socket != null
                && socket == getEndPoint()
                && socket.getFillInterest().isInterested()
                && socket.isKnownQuiet();
    }

    /**
     * Does what the selector does when something has come: reads it, and if it is the end of the connection,
     * closes this side too.
     *
     * <p>If there is no interest in reading to take away, another thread is about to read, or has not finished
     * with the last answer; what it will find is not known, so the connection is not used just now. With TLS a new
     * connection has no such interest yet.
     */
    private boolean isFoundOpen(boolean used) {
        boolean handshake = !used && socket != getEndPoint();
        return socket == null || handshake || (socket.look() && !isClosed());
    }
}
