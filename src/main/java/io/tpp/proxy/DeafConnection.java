package io.tpp.proxy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection after its last answer, which was given before all of the request had come: the sending side is ended,
 * and what the client still sends is read and dropped, whatever it means.
 *
 * <p>To close the connection at once would make the client's system throw the answer away, because of what the client has
 * sent since (RFC 9112 §9.6). It is closed when the client has ended its side too; when it goes on sending, after {@link
 * #LIMIT_MILLIS} or {@link #LIMIT_BYTES}, whichever comes first.
 *
 * <p>HTTP/1.x becomes this instead of parsing on, because after a malformed body nobody knows where it ends. What was leased
 * for the connection ends when it begins.
 *
 * <h2>Threads</h2>
 *
 * Called by Jetty, by one thread at a time; the end of the time may come on any. Nothing blocks.
 */
public final class DeafConnection extends AbstractConnection.NonBlocking implements Connection.UpgradeTo {
    /** How long a client may go on sending after its answer. */
    static final long LIMIT_MILLIS = 5_000;

    /** How much a client may send after its answer. */
    static final long LIMIT_BYTES = 256L * 1024 * 1024;

    private static final int BUFFER = 32 * 1024;

    /** How often it is read before other connections have their turn. */
    private static final int READS = 16;

    private final Connector connector;
    private Scheduler.@Nullable Task end;
    private long dropped;

    private DeafConnection(EndPoint endPoint, Connector connector) {
        super(endPoint, connector.getExecutor());
        this.connector = connector;
    }

    /**
     * Lets a request's connection become this as soon as the request is over, if its response has become complete; not one of
     * HTTP/2.
     *
     * @param answered whether the response is complete already
     */
    public static void follow(Request request, boolean answered) {
        ConnectionMetaData metaData = request.getConnectionMetaData();
        if (metaData.getHttpVersion().getVersion() > HttpVersion.HTTP_1_1.getVersion()) {
            return;
        }
        Connector connector = metaData.getConnector();
        DeafConnection next = new DeafConnection(metaData.getConnection().getEndPoint(), connector);
        // Whoever hears of the client's connections also hears of this one.
        connector.getEventListeners().forEach(next::addEventListener);
        request.setAttribute(HttpStream.UPGRADE_CONNECTION_ATTRIBUTE, next);
        request.addHttpStreamWrapper(stream -> new UnreadStream(stream, answered));
    }

    /** A request and its response of which the request may remain unread: Jetty would close the connection for that. */
    private static final class UnreadStream extends HttpStream.Wrapper {
        private volatile boolean answered;

        UnreadStream(HttpStream stream, boolean answered) {
            super(stream);
            this.answered = answered;
        }

        @Override
        public void send(
                MetaData.Request request,
                MetaData.@Nullable Response response,
                boolean last,
                ByteBuffer content,
                Callback callback) {
            super.send(request, response, last, content, last ? noting(callback) : callback);
        }

        private Callback noting(Callback callback) {
            return Callback.from(
                    callback.getInvocationType(),
                    () -> {
                        answered = true;
                        callback.succeeded();
                    },
                    callback::failed);
        }

        @Override
        public void failed(Throwable failure) {
            if (answered) {
                succeeded();
            } else {
                super.failed(failure);
            }
        }
    }

    /** What Jetty has read too much. */
    @Override
    public void onUpgradeTo(ByteBuffer buffer) {
        dropped += buffer.remaining();
    }

    @Override
    public void onOpen() {
        super.onOpen();
        EndPoint endPoint = getEndPoint();
        endPoint.shutdownOutput();
        end = connector.getScheduler().schedule(() -> endPoint.close(), LIMIT_MILLIS, TimeUnit.MILLISECONDS);
        onFillable();
    }

    @Override
    public void onClose(@Nullable Throwable cause) {
        super.onClose(cause);
        Scheduler.Task pending = end;
        if (pending != null) {
            pending.cancel();
        }
    }

    @Override
    public void onFillable() {
        RetainableByteBuffer buffer = connector.getByteBufferPool().acquire(BUFFER, false);
        try {
            if (goesOn(buffer.getByteBuffer())) {
                fillInterested();
            } else {
                getEndPoint().close();
            }
        } finally {
            buffer.release();
        }
    }

    /** Reads what is there. Returns false at the end. */
    private boolean goesOn(ByteBuffer buffer) {
        for (int i = 0; i < READS; i++) {
            int filled = fill(buffer);
            if (filled == 0) {
                return true;
            }
            dropped += filled;
            if (filled < 0 || dropped > LIMIT_BYTES) {
                return false;
            }
            buffer.clear().limit(0);
        }
        return true;
    }

    private int fill(ByteBuffer buffer) {
        try {
            return getEndPoint().fill(buffer);
        } catch (IOException reset) {
            return -1;
        }
    }
}
