package io.tpp.proxy;

import io.tpp.pool.Holder;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.eclipse.jetty.io.EndPoint;

/** One client's TCP connection, from accept to close, and what it holds of the pool. Immutable. */
final class ClientConnection {
    private final EndPoint endPoint;
    private final Holder holder;
    private final long openedAt;
    private final String forwarded;

    ClientConnection(EndPoint endPoint, Holder holder, long openedAt) {
        this.endPoint = endPoint;
        this.holder = holder;
        this.openedAt = openedAt;
        this.forwarded = forwarded(endPoint.getRemoteSocketAddress());
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

    /** Returns the {@code for} parameter of RFC 7239 with the client's address and port. */
    String forwarded() {
        return forwarded;
    }

    private static String forwarded(SocketAddress address) {
        if (!(address instanceof InetSocketAddress inet) || inet.getAddress() == null) {
            return "for=unknown";
        }
        String host = inet.getAddress().getHostAddress();
        int scope = host.indexOf('%');
        String plain = scope < 0 ? host : host.substring(0, scope);
        return "for=\"" + (plain.indexOf(':') < 0 ? plain : "[" + plain + "]") + ":" + inet.getPort() + "\"";
    }
}
