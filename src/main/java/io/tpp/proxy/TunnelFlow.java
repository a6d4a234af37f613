package io.tpp.proxy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingCallback;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a {@link UpgradeTunnel}: what is read from one end point is written to the other, and no more is read
 * before that is through. While nothing comes it holds no buffer.
 *
 * <h2>Threads</h2>
 *
 * Runs on Jetty's threads, those of selectors included, by one at a time; nothing blocks.
 */
final class TunnelFlow extends IteratingCallback {
    /** How a flow's tunnel is told. */
    interface Listener {
        /** Bytes have passed. */
        void passed();

        /** The source has ended its sending side, and the sink was told. */
        void ended(TunnelFlow flow);

        /** The sink takes nothing any more. What the source still sends is read and dropped, up to its end. */
        void sinkGone();

        /** The source ended with a reset. */
        void reset(TunnelFlow flow);

        /** An end point was closed. */
        void closed();
    }

    /** After so many buffers others on the same selector have their turn. */
    private static final int BUFFERS_A_TURN = 4;

    private final EndPoint source;
    private final EndPoint sink;
    private final ByteBufferPool pool;
    private final Listener listener;
    private final Callback written = new Written();

    private @Nullable ByteBuffer early;
    private @Nullable RetainableByteBuffer buffer;
    private int buffersThisTurn;
    private boolean sinkGone;

    /** How many bytes came from the source; only one thread at a time counts. */
    private final AtomicLong count = new AtomicLong();

    TunnelFlow(EndPoint source, EndPoint sink, ByteBufferPool pool, Listener listener) {
        this.source = source;
        this.sink = sink;
        this.pool = pool;
        this.listener = listener;
    }

    /** Puts bytes first that came right behind the request or the 101; before the flow starts. */
    void startWith(ByteBuffer bytes) {
        early = bytes;
    }

    /** Returns how many bytes came from the source so far. May be called on any thread. */
    long bytes() {
        return count.get();
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    @Override
    protected Action process() {
        ByteBuffer first = early;
        if (first != null) {
            early = null;
            return write(first);
        }
        if (buffersThisTurn == BUFFERS_A_TURN) {
            return await();
        }
        buffersThisTurn++;
        return readAndWrite();
    }

    private Action readAndWrite() {
        RetainableByteBuffer acquired = pool.acquire(SelectorBuffers.LONG_PIECE, true);
        buffer = acquired;
        int read;
        try {
            read = read(acquired.getByteBuffer());
        } catch (ClosedChannelException closed) {
            return end(listener::closed);
        } catch (IOException reset) {
            return end(() -> listener.reset(this));
        }
        if (read > 0) {
            return write(acquired.getByteBuffer());
        }
        if (read < 0) {
            return end(this::sourceEnded);
        }
        release();
        return await();
    }

    /** Jetty's plain end points hide the difference between FIN and RST; over TLS only a close_notify tells it. */
    private int read(ByteBuffer into) throws IOException {
        if (!(source.getTransport() instanceof SocketChannel channel)) {
            return source.fill(into);
        }
        int position = BufferUtil.flipToFill(into);
        try {
            return channel.read(into);
        } finally {
            BufferUtil.flipToFlush(into, position);
        }
    }

    private Action write(ByteBuffer bytes) {
        count.lazySet(count.get() + bytes.remaining());
        if (sinkGone) {
            succeeded();
        } else {
            listener.passed();
            sink.write(written, bytes);
        }
        return Action.SCHEDULED;
    }

    /** Goes on when there is something to read, after others have had their turn. */
    private Action await() {
        buffersThisTurn = 0;
        source.fillInterested(this);
        return Action.SCHEDULED;
    }

    private Action end(Runnable how) {
        release();
        how.run();
        return Action.SUCCEEDED;
    }

    private void sourceEnded() {
        sink.shutdownOutput();
        listener.ended(this);
    }

    @Override
    protected void onSuccess() {
        release();
    }

    @Override
    protected void onCompleteFailure(Throwable cause) {
        release();
        listener.closed();
    }

    private void release() {
        RetainableByteBuffer used = buffer;
        if (used != null) {
            buffer = null;
            used.release();
        }
    }

    /** A failed write does not end the flow. */
    private final class Written implements Callback {
        @Override
        public void succeeded() {
            listener.passed();
            TunnelFlow.this.succeeded();
        }

        @Override
        public void failed(Throwable cause) {
            sinkGone = true;
            listener.sinkGone();
            TunnelFlow.this.succeeded();
        }

        @Override
        public InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }
    }
}
