package io.tpp.proxy;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * The protocols that a client offers to speak instead of HTTP on its connection (RFC 9110 §7.8). Immutable.
 *
 * <p>HTTP in another guise is never among them: within a tunnel requests would reach the upstream that TPP has
 * not seen, a closed {@code /api/login} among them.
 *
 * @param protocols as the client wrote them; at least one
 */
record UpgradeOffer(List<String> protocols) {
    private static final Set<String> CARRY_HTTP = Set.of("h2c", "h2", "h3", "http", "tls");

    /**
     * Returns what a request offers; null: nothing.
     *
     * <p>Only HTTP/1.1 knows upgrades, and {@code Connection} must name the header: without that it was not meant
     * for TPP, but came through a proxy that does not know it.
     */
    static @Nullable UpgradeOffer of(Request request) {
        HttpFields headers = request.getHeaders();
        if (!headers.contains(HttpHeader.UPGRADE)
                || !headers.contains(HttpHeader.CONNECTION, HttpHeaderValue.UPGRADE.asString())
                || request.getConnectionMetaData().getHttpVersion() != HttpVersion.HTTP_1_1) {
            return null;
        }
        List<String> protocols = HeaderRules.listed(headers, HttpHeader.UPGRADE).stream()
                .filter(protocol -> !carriesHttp(protocol))
                .toList();
        return protocols.isEmpty() ? null : new UpgradeOffer(protocols);
    }

    private static boolean carriesHttp(String protocol) {
        String name = protocol.split("/", 2)[0].strip().toLowerCase(Locale.ROOT);
        return CARRY_HTTP.contains(name);
    }

    /** Makes the offer in the request to the upstream. */
    void addTo(HttpFields.Mutable headers) {
        headers.add(HttpHeader.CONNECTION, HttpHeaderValue.UPGRADE.asString());
        headers.add(HttpHeader.UPGRADE, String.join(", ", protocols));
    }

    /** Returns whether an answer of 101 with these headers takes the offer, and nothing else. */
    boolean isTakenBy(HttpFields answer) {
        List<String> chosen = HeaderRules.listed(answer, HttpHeader.UPGRADE);
        return !chosen.isEmpty()
                && chosen.stream()
                        .allMatch(choice -> protocols.stream().anyMatch(offered -> offered.equalsIgnoreCase(choice)));
    }
}
