package io.tpp.proxy;

import io.tpp.net.CidrBlocks;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;

/**
 * Where the requests of one connection come from. Thread-safe: what it remembers may be made twice, and is the same
 * then.
 */
final class Origin {
    private static final String UNKNOWN = "unknown";

    /** As in {@code X-Forwarded-For}: without a port. */
    private final String address;

    /** As in {@code Forwarded}: with its port, and quoted. */
    private final String node;

    private final boolean trusted;
    private volatile @Nullable Stated latest;

    /**
     * What is said of a request.
     *
     * @param host what the client called TPP; null: nothing
     * @param scheme how it speaks to TPP
     */
    record Stated(@Nullable String host, String scheme, List<HttpField> fields) {
        private boolean isOf(@Nullable String otherHost, String otherScheme) {
            return Objects.equals(host, otherHost) && scheme.equals(otherScheme);
        }
    }

    private Origin(String address, String node, boolean trusted) {
        this.address = address;
        this.node = node;
        this.trusted = trusted;
    }

    static Origin of(SocketAddress peer, CidrBlocks trusted) {
        if (!(peer instanceof InetSocketAddress inet) || inet.getAddress() == null) {
            return new Origin(UNKNOWN, UNKNOWN, false);
        }
        String address = text(inet.getAddress());
        String host = address.indexOf(':') < 0 ? address : "[" + address + "]";
        return new Origin(address, "\"" + host + ":" + inet.getPort() + "\"", trusted.contain(inet.getAddress()));
    }

    /** Returns an address without the zone that only this machine knows. */
    private static String text(InetAddress address) {
        String text = address.getHostAddress();
        int zone = text.indexOf('%');
        return zone < 0 ? text : text.substring(0, zone);
    }

    /** Returns whether the connection's peer is another proxy, to be believed. */
    boolean isTrusted() {
        return trusted;
    }

    /** Returns the headers that say so. */
    Stated stated(@Nullable String host, String scheme) {
        Stated known = latest;
        if (known == null || !known.isOf(host, scheme)) {
            known = new Stated(host, scheme, fields(host, scheme));
            latest = known;
        }
        return known;
    }

    private List<HttpField> fields(@Nullable String host, String scheme) {
        List<HttpField> fields = new ArrayList<>(4);
        fields.add(new HttpField(HttpHeader.X_FORWARDED_FOR, address));
        if (host != null) {
            fields.add(new HttpField(HttpHeader.X_FORWARDED_HOST, host));
        }
        fields.add(new HttpField(HttpHeader.X_FORWARDED_PROTO, scheme));
        String named =
                host == null ? "" : ";host=\"" + host.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
        fields.add(new HttpField(HttpHeader.FORWARDED, "for=" + node + named + ";proto=" + scheme));
        return List.copyOf(fields);
    }
}
