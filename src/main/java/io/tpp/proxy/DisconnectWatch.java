package io.tpp.proxy;

import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Notices that an HTTP/1.1 client leaves while nobody reads from its connection.
 *
 * <p>Between the end of a request and its answer Jetty does not read, so it cannot see the client's FIN
 * or RST. This borrows the end point's interest in reading meanwhile. What the client sends
 * meanwhile is given back to Jetty, and ends the watch: a FIN behind it cannot be seen. It is the next request, or a body
 * that the client sends without having been asked for it.
 *
 * <p>HTTP/2 needs none of this: Jetty reads all the time there, and reports a lost stream or connection
 * to the request's {@code AsyncListener}.
 *
 * <h2>Threads</h2>
 *
 * {@link #stop} and Jetty's callbacks may come on any thread; the monitor of this object guards the state
 * and makes sure that Jetty never reads at the same time as the watch.
 */
final class DisconnectWatch implements Callback {
    private static final int RESET = -2;

    private enum State {
        WATCHING,
        STOPPED,
        GONE
    }

    private final AbstractEndPoint endPoint;
    private final Connection.UpgradeTo connection;
    private final boolean finMeansGone;
    private final Executor executor;
    private final Runnable onGone;
    private final Runnable onData;
    private State state = State.WATCHING;

    private DisconnectWatch(
            AbstractEndPoint endPoint,
            Connection.UpgradeTo connection,
            boolean finMeansGone,
            Executor executor,
            Runnable onGone,
            Runnable onData) {
        this.endPoint = endPoint;
        this.connection = connection;
        this.finMeansGone = finMeansGone;
        this.executor = executor;
        this.onGone = onGone;
        this.onData = onData;
    }

    /**
     * Starts to watch the connection of a request that nobody is reading from.
     *
     * @param finMeansGone whether a client that ends its sending side counts as gone
     * @param onGone called at most once, on the connector's executor
     * @param onData called there, at most once and instead, if the client sends something
     * @return null if this connection cannot be watched
     */
    static @Nullable DisconnectWatch start(Request request, boolean finMeansGone, Runnable onGone, Runnable onData) {
        ConnectionMetaData metaData = request.getConnectionMetaData();
        EndPoint endPoint = metaData.getConnection().getEndPoint();
        if (metaData.getHttpVersion().getVersion() > HttpVersion.HTTP_1_1.getVersion()
                || !(metaData.getConnection() instanceof Connection.UpgradeTo connection)
                || !(endPoint instanceof AbstractEndPoint readable)) {
            return null;
        }
        Executor executor = metaData.getConnector().getExecutor();
        DisconnectWatch watch = new DisconnectWatch(readable, connection, finMeansGone, executor, onGone, onData);
        return readable.tryFillInterested(watch) ? watch : null;
    }

    /** Ends the watch, before the response may complete. Returns false if the client is gone. */
    synchronized boolean stop() {
        if (state == State.WATCHING) {
            state = State.STOPPED;
            endPoint.getFillInterest().onFail(new Stopped());
        }
        return state != State.GONE;
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    @Override
    public synchronized void succeeded() {
        if (state != State.WATCHING) {
            return;
        }
        ByteBuffer buffer = BufferUtil.allocate(1);
        int filled = fill(buffer);
        if (filled == 0) {
            if (!endPoint.tryFillInterested(this)) {
                state = State.STOPPED;
            }
        } else if (filled > 0) {
            connection.onUpgradeTo(buffer);
            state = State.STOPPED;
            executor.execute(onData);
        } else if (filled == RESET || finMeansGone) {
            gone();
        } else {
            state = State.STOPPED;
        }
    }

    private int fill(ByteBuffer buffer) {
        try {
            return endPoint.fill(buffer);
        } catch (Exception reset) {
            return RESET;
        }
    }

    /** Also called by {@link #stop}, which has changed the state by then. */
    @Override
    public void failed(Throwable cause) {
        gone();
    }

    private synchronized void gone() {
        if (state == State.WATCHING) {
            state = State.GONE;
            executor.execute(onGone);
        }
    }

    /** Takes the interest in reading back; nobody looks at it. */
    private static final class Stopped extends Exception {
        private static final long serialVersionUID = 1L;

        Stopped() {
            super("stopped", null, false, false);
        }
    }
}
