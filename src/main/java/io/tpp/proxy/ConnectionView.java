package io.tpp.proxy;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.function.ToLongFunction;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.IdleTimeout;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.jspecify.annotations.Nullable;

/**
 * A client connection as it looked at one instant.
 *
 * @param number tells it from all others; what tokens and waiters call it by
 * @param remote the client's address; see {@link #address()}
 * @param client what its client is called, by its API key or certificate; null: neither is known
 * @param protocol of its last request, or {@code tunnel}; null: none came yet
 * @param tls whether it is encrypted
 * @param open for how long it has been
 * @param idle for how long nothing was sent or received; null: a request is under way, or it is a tunnel
 * @param requests how many came; with HTTP/2, on all streams
 * @param bytesIn how many bytes came, those of TLS included; of a tunnel, what it carried; -1: not known
 * @param bytesOut how many were sent
 */
public record ConnectionView(
        long number,
        @Nullable SocketAddress remote,
        @Nullable String client,
        @Nullable String protocol,
        boolean tls,
        Duration open,
        @Nullable Duration idle,
        long requests,
        long bytesIn,
        long bytesOut) {
    private static final String TUNNEL = "tunnel";

    static ConnectionView of(ClientConnection connection, long now) {
        EndPoint endPoint = connection.endPoint();
        Connection lowest = endPoint.getConnection();
        UpgradeTunnel tunnel = connection.tunnel();
        boolean busy = tunnel != null || connection.exchange() != null;
        return new ConnectionView(
                connection.number(),
                endPoint.getRemoteSocketAddress(),
                connection.clientName(),
                tunnel == null ? connection.protocol() : TUNNEL,
                lowest instanceof SslConnection,
                Duration.ofNanos(now - connection.openedAt()),
                busy || !(endPoint instanceof IdleTimeout timed) ? null : Duration.ofMillis(timed.getIdleFor()),
                connection.requests(),
                tunnel == null ? bytes(lowest, Connection::getBytesIn) : tunnel.bytesIn(),
                tunnel == null ? bytes(lowest, Connection::getBytesOut) : tunnel.bytesOut());
    }

    private static long bytes(@Nullable Connection connection, ToLongFunction<Connection> count) {
        return connection == null ? -1 : count.applyAsLong(connection);
    }

    /** Returns the client's address with its port, for people; only made when asked for, as few of many are. */
    public String address() {
        if (!(remote instanceof InetSocketAddress inet) || inet.getAddress() == null) {
            return "unknown";
        }
        String host = inet.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + inet.getPort();
    }
}
