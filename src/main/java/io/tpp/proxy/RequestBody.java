package io.tpp.proxy;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.client.AsyncRequestContent;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * A request's body on its way to the upstream, which can be {@linkplain #fromStart sent again} as long as
 * little of it has been sent.
 *
 * <p>Its first part is read ahead, whatever the upstream does, into a buffer that serves both purposes: a
 * request that waits for its token is so read to its end, if it is not too large, and only then can it be
 * noticed that the client leaves; and what was sent of it can be sent again. From then on the client is read
 * only as fast as the upstream takes, and nothing is copied or kept.
 *
 * <p>To the servlet's base class this is the content that it writes to; the upstream's requests read from
 * {@linkplain #fromStart readings} of it, one after the other. What breaks a reading does not break the body.
 *
 * <h2>Threads</h2>
 *
 * Written by one thread at a time, read by another; the monitor of this object guards its state, and is not
 * held while anything is called.
 */
final class RequestBody extends AsyncRequestContent {
    /** How much is read ahead at least, in bytes. */
    private static final int AHEAD = 64 * 1024;

    private final long keepsSent;
    private final long keeps;

    /** What is kept and not dropped, in order; the last may be one that is not copied. */
    @GuardedBy("this")
    private final List<Piece> pieces = new ArrayList<>();

    @GuardedBy("this")
    private long written;

    @GuardedBy("this")
    private boolean closed;

    /** How much a reading was given at most. */
    @GuardedBy("this")
    private long sent;

    @GuardedBy("this")
    private @Nullable BodyReading reading;

    @GuardedBy("this")
    private @Nullable HttpFields trailers;

    @GuardedBy("this")
    private boolean discarding;

    /** How much may still be dropped, in bytes. */
    @GuardedBy("this")
    private long discards;

    @GuardedBy("this")
    private Runnable onTooMuch = () -> {};

    /**
     * A part of the body.
     *
     * @param taken to be called when the bytes are not needed any more; null: they are a copy
     */
    record Piece(ByteBuffer bytes, @Nullable Callback taken) {}

    /** {@code replayBytes}: how much may have been sent of a body that can be sent again. */
    RequestBody(int replayBytes) {
        // No content type: nothing is sent that the client did not send.
        super((String) null);
        this.keepsSent = replayBytes;
        this.keeps = Math.max(AHEAD, replayBytes);
    }

    // The client's side

    @Override
    public void write(ByteBuffer buffer, Callback callback) {
        if (isTooMuch(buffer.remaining())) {
            // Read no further.
            tooMuch().run();
        } else if (!buffer.hasRemaining() || !keep(buffer, callback)) {
            callback.succeeded();
        }
        tell(waiting());
    }

    private synchronized boolean isTooMuch(int more) {
        return discarding && (discards -= more) < 0;
    }

    private synchronized Runnable tooMuch() {
        return onTooMuch;
    }

    /** Returns whether the buffer is still needed. The caller uses it again as soon as the callback is called. */
    private synchronized boolean keep(ByteBuffer buffer, Callback callback) {
        if (discarding) {
            return false;
        }
        boolean copied = written + buffer.remaining() <= keeps;
        written += buffer.remaining();
        pieces.add(copied ? new Piece(BufferUtil.copy(buffer), null) : new Piece(buffer.slice(), callback));
        return !copied;
    }

    /** Notes what comes behind the body; to be called before {@link #close}. */
    synchronized void trailers(@Nullable HttpFields fields) {
        trailers = fields;
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        tell(waiting());
    }

    /**
     * Nobody wants the body any more: what has come of it is dropped, and so is what still comes.
     *
     * @param limit how much may still come, in bytes
     * @param onMore called if more comes, which is not read
     */
    void discard(long limit, Runnable onMore) {
        List<Piece> dropped;
        synchronized (this) {
            discarding = true;
            discards = limit;
            onTooMuch = onMore;
            reading = null;
            dropped = List.copyOf(pieces);
            pieces.clear();
        }
        for (Piece piece : dropped) {
            if (piece.taken() != null) {
                piece.taken().succeeded();
            }
        }
    }

    private synchronized @Nullable BodyReading waiting() {
        return reading;
    }

    private static void tell(@Nullable BodyReading waiting) {
        if (waiting != null) {
            waiting.more();
        }
    }

    @Override
    public synchronized boolean isClosed() {
        return closed;
    }

    /** Returns whether all of it has come; {@code length}: what the request says of it, negative: nothing. */
    synchronized boolean isWhole(long length) {
        return closed || written == length;
    }

    // The upstream's side

    /** Returns whether nothing that was sent has been dropped. */
    synchronized boolean canStartAgain() {
        return sent <= keepsSent;
    }

    /** Returns whether it was sent to its end. */
    synchronized boolean isSent() {
        return closed && sent == written;
    }

    /** Returns the body for one more request, which replaces the one before; only while it {@linkplain #canStartAgain can}. */
    synchronized Request.Content fromStart() {
        reading = new BodyReading(this, closed && trailers == null ? written : -1);
        return reading;
    }

    /** Returns what comes behind the body; null: nothing, as far as is known. */
    synchronized @Nullable HttpFields trailers() {
        return trailers;
    }

    /** Returns whether a reading would get something. */
    synchronized boolean hasMore(BodyReading reader) {
        return reader == reading && (reader.position() < pieces.size() || closed);
    }

    /** Returns the next piece for a reading; null: none yet, or none any more. */
    synchronized @Nullable Piece next(BodyReading reader) {
        if (reader != reading || reader.position() == pieces.size()) {
            return null;
        }
        Piece piece = pieces.get(reader.position());
        reader.advance(piece.bytes().remaining());
        sent = Math.max(sent, reader.given());
        if (sent > keepsSent) {
            pieces.subList(0, reader.position()).clear();
            reader.restart();
        }
        return piece;
    }

    /** Returns whether a reading has been given all there will be. */
    synchronized boolean isAtEnd(BodyReading reader) {
        return reader == reading && closed && reader.position() == pieces.size();
    }
}
