package io.tpp.proxy;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * The socket of a connection to the upstream, which knows how much was written to it.
 *
 * <p>Thread-safe; the monitor is held while the socket is written to, which does not block.
 */
final class UpstreamEndPoint extends ArmedEndPoint {
    private final Object lock = new Object();

    /** In bytes; with TLS, of what goes over the wire. */
    @GuardedBy("lock")
    private long written;

    @GuardedBy("lock")
    private boolean sealed;

    UpstreamEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key, Scheduler scheduler) {
        super(channel, selector, key, scheduler);
    }

    @Override
    public boolean flush(ByteBuffer... buffers) throws IOException {
        synchronized (lock) {
            if (sealed) {
                throw new ClosedChannelException();
            }
            // One that throws has written nothing.
            long before = BufferUtil.remaining(buffers);
            boolean all = super.flush(buffers);
            written += before - BufferUtil.remaining(buffers);
            return all;
        }
    }

    long written() {
        synchronized (lock) {
            return written;
        }
    }

    /**
     * Makes sure that nothing has been written since {@code mark} and nothing ever will be.
     *
     * @return false if something was
     */
    boolean seal(long mark) {
        synchronized (lock) {
            sealed |= written == mark;
            return sealed;
        }
    }
}
