package io.tpp.proxy;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;

/**
 * A client's connection and one to the upstream, joined after a switch of protocols: bytes pass both ways as they
 * come, whatever they mean.
 *
 * <p>Each side's FIN and RST are passed on to the other, after what was sent before them. When both directions have
 * ended, so has the tunnel. Once one has ended, the other may not stay silent for long: the end of a peer that
 * has left entirely looks the same, and a tunnel holds a token.
 *
 * <h2>Threads</h2>
 *
 * Thread-safe; called on any of Jetty's threads. The monitor guards the state, and is not held while Jetty or
 * {@link Settings#onEnd} is called. Nothing blocks.
 */
final class UpgradeTunnel implements TunnelFlow.Listener {
    /** How long one direction may be silent once the other has ended. */
    private static final Duration HALF_CLOSED_IDLE = Duration.ofSeconds(10);

    /** Idleness is looked at so often within the time that is allowed. */
    private static final int CHECKS = 4;

    /**
     * How a tunnel behaves.
     *
     * @param idleTimeout how long it may be silent in both directions; zero: for ever
     * @param finMeansGone whether a client that ends its sending side counts as gone
     * @param nanoTime the clock
     * @param onEnd called once, at the end of a tunnel that was committed; see {@link End}
     */
    record Settings(Duration idleTimeout, boolean finMeansGone, LongSupplier nanoTime, End onEnd) {}

    /** Hears of a tunnel's end. */
    interface End {
        /** {@code opened}: whether the client's connection became part of it. */
        void ended(boolean opened);
    }

    private enum State {
        /** The upstream has switched; the client does not know yet. */
        TAKEN,
        /** The client is being told. */
        COMMITTED,
        OPEN,
        CLOSED
    }

    private final Settings settings;
    private final EndPoint client;
    private final EndPoint upstream;
    private final TunnelFlow fromClient;
    private final TunnelFlow fromUpstream;
    private final TunnelEnd clientEnd;
    private final TunnelEnd upstreamEnd;

    private volatile long passedAt;

    @GuardedBy("this")
    private State state = State.TAKEN;

    @GuardedBy("this")
    private Duration idleLimit;

    @GuardedBy("this")
    private int openFlows = 2;

    /** Makes a tunnel between two end points that still speak HTTP; {@code connector} is the client's. */
    UpgradeTunnel(EndPoint client, EndPoint upstream, Connector connector, Settings settings) {
        this.settings = settings;
        this.client = client;
        this.upstream = upstream;
        this.idleLimit = settings.idleTimeout();
        this.passedAt = settings.nanoTime().getAsLong();
        this.fromClient = new TunnelFlow(client, upstream, connector.getByteBufferPool(), this);
        this.fromUpstream = new TunnelFlow(upstream, client, connector.getByteBufferPool(), this);
        this.clientEnd = new TunnelEnd(client, connector.getExecutor(), this, fromClient, this::open);
        this.upstreamEnd = new TunnelEnd(upstream, connector.getExecutor(), this, fromUpstream, () -> {});
        // Whoever hears of the client's connections also hears of this one's end.
        connector.getEventListeners().forEach(clientEnd::addEventListener);
    }

    /** Takes the upstream's connection from Jetty's client. Nothing is read from it before the client's part is open. */
    void takeUpstream() {
        upstream.upgrade(upstreamEnd);
    }

    /** From now on a close ends the client's connection too. Returns false if the upstream's has ended. */
    synchronized boolean commit() {
        if (state != State.TAKEN || !upstream.isOpen()) {
            return false;
        }
        state = State.COMMITTED;
        return true;
    }

    /** Returns what the client's end point is to be upgraded to, which opens the tunnel. */
    Connection clientEnd() {
        return clientEnd;
    }

    private void open() {
        Duration limit;
        synchronized (this) {
            if (state != State.COMMITTED) {
                return;
            }
            state = State.OPEN;
            limit = idleLimit;
        }
        passed();
        watchIdleness(limit);
        fromUpstream.iterate();
        fromClient.iterate();
    }

    // What the flows tell

    @Override
    public void passed() {
        passedAt = settings.nanoTime().getAsLong();
    }

    /** Returns how many bytes came from the client so far. */
    long bytesIn() {
        return fromClient.bytes();
    }

    /** Returns how many bytes came for the client so far. */
    long bytesOut() {
        return fromUpstream.bytes();
    }

    @Override
    public void ended(TunnelFlow flow) {
        boolean both;
        synchronized (this) {
            openFlows--;
            both = openFlows == 0;
        }
        if (both) {
            close();
        } else if (flow == fromUpstream || settings.finMeansGone()) {
            hurry();
        }
    }

    @Override
    public void sinkGone() {
        hurry();
    }

    /** Allows little silence from now on. */
    private void hurry() {
        synchronized (this) {
            if (idleLimit.isZero() || idleLimit.compareTo(HALF_CLOSED_IDLE) > 0) {
                idleLimit = HALF_CLOSED_IDLE;
            }
        }
        watchIdleness(HALF_CLOSED_IDLE);
    }

    @Override
    public void reset(TunnelFlow flow) {
        EndPoint other = flow == fromClient ? upstream : client;
        end(() -> EndPoints.reset(other));
    }

    @Override
    public void closed() {
        close();
    }

    // Idleness

    /** Jetty's own time-outs, of which there may be others at a stop, only say when to look. */
    private void watchIdleness(Duration limit) {
        long interval = limit.isZero() ? 0 : Math.max(1, limit.toMillis() / CHECKS);
        client.setIdleTimeout(interval);
        upstream.setIdleTimeout(interval);
    }

    /** Ends the tunnel if it was silent for longer than allowed. */
    void closeIfIdle() {
        long silent = settings.nanoTime().getAsLong() - passedAt;
        boolean tooLong;
        synchronized (this) {
            tooLong = state == State.OPEN && !idleLimit.isZero() && silent >= idleLimit.toNanos();
        }
        if (tooLong) {
            close();
        }
    }

    // The end

    /** Ends both connections in good order, or the upstream's alone if the tunnel is not committed. */
    void close() {
        end(() -> {});
    }

    private void end(Runnable first) {
        State before;
        synchronized (this) {
            before = state;
            state = State.CLOSED;
        }
        if (before == State.CLOSED) {
            return;
        }
        first.run();
        upstream.close();
        if (before != State.TAKEN) {
            client.close();
            settings.onEnd().ended(before == State.OPEN);
        }
    }
}
