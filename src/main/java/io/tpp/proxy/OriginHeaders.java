package io.tpp.proxy;

import io.tpp.net.CidrBlocks;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * Tells the upstream where a request comes from: {@code X-Forwarded-For}, {@code -Host}, {@code -Proto} and {@code
 * Forwarded} (RFC 7239).
 *
 * <p>Only a trusted peer, another proxy, may say such things itself: to what it says of the addresses its own is
 * appended, the rest of it passes. Of everyone else all of it is dropped, headers of the same meaning that TPP does not
 * send included, and TPP says what it sees.
 *
 * <p>Immutable and thread-safe; what is the same for all requests of a connection is made once.
 */
final class OriginHeaders {
    private static final String PREFIX = "x-forwarded-";

    /** What various proxies and the servers behind them take for the client's address. */
    private static final Set<String> ADDRESSES = Set.of(
            "x-real-ip",
            "x-client-ip",
            "x-cluster-client-ip",
            "x-original-forwarded-for",
            "x-envoy-external-address",
            "client-ip",
            "true-client-ip",
            "cf-connecting-ip",
            "fastly-client-ip");

    private final CidrBlocks trusted;

    /** {@code trusted}: the addresses of the peers to be believed. */
    OriginHeaders(CidrBlocks trusted) {
        this.trusted = trusted;
    }

    /** Returns whether a header of a request ends here, because it tells where the request comes from. */
    static boolean endsHere(HttpField field, boolean peerIsTrusted) {
        HttpHeader header = field.getHeader();
        if (header == HttpHeader.FORWARDED || header == HttpHeader.X_FORWARDED_FOR) {
            return true; // put together anew
        }
        boolean known = header != null && !header.lowerCaseName().startsWith("x-");
        return !peerIsTrusted && !known && tellsOrigin(field.getLowerCaseName());
    }

    private static boolean tellsOrigin(String name) {
        return name.startsWith(PREFIX) || ADDRESSES.contains(name);
    }

    /** Returns whether the client's peer is to be believed. */
    boolean trusts(ClientConnection connection) {
        return origin(connection).isTrusted();
    }

    /** Adds the headers, to what has passed of the client's. */
    void add(ServletContextRequest request, ClientConnection connection, HttpFields.Mutable to) {
        Origin origin = origin(connection);
        Origin.Stated stated =
                origin.stated(host(request), request.getConnectionMetaData().isSecure() ? "https" : "http");
        if (origin.isTrusted()) {
            append(request.getHeaders(), stated, to);
        } else {
            stated.fields().forEach(to::add);
        }
    }

    /** Returns what the client calls TPP, in HTTP/2 by {@code :authority}; null: nothing. */
    static @Nullable String host(Request request) {
        String host = request.getHeaders().get(HttpHeader.HOST);
        // HTTP/2 says it in the target. Where HTTP/1.0 says nothing Jetty puts its own address there.
        return host == null && request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_2
                ? request.getHttpURI().getAuthority()
                : host;
    }

    private Origin origin(ClientConnection connection) {
        Origin known = connection.origin();
        if (known == null) {
            known = Origin.of(connection.endPoint().getRemoteSocketAddress(), trusted);
            connection.origin(known);
        }
        return known;
    }

    private static void append(HttpFields from, Origin.Stated stated, HttpFields.Mutable to) {
        for (HttpField field : stated.fields()) {
            HttpHeader header = field.getHeader();
            if (header == HttpHeader.FORWARDED || header == HttpHeader.X_FORWARDED_FOR) {
                to.add(header, joined(from.getValuesList(header), field.getValue()));
            } else if (!to.contains(field.getName())) {
                to.add(field);
            }
        }
    }

    private static String joined(List<String> before, @Nullable String own) {
        return Stream.concat(before.stream(), Stream.ofNullable(own)).collect(Collectors.joining(", "));
    }
}
