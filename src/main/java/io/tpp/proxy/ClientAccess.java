package io.tpp.proxy;

import io.tpp.access.ApiKeys;
import io.tpp.access.CertificateName;
import io.tpp.access.ClientId;
import io.tpp.access.ConnectionCounts;
import io.tpp.proxy.ProxyListener.AccessRefusal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.security.cert.X509Certificate;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.IO;
import org.jspecify.annotations.Nullable;

/**
 * Lets in who may use the proxy: connections as they are accepted, by their address, and requests before they get a token
 * or a place in the queue.
 *
 * <p>To be added to the connector for clients as a listener, before it starts. A connection that is refused is closed
 * before a byte is read of it or sent.
 *
 * <h2>Threads</h2>
 *
 * Called on the acceptor's and on any of Jetty's threads. Nothing blocks, and nothing is logged here.
 */
public final class ClientAccess implements SelectorManager.AcceptListener {
    private final AccessRules rules;
    private final ConnectionCounts counts;
    private final AccessListener listener;

    /** Hears of refusals. Must not block. */
    public interface AccessListener {
        /**
         * A connection or a request was refused.
         *
         * @param client its name, or else its address
         */
        void refused(AccessRefusal reason, String client);
    }

    public ClientAccess(AccessRules rules, AccessListener listener) {
        this.rules = rules;
        this.counts = new ConnectionCounts(rules.maxConnections());
        this.listener = listener;
    }

    // Connections

    @Override
    public void onAccepting(SelectableChannel channel) {
        if (channel instanceof SocketChannel socket
                && !isAllowed(socket.socket().getInetAddress())) {
            // Jetty finds it closed, and makes nothing of it.
            IO.close(channel);
        }
    }

    private boolean isAllowed(@Nullable InetAddress address) {
        if (rules.allow() == null || rules.allow().contain(address)) {
            return true;
        }
        listener.refused(AccessRefusal.ADDRESS, text(address));
        return false;
    }

    /** Returns the membership of a connection that begins; null: it is to be closed. */
    @Nullable
    Membership begin(EndPoint endPoint) {
        InetAddress address = address(endPoint.getRemoteSocketAddress());
        // Again, for connectors that had started when this was added, as after a redeployment of the WAR.
        if (!isAllowed(address)) {
            return null;
        }
        Membership membership = new Membership(counts);
        boolean counted = rules.byAddress() && !rules.trustedProxies().contain(address);
        if (counted && !membership.count(new ClientId(ClientId.Kind.ADDRESS, text(address)))) {
            listener.refused(AccessRefusal.CONNECTIONS, text(address));
            return null;
        }
        return membership;
    }

    private static @Nullable InetAddress address(SocketAddress peer) {
        return peer instanceof InetSocketAddress inet ? inet.getAddress() : null;
    }

    private static String text(@Nullable InetAddress address) {
        return address == null ? "unknown" : address.getHostAddress();
    }

    // Requests

    /** Returns whether clients need a key; then what carries it ends here. */
    boolean needsKey() {
        return rules.keys().get() != null;
    }

    /** Tells of a request that is refused, if that is a matter of access. */
    void refused(Refusal refusal, ClientConnection connection) {
        AccessRefusal reason = refusal.reason();
        if (reason != null) {
            String name = connection.clientName();
            listener.refused(reason, name == null ? address(connection) : name);
        }
    }

    private static String address(ClientConnection connection) {
        return text(address(connection.endPoint().getRemoteSocketAddress()));
    }

    /**
     * Makes a connection its client's, if that may use it.
     *
     * @param keepsAuthorization whether the request's {@code Authorization} is for the upstream
     * @return why the request may not pass; null: it may
     */
    @Nullable
    Refusal check(Request request, ClientConnection connection, boolean keepsAuthorization) {
        X509Certificate certificate = certificate(request);
        if (!connection.isCertified(rules.subjects(), certificate)) {
            return Refusal.ofClient(
                    HttpStatus.FORBIDDEN_403,
                    "the subject of the client's certificate is not one of access.client_subjects",
                    AccessRefusal.SUBJECT);
        }
        ApiKeys keys = rules.keys().get();
        if (keys == null) {
            return certificate == null ? null : claim(connection, certificate);
        }
        PresentedKey presented = PresentedKey.of(request.getHeaders(), keys, keepsAuthorization);
        return presented.name() == null
                ? Refusal.ofClient(HttpStatus.UNAUTHORIZED_401, presented.problem(), AccessRefusal.KEY)
                : claim(connection, new ClientId(ClientId.Kind.KEY, presented.name()));
    }

    private static @Nullable X509Certificate certificate(Request request) {
        EndPoint.SslSessionData tls =
                request.getConnectionMetaData().getConnection().getEndPoint().getSslSessionData();
        X509Certificate[] shown = tls == null ? null : tls.peerCertificates();
        return shown == null || shown.length == 0 ? null : shown[0];
    }

    private static @Nullable Refusal claim(ClientConnection connection, X509Certificate certificate) {
        ClientId known = connection.membership().owner();
        return known == null
                ? claim(connection, new ClientId(ClientId.Kind.CERTIFICATE, CertificateName.of(certificate)))
                : null;
    }

    private static @Nullable Refusal claim(ClientConnection connection, ClientId client) {
        return switch (connection.membership().claim(client)) {
            case ADMITTED -> null;
            case TAKEN ->
                Refusal.ofClient(
                        HttpStatus.MISDIRECTED_REQUEST_421,
                        "the connection is another client's: each client needs connections of its own",
                        AccessRefusal.OTHER_CLIENT);
            case TOO_MANY ->
                Refusal.ofClient(
                        HttpStatus.TOO_MANY_REQUESTS_429,
                        client.name() + " has as many connections as access.max_connections_per_client allows",
                        AccessRefusal.CONNECTIONS);
        };
    }
}
