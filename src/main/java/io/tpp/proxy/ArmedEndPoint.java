package io.tpp.proxy;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * A socket that its selector goes on watching between one read and the next.
 *
 * <p>Jetty's own stop being watched as soon as something has come, and are watched again when somebody waits for more: two
 * calls of the system, and often another to wake the selector, for each request. Here that is left be, and undone only if
 * something comes that nobody waits for, such as the end of the connection while a request is under way. Nor is a socket read
 * again that has just given all it had.
 *
 * <p>What is short is written in one piece, at the end of the {@linkplain SelectorTurn selector's turn}.
 *
 * <h2>Threads</h2>
 *
 * As its base class: {@link #onSelected} and {@link #updateKey} are the selector's thread's.
 */
class ArmedEndPoint extends SocketChannelEndPoint {
    private final ManagedSelector selector;
    private final ManagedSelector.SelectorUpdate update = unused -> updateKey();
    private final Runnable read = new Read();
    private final Runnable write = new Write();
    private final Interest interest = new Interest();
    private volatile SelectionKey key;

    /**
     * Whether the latest read got less than it had room for, and the selector has told of nothing since. Of the thread that
     * reads; another's value does no harm, as whoever reads nothing waits for the selector.
     */
    private boolean drained;

    ArmedEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key, Scheduler scheduler) {
        super(channel, selector, key, scheduler);
        this.selector = selector;
        this.key = key;
    }

    /** Returns the selector that watches it. */
    final ManagedSelector selector() {
        return selector;
    }

    // Waiting

    @Override
    protected final void needsFillInterest() {
        want(SelectionKey.OP_READ);
    }

    @Override
    protected final void onIncompleteFlush() {
        SelectorTurn turn = SelectorTurn.current();
        if (turn.isPostponed(this)) {
            turn.add(this);
        } else {
            want(SelectionKey.OP_WRITE);
        }
    }

    private void want(int operation) {
        if (interest.want(operation)) {
            selector.submit(update);
        }
    }

    @Override
    public final Callback cancelWrite(Throwable cause) {
        interest.drop(SelectionKey.OP_WRITE);
        return super.cancelWrite(cause);
    }

    // The selector's thread

    @Override
    public final @Nullable Runnable onSelected() {
        drained = false;
        Runnable job = job(interest.found(key.readyOps()));
        SelectorTurn.current().step(selector, job);
        return job;
    }

    private @Nullable Runnable job(int due) {
        return switch (due) {
            case SelectionKey.OP_READ -> read;
            case SelectionKey.OP_WRITE -> write;
            case SelectionKey.OP_READ | SelectionKey.OP_WRITE -> new WriteAndRead();
            default -> null;
        };
    }

    /**
     * Returns whether it is known without a look that nothing has come: the calling thread is in a turn of the same selector,
     * which had nothing of this socket when it began.
     */
    final boolean isKnownQuiet() {
        return interest.isWatched(SelectionKey.OP_READ)
                && SelectorTurn.current().beganWithout(selector, key);
    }

    @Override
    public final void updateKey() {
        try {
            interest.update(key);
        } catch (CancelledKeyException closed) {
            close();
        }
    }

    @Override
    public final void replaceKey(SelectionKey newKey) {
        super.replaceKey(newKey);
        key = newKey;
    }

    // Reading

    /** Returns 0 without looking once a read has taken all there was: if more has come since, the selector tells. */
    @Override
    public int fill(ByteBuffer buffer) throws IOException {
        if (drained) {
            return 0;
        }
        int filled = super.fill(buffer);
        drained = filled > 0 && buffer.limit() < buffer.capacity();
        return filled;
    }

    /** Reads now what has come, for whoever waits for it. Returns false if nobody does. */
    final boolean look() {
        drained = false;
        return getFillInterest().fillable();
    }

    // Writing

    /** What is short may wait for the end of the selector's turn. To its caller this is as if the socket had no room just now. */
    @Override
    public final void write(Callback callback, ByteBuffer... buffers) {
        SelectorTurn turn = SelectorTurn.current();
        if (!turn.isOpen() || !isHttp1() || !Gathering.isShort(buffers)) {
            super.write(callback, buffers);
            return;
        }
        turn.postpone(this);
        // An answer that took as long as a connection may be idle could be lost if that were found out meanwhile.
        notIdle();
        try {
            super.write(new Postponed(callback), buffers);
        } finally {
            turn.postpone(null);
        }
    }

    /** Others write more than once between two reads, or gather what they write themselves. */
    private boolean isHttp1() {
        Connection connection = getConnection();
        return connection instanceof HttpConnection || connection instanceof UpstreamConnection;
    }

    /** Writes what has waited; nothing if it has been given up meanwhile. */
    final void writeOn() {
        getWriteFlusher().completeWrite();
    }

    /**
     * Writes pieces that are short as one, such as a head and its body: to tell the system of each costs more than to copy
     * them.
     */
    @Override
    public boolean flush(ByteBuffer... buffers) throws IOException {
        if (SelectorTurn.current().isPostponed(this)) {
            return false;
        }
        ByteBuffer one = Gathering.asOne(buffers);
        if (one == null) {
            return super.flush(buffers);
        }
        int length = one.remaining();
        int written = write(one);
        if (written > 0) {
            notIdle();
            Gathering.advance(buffers, written);
        }
        return written == length;
    }

    private int write(ByteBuffer buffer) throws IOException {
        try {
            return getChannel().write(buffer);
        } catch (IOException e) {
            throw new EofException(e);
        }
    }

    /** What follows a write that waits for the end of the turn: it waits for the others' writes too. */
    private record Postponed(Callback callback) implements Callback {
        @Override
        public void succeeded() {
            SelectorTurn.current().written(callback);
        }

        @Override
        public void failed(Throwable failure) {
            callback.failed(failure);
        }

        @Override
        public InvocationType getInvocationType() {
            return callback.getInvocationType();
        }
    }

    // What is done when something that was waited for has come

    private abstract class Job implements Invocable.Task, Closeable {
        /** It is not done, because nobody is left to do it. */
        @Override
        public void close() {
            ArmedEndPoint.this.close();
        }
    }

    private final class Read extends Job {
        @Override
        public void run() {
            getFillInterest().fillable();
        }

        @Override
        public InvocationType getInvocationType() {
            return getFillInterest().getCallbackInvocationType();
        }
    }

    private final class Write extends Job {
        @Override
        public void run() {
            writeOn();
        }

        @Override
        public InvocationType getInvocationType() {
            return getWriteFlusher().getCallbackInvocationType();
        }
    }

    private final class WriteAndRead extends Job {
        @Override
        public void run() {
            writeOn();
            getFillInterest().fillable();
        }

        /** As wary as the warier of the two. */
        @Override
        public InvocationType getInvocationType() {
            InvocationType reading = getFillInterest().getCallbackInvocationType();
            InvocationType writing = getWriteFlusher().getCallbackInvocationType();
            if (reading == writing) {
                return reading;
            }
            boolean blocking = reading == InvocationType.BLOCKING || writing == InvocationType.BLOCKING;
            return blocking ? InvocationType.BLOCKING : InvocationType.EITHER;
        }
    }
}
