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
import java.util.Objects;
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
    private final ConnectionCounts counts;
    private final AccessListener listener;
    private volatile AccessRules rules;

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

    /**
     * Takes other rules, for connections and requests that come from now on. Then call {@link
     * ConnectionLeases#dismissStrangers} for those that are there.
     */
    public void apply(AccessRules next) {
        rules = next;
        counts.limit(next.maxConnections());
    }

    // Connections

    @Override
    public void onAccepting(SelectableChannel channel) {
        if (channel instanceof SocketChannel socket
                && !isAllowed(rules, socket.socket().getInetAddress())) {
            // Jetty finds it closed, and makes nothing of it.
            IO.close(channel);
        }
    }

    private boolean isAllowed(AccessRules now, @Nullable InetAddress address) {
        boolean allowed = now.allow(address);
        if (!allowed) {
            listener.refused(AccessRefusal.ADDRESS, text(address));
        }
        return allowed;
    }

    /** Returns the membership of a connection that begins; null: it is to be closed. */
    @Nullable
    Membership begin(EndPoint endPoint) {
        AccessRules now = rules;
        InetAddress address = address(endPoint.getRemoteSocketAddress());
        // Again, for connectors that had started when this was added, as after a redeployment of the WAR.
        if (!isAllowed(now, address)) {
            return null;
        }
        Membership membership = new Membership(counts);
        boolean counted = now.byAddress() && !now.trustedProxies().contain(address);
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

    /** Returns whether a connection's requests carry a key, which ends here. */
    boolean carriesKey(ClientConnection connection) {
        Admission admission = connection.admission();
        return rules.keys().get() != null || (admission != null && admission.key() != null);
    }

    /** Tells of a request that is refused, if that is a matter of access. */
    void refused(Refusal refusal, ClientConnection connection) {
        AccessRefusal reason = refusal.reason();
        if (reason != null) {
            String name = name(refusal, connection);
            listener.refused(reason, name == null ? text(address(connection)) : name);
        }
    }

    /** Returns what the client of a request that is refused is called; null: nobody knows. */
    static @Nullable String name(Refusal refusal, ClientConnection connection) {
        return refusal.client() == null ? connection.clientName() : refusal.client();
    }

    private static @Nullable InetAddress address(ClientConnection connection) {
        return address(connection.endPoint().getRemoteSocketAddress());
    }

    /**
     * Makes a connection its client's, if that may use it.
     *
     * @param keepsAuthorization whether the request's {@code Authorization} is for the upstream
     * @return why the request may not pass; null: it may
     */
    @Nullable
    @SuppressWarnings("ReferenceEquality") // Other rules that say the same do no harm.
    Refusal check(Request request, ClientConnection connection, boolean keepsAuthorization) {
        AccessRules now = rules;
        ApiKeys keys = now.keys().get();
        Refusal refusal = check(request, connection, keepsAuthorization, now, keys);
        // Else a request that passed at the very moment of a change would not be noticed when others are dismissed.
        boolean changed =
                refusal == null && (rules != now || !Objects.equals(rules.keys().get(), keys));
        return changed ? check(request, connection, keepsAuthorization) : refusal;
    }

    private static @Nullable Refusal check(
            Request request,
            ClientConnection connection,
            boolean keepsAuthorization,
            AccessRules now,
            @Nullable ApiKeys keys) {
        if (!now.allow(address(connection))) {
            return Refusal.ofClient(
                    HttpStatus.FORBIDDEN_403,
                    "the client's address is not in access.allow",
                    AccessRefusal.ADDRESS,
                    null);
        }
        X509Certificate certificate = certificate(request);
        if (!Admission.isCertified(now.subjects(), certificate, connection.admission())) {
            return Refusal.ofClient(
                    HttpStatus.FORBIDDEN_403,
                    "the subject of the client's certificate is not one of access.client_subjects",
                    AccessRefusal.SUBJECT,
                    certificate == null ? null : CertificateName.of(certificate));
        }
        PresentedKey presented = keys == null
                ? PresentedKey.NOT_NEEDED
                : PresentedKey.of(request.getHeaders(), keys, keepsAuthorization);
        if (keys != null && presented.found() == null) {
            return Refusal.ofClient(HttpStatus.UNAUTHORIZED_401, presented.problem(), AccessRefusal.KEY, null);
        }
        Refusal refusal = claim(connection, certificate, presented.found());
        if (refusal == null) {
            connection.admitted(new Admission(certificate, now.subjects(), presented.found()));
        }
        return refusal;
    }

    /** Returns whether the next request on a connection would be let in, as far as can be told; it may have had none. */
    boolean isLetIn(ClientConnection connection) {
        AccessRules now = rules;
        Admission admission = connection.admission();
        return now.allow(address(connection))
                && (admission == null
                        || admission.holds(now.subjects(), now.keys().get()));
    }

    private static @Nullable X509Certificate certificate(Request request) {
        EndPoint.SslSessionData tls =
                request.getConnectionMetaData().getConnection().getEndPoint().getSslSessionData();
        X509Certificate[] shown = tls == null ? null : tls.peerCertificates();
        return shown == null || shown.length == 0 ? null : shown[0];
    }

    private static @Nullable Refusal claim(
            ClientConnection connection, @Nullable X509Certificate certificate, ApiKeys.@Nullable Found key) {
        if (key != null) {
            return claim(connection, new ClientId(ClientId.Kind.KEY, key.client()));
        }
        // A certificate stays that of its connection.
        if (certificate == null || connection.membership().owner() != null) {
            return null;
        }
        return claim(connection, new ClientId(ClientId.Kind.CERTIFICATE, CertificateName.of(certificate)));
    }

    private static @Nullable Refusal claim(ClientConnection connection, ClientId client) {
        return switch (connection.membership().claim(client)) {
            case ADMITTED -> null;
            case TAKEN ->
                Refusal.ofClient(
                        HttpStatus.MISDIRECTED_REQUEST_421,
                        "the connection is another client's: each client needs connections of its own",
                        AccessRefusal.OTHER_CLIENT,
                        client.name());
            case TOO_MANY ->
                Refusal.ofClient(
                        HttpStatus.TOO_MANY_REQUESTS_429,
                        client.name() + " has as many connections as access.max_connections_per_client allows",
                        AccessRefusal.CONNECTIONS,
                        client.name());
        };
    }
}
