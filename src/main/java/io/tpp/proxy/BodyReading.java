package io.tpp.proxy;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.nio.ByteBuffer;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.SerializedInvoker;
import org.jspecify.annotations.Nullable;

/**
 * One request's reading of a {@link RequestBody}, from its start.
 *
 * <h2>Threads</h2>
 *
 * Read by Jetty's client, by one thread at a time; failed and told of more by any. The monitor guards demand
 * and failure; the place in the body is guarded by the body's.
 */
final class BodyReading implements Request.Content {
    private final SerializedInvoker invoker = new SerializedInvoker(BodyReading.class);
    private final RequestBody body;
    private final long length;

    /** Guarded by the body. */
    private int position;

    /** Guarded by the body. */
    private long given;

    @GuardedBy("this")
    private @Nullable Runnable demand;

    @GuardedBy("this")
    private @Nullable Throwable failure;

    /** {@code length}: of the whole body; -1: not known. */
    BodyReading(RequestBody body, long length) {
        this.body = body;
        this.length = length;
    }

    // The place in the body, for the body

    int position() {
        return position;
    }

    long given() {
        return given;
    }

    void advance(int bytes) {
        position++;
        given += bytes;
    }

    /** The body has dropped all before this place. */
    void restart() {
        position = 0;
    }

    // For Jetty's client

    /** None: nothing is sent that the client did not send. */
    @Override
    public @Nullable String getContentType() {
        return null;
    }

    @Override
    public long getLength() {
        return length;
    }

    @Override
    public Content.@Nullable Chunk read() {
        Throwable broken = failure();
        if (broken != null) {
            return Content.Chunk.from(broken);
        }
        RequestBody.Piece piece = body.next(this);
        boolean last = body.isAtEnd(this);
        if (piece == null) {
            return last ? Content.Chunk.EOF : null;
        }
        return chunk(piece.bytes().slice(), last, piece.taken());
    }

    private static Content.Chunk chunk(ByteBuffer bytes, boolean last, @Nullable Callback taken) {
        return taken == null ? Content.Chunk.from(bytes, last) : Content.Chunk.from(bytes, last, taken::succeeded);
    }

    @Override
    public void demand(Runnable callback) {
        synchronized (this) {
            if (demand != null) {
                throw new IllegalStateException("demand pending");
            }
            demand = callback;
        }
        if (failure() != null || body.hasMore(this)) {
            more();
        }
    }

    @Override
    public void fail(Throwable cause) {
        synchronized (this) {
            if (failure == null) {
                failure = cause;
            }
        }
        more();
    }

    private synchronized @Nullable Throwable failure() {
        return failure;
    }

    /** There is something to read, or never will be. */
    void more() {
        invoker.run(this::meetDemand);
    }

    private void meetDemand() {
        Runnable callback;
        synchronized (this) {
            callback = demand;
            demand = null;
        }
        if (callback != null) {
            callback.run();
        }
    }
}
