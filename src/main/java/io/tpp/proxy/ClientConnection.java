package io.tpp.proxy;

import io.tpp.access.ClientId;
import io.tpp.pool.Holder;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.IdleTimeout;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.jspecify.annotations.Nullable;

/**
 * One client's TCP connection, from accept to close, and what it holds of the pool.
 *
 * <p>Thread-safe, but for {@link #closeAfterFarewell}.
 */
final class ClientConnection {
    private final long number;
    private final EndPoint endPoint;
    private final Holder holder;
    private final Membership membership;
    private final long openedAt;
    private final KeptConnection upstream = new KeptConnection();
    private volatile @Nullable Exchange exchange;
    private volatile @Nullable UpgradeTunnel tunnel;
    private final AtomicLong requests = new AtomicLong();
    private volatile @Nullable Origin origin;

    /** How many of them have not ended. */
    private final AtomicLong running = new AtomicLong();

    /** Of the last request; null: none came yet. */
    private volatile @Nullable String protocol;

    private volatile @Nullable Admission admission;
    private volatile boolean dismissed;

    /** Of the sweep's thread. */
    private boolean farewellSeen;

    /** Of the sweep's thread. */
    private boolean closeTold;

    ClientConnection(long number, EndPoint endPoint, Holder holder, Membership membership, long openedAt) {
        this.number = number;
        this.endPoint = endPoint;
        this.holder = holder;
        this.membership = membership;
        this.openedAt = openedAt;
    }

    /** Returns the number that tells it from all others, from 1. */
    long number() {
        return number;
    }

    EndPoint endPoint() {
        return endPoint;
    }

    Holder holder() {
        return holder;
    }

    /** Returns what its requests are sent on. */
    KeptConnection upstream() {
        return upstream;
    }

    Membership membership() {
        return membership;
    }

    /** Returns what its client is called: by its API key, or by its certificate; null: neither is known. */
    @Nullable
    String clientName() {
        ClientId owner = membership.owner();
        return owner == null ? null : owner.name();
    }

    /** Returns what its latest request was let in by; null: none was yet. */
    @Nullable
    Admission admission() {
        return admission;
    }

    void admitted(Admission by) {
        admission = by;
    }

    /** Has it end as soon as it is idle, or, if it is a tunnel, now: its client is not let in any more. May be repeated. */
    void dismiss() {
        dismissed = true;
        closeTunnel();
    }

    /** Returns whether it is to end as soon as it is idle. */
    boolean isDismissed() {
        return dismissed;
    }

    long openedAt() {
        return openedAt;
    }

    /** Returns where its requests come from; null: not looked at yet. */
    @Nullable
    Origin origin() {
        return origin;
    }

    void origin(Origin known) {
        origin = known;
    }

    /** Returns the request under way; the latest if HTTP/2 has several; null: none. */
    @Nullable
    Exchange exchange() {
        return exchange;
    }

    /** Notes that a request has ended, on both its sides. */
    void finished() {
        running.decrementAndGet();
        exchange = null;
    }

    /** Notes that a request begins. */
    void begins(Exchange next) {
        requests.incrementAndGet();
        running.incrementAndGet();
        protocol = next.getProtocol();
        exchange = next;
    }

    /** Returns how many requests began. */
    long requests() {
        return requests.get();
    }

    /** Returns the protocol of the last request; null: none came yet. */
    @Nullable
    String protocol() {
        return protocol;
    }

    /** Returns the tunnel that the connection has become; null: it has not. */
    @Nullable
    UpgradeTunnel tunnel() {
        return tunnel;
    }

    /** Notes that the connection becomes a tunnel, which ends with it. */
    void becomes(UpgradeTunnel newTunnel) {
        tunnel = newTunnel;
        if (dismissed) {
            endPoint.close();
        }
        if (!endPoint.isOpen()) {
            newTunnel.close();
        }
    }

    /** Closes it at once, as if the client had left. */
    void close() {
        Exchange current = exchange;
        if (current != null) {
            current.abandon();
        }
        endPoint.close();
    }

    /**
     * Closes it if nothing has happened on it for this long. To be called by one thread, now and then: in HTTP/2, the first
     * call says so, and leaves it to the client to close; the next one does not.
     */
    void closeIfIdle(Duration idle) {
        if (!isIdle(idle)) {
            return;
        }
        if (closeTold) {
            endPoint.close();
        }
        closeTold = true;
        top().close();
    }

    /** Returns whether a request is under way, or it is a tunnel. */
    boolean isBusy() {
        return running.get() > 0 || tunnel != null;
    }

    private boolean isIdle(Duration idle) {
        return !isBusy() && endPoint instanceof IdleTimeout timed && timed.getIdleFor() >= idle.toMillis();
    }

    /** Returns what is spoken, be it in clear or within TLS. */
    private Connection top() {
        Connection lowest = endPoint.getConnection();
        return lowest instanceof SslConnection tls ? tls.getSslEndPoint().getConnection() : lowest;
    }

    void idleTimeout(Duration timeout) {
        if (tunnel == null) {
            endPoint.setIdleTimeout(timeout.toMillis());
        }
    }

    /** The connection has ended: so does the tunnel, also one that Jetty never got round to opening. */
    void ended() {
        membership.end();
        upstream.end();
        UpgradeTunnel ended = tunnel;
        if (ended != null) {
            ended.close();
        }
    }

    /** In a tunnel no request will come that could be refused. */
    private void closeTunnel() {
        if (tunnel != null) {
            endPoint.close();
        }
    }

    /**
     * Closes the connection if Jetty has ended its sending side and left it at that. To be called by one thread, now and
     * then: not the first call after the end closes, so that the client has had time to do so itself.
     *
     * <p>Jetty does so with an idle HTTP/1.1 connection, and would close it only after a second idle time-out. Until then
     * it would keep its lease. In a tunnel it was the upstream that ended its side, and a {@link DeafConnection} has a time of
     * its own.
     */
    void closeAfterFarewell() {
        boolean said =
                exchange == null && tunnel == null && endPoint.isOutputShutdown() && !(top() instanceof DeafConnection);
        if (said && farewellSeen) {
            endPoint.close();
        }
        farewellSeen = said;
    }
}
