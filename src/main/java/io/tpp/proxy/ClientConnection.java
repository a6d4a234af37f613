package io.tpp.proxy;

import io.tpp.access.ClientId;
import io.tpp.access.ClientSubjects;
import io.tpp.pool.Holder;
import java.security.cert.X509Certificate;
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
    private volatile @Nullable Exchange exchange;
    private volatile @Nullable UpgradeTunnel tunnel;
    private final AtomicLong requests = new AtomicLong();
    private volatile @Nullable Origin origin;

    /** How many of them have not ended. */
    private final AtomicLong running = new AtomicLong();

    /** Of the last request; null: none came yet. */
    private volatile @Nullable String protocol;

    /** The certificate whose subject was looked at and let in. */
    private volatile @Nullable X509Certificate certified;

    /** Of the sweep's thread. */
    private boolean farewellSeen;

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

    Membership membership() {
        return membership;
    }

    /** Returns what its client is called: by its API key, or by its certificate; null: neither is known. */
    @Nullable
    String clientName() {
        ClientId owner = membership.owner();
        return owner == null ? null : owner.name();
    }

    /**
     * Returns whether a certificate's holder is let in. It is looked at once, because it stays that of the connection.
     *
     * @param subjects null: everybody is
     * @param certificate null: none was shown
     */
    boolean isCertified(@Nullable ClientSubjects subjects, @Nullable X509Certificate certificate) {
        if (subjects == null) {
            return true;
        }
        if (certificate == null || (!certificate.equals(certified) && !subjects.admit(certificate))) {
            return false;
        }
        certified = certificate;
        return true;
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

    /** Closes it if nothing has happened on it for this long, in the way its protocol asks for. */
    void closeIfIdle(Duration idle) {
        boolean busy = running.get() > 0 || tunnel != null;
        if (!busy && endPoint instanceof IdleTimeout timed && timed.getIdleFor() >= idle.toMillis()) {
            top().close();
        }
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
        UpgradeTunnel ended = tunnel;
        if (ended != null) {
            ended.close();
        }
    }

    /** Closes the connection if it has become a tunnel, in which no request will come that could be refused. */
    void closeTunnel() {
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
