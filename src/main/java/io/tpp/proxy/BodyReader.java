package io.tpp.proxy;

import jakarta.servlet.ReadListener;
import java.io.IOException;
import java.util.Objects;
import java.util.function.Consumer;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.IteratingCallback;
import org.eclipse.jetty.util.thread.Invocable;
import org.jspecify.annotations.Nullable;

/**
 * Reads a request's body from the client and hands it on, each piece as it comes, uncopied.
 *
 * <p>It stands for the listener of the servlet's base class, which reads by way of the servlet's input: that copies each piece
 * into a buffer of its own for each request, and wakes a thread for the later ones. The next piece is read once the one before
 * was taken. When it was read to its end, Jetty does not notice any more that the client leaves, so it is watched from then on
 * if it waits.
 *
 * <p>A body is broken if its length is not what the request says: HTTP/2 leaves that to the reader (RFC 9113 §8.1.1), and the
 * upstream would take what is too much for another request.
 *
 * <h2>Threads</h2>
 *
 * Started once. The base class sees to it that {@link #process} is run by one thread at a time: Jetty's, or that which has
 * taken a piece. Nothing blocks.
 */
final class BodyReader extends IteratingCallback implements ReadListener {
    private final Exchange exchange;
    private final ServletContextRequest core;
    private final RequestBody body;
    private final BodyMeter meter;
    private final ClientWatch clientWatch;
    private final Runnable onBegun;
    private final Consumer<Throwable> onFailed;
    private final Runnable more = Invocable.from(InvocationType.NON_BLOCKING, this::iterate);

    /** How long the body is to be, in bytes; negative: as long as it is. */
    private final long length;

    private long read;

    /** The latest that has come, and was not given back; null: none. */
    private Content.@Nullable Chunk piece;

    /** Whether somebody else may be looking at it. */
    private boolean handed;

    /** What came behind the body; null: nothing. */
    private @Nullable HttpFields trailers;

    private boolean ended;
    private boolean begun;

    /**
     * Makes one for an exchange that has a body.
     *
     * @param onBegun called once, when the first piece is there, or it is known that there is none
     * @param onFailed called once if the body does not come to its end, with the reason
     */
    BodyReader(
            Exchange exchange,
            BodyMeter meter,
            ClientWatch clientWatch,
            Runnable onBegun,
            Consumer<Throwable> onFailed) {
        this.exchange = exchange;
        this.core = exchange.core();
        this.body = Objects.requireNonNull(exchange.body(), "it has no body");
        this.meter = meter;
        this.clientWatch = clientWatch;
        this.onBegun = onBegun;
        this.onFailed = onFailed;
        this.length = exchange.getContentLengthLong();
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    @Override
    protected Action process() throws Throwable {
        release();
        if (ended) {
            return end();
        }
        Content.Chunk next = core.read();
        if (next == null) {
            meter.waits();
            core.demand(more);
            return Action.IDLE;
        }
        meter.goesOn();
        if (Content.Chunk.isFailure(next)) {
            throw next.getFailure();
        }
        piece = next;
        ended = next.isLast();
        trailers = next instanceof org.eclipse.jetty.http.Trailers last ? last.getTrailers() : null;
        if (!next.hasRemaining()) {
            succeeded();
        } else {
            hand(next);
        }
        return Action.SCHEDULED;
    }

    private void hand(Content.Chunk next) throws IOException {
        count(next.remaining());
        handed = true;
        body.write(next.getByteBuffer(), this);
        if (read == length) {
            // So that the upstream is sent all at once.
            body.close();
        }
        begin();
    }

    private void count(int more) throws BodyTooLargeException {
        read += more;
        meter.count(more);
        if (length >= 0 && read > length) {
            throw wrongLength();
        }
    }

    private static HttpException.RuntimeException wrongLength() {
        return new HttpException.RuntimeException(
                HttpStatus.BAD_REQUEST_400, "the body is not as long as it should be");
    }

    private void begin() {
        if (!begun) {
            begun = true;
            onBegun.run();
        }
    }

    private Action end() {
        if (read < length) {
            throw wrongLength();
        }
        body.trailers(Trailers.passing(core.getHeaders(), trailers));
        body.close();
        begin();
        exchange.bodyRead();
        if (exchange.use() == null) {
            clientWatch.watch(exchange);
        }
        return Action.SUCCEEDED;
    }

    private void release() {
        Content.Chunk taken = piece;
        piece = null;
        handed = false;
        if (taken != null) {
            taken.release();
        }
    }

    @Override
    protected void onFailure(Throwable cause) {
        if (!handed) {
            release();
        }
        meter.goesOn();
        onFailed.accept(cause);
    }

    // What the servlet's own input would call; there is none

    @Override
    public void onDataAvailable() {}

    @Override
    public void onAllDataRead() {}

    @Override
    public void onError(Throwable failure) {}
}
