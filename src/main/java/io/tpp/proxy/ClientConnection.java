package io.tpp.proxy;

import io.tpp.pool.Holder;
import org.eclipse.jetty.io.EndPoint;
import org.jspecify.annotations.Nullable;

/**
 * One client's TCP connection, from accept to close, and what it holds of the pool.
 *
 * <p>Thread-safe, but for {@link #closeAfterFarewell}.
 */
final class ClientConnection {
    private final EndPoint endPoint;
    private final Holder holder;
    private final long openedAt;
    private volatile @Nullable Exchange exchange;
    private volatile @Nullable UpgradeTunnel tunnel;
    private volatile @Nullable Origin origin;

    /** Of the sweep's thread. */
    private boolean farewellSeen;

    ClientConnection(EndPoint endPoint, Holder holder, long openedAt) {
        this.endPoint = endPoint;
        this.holder = holder;
        this.openedAt = openedAt;
    }

    EndPoint endPoint() {
        return endPoint;
    }

    Holder holder() {
        return holder;
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

    void exchange(@Nullable Exchange current) {
        exchange = current;
    }

    /** Notes that the connection becomes a tunnel, which ends with it. */
    void becomes(UpgradeTunnel newTunnel) {
        tunnel = newTunnel;
        if (!endPoint.isOpen()) {
            newTunnel.close();
        }
    }

    /** The connection has ended: so does the tunnel, also one that Jetty never got round to opening. */
    void ended() {
        UpgradeTunnel ended = tunnel;
        if (ended != null) {
            ended.close();
        }
    }

    /**
     * Closes the connection if Jetty has ended its sending side and left it at that. To be called by one thread, now and
     * then: not the first call after the end closes, so that the client has had time to do so itself.
     *
     * <p>Jetty does so with an idle HTTP/1.1 connection, and would close it only after a second idle time-out. Until then
     * it would keep its lease. In a tunnel it was the upstream that ended its side.
     */
    void closeAfterFarewell() {
        boolean said = exchange == null && tunnel == null && endPoint.isOutputShutdown();
        if (said && farewellSeen) {
            endPoint.close();
        }
        farewellSeen = said;
    }
}
