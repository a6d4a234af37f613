package io.tpp.proxy;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/**
 * Which fields pass that come behind a body (RFC 9110 §6.5), in both directions.
 *
 * <p>A trailer cannot say what is to be known before the body is: how long it is, for whom, with which credentials
 * (§6.5.1). Such fields are dropped; were one of them merged into the head, it would replace what TPP put there.
 */
final class Trailers {
    /** In bytes; what is longer does not fit into the buffer that Jetty writes trailers from, and is dropped (§6.5.1). */
    private static final int LIMIT = 7 * 1024;

    private static final int SEPARATORS = ": \r\n".length();

    private static final Set<HttpHeader> NEVER = EnumSet.of(
            // Framing and routing
            HttpHeader.CONTENT_LENGTH,
            HttpHeader.TRANSFER_ENCODING,
            HttpHeader.CONTENT_ENCODING,
            HttpHeader.CONTENT_RANGE,
            HttpHeader.CONTENT_TYPE,
            HttpHeader.HOST,
            HttpHeader.FORWARDED,
            HttpHeader.X_FORWARDED_FOR,
            HttpHeader.X_FORWARDED_HOST,
            HttpHeader.X_FORWARDED_PROTO,
            HttpHeader.VIA,
            // Of one connection
            HttpHeader.CONNECTION,
            HttpHeader.KEEP_ALIVE,
            HttpHeader.PROXY_CONNECTION,
            HttpHeader.TE,
            HttpHeader.TRAILER,
            HttpHeader.UPGRADE,
            // Credentials
            HttpHeader.AUTHORIZATION,
            HttpHeader.PROXY_AUTHENTICATE,
            HttpHeader.PROXY_AUTHORIZATION,
            HttpHeader.WWW_AUTHENTICATE,
            HttpHeader.COOKIE,
            HttpHeader.SET_COOKIE,
            // Controls of the message
            HttpHeader.AGE,
            HttpHeader.CACHE_CONTROL,
            HttpHeader.DATE,
            HttpHeader.EXPECT,
            HttpHeader.EXPIRES,
            HttpHeader.IF_MATCH,
            HttpHeader.IF_MODIFIED_SINCE,
            HttpHeader.IF_NONE_MATCH,
            HttpHeader.IF_RANGE,
            HttpHeader.IF_UNMODIFIED_SINCE,
            HttpHeader.LOCATION,
            HttpHeader.MAX_FORWARDS,
            HttpHeader.PRAGMA,
            HttpHeader.RANGE,
            HttpHeader.RETRY_AFTER,
            HttpHeader.VARY);

    private Trailers() {}

    /**
     * Returns what passes of a message's trailers; null: nothing.
     *
     * @param head the message's header fields
     */
    static @Nullable HttpFields passing(HttpFields head, @Nullable HttpFields trailers) {
        if (trailers == null) {
            return null;
        }
        Set<String> named = HeaderRules.namedByConnection(head);
        HttpFields.Mutable passing = HttpFields.build();
        int size = 0;
        for (HttpField field : trailers) {
            if (!NEVER.contains(field.getHeader()) && HeaderRules.passes(field, named)) {
                passing.add(field);
                size += size(field);
            }
        }
        return passing.size() == 0 || size > LIMIT ? null : passing.asImmutable();
    }

    private static int size(HttpField field) {
        String value = field.getValue();
        return field.getName().length() + SEPARATORS + (value == null ? 0 : value.length());
    }

    /**
     * Tells the upstream that the client takes trailers, if it does; that is all of {@code TE} that passes, and has to be
     * named in {@code Connection} (§10.1.4).
     */
    static void copyAcceptance(HttpVersion version, HttpFields from, HttpFields.Mutable to) {
        if (canPass(version) && takesTrailers(HeaderRules.listed(from, HttpHeader.TE))) {
            to.add(HttpHeader.TE, "trailers");
            to.add(HttpHeader.CONNECTION, HttpHeader.TE.asString());
        }
    }

    private static boolean takesTrailers(List<String> codings) {
        return !codings.isEmpty() && codings.stream().anyMatch("trailers"::equalsIgnoreCase);
    }

    /** Returns whether a client's protocol knows trailers. */
    static boolean canPass(HttpVersion version) {
        return version.getVersion() >= HttpVersion.HTTP_1_1.getVersion();
    }

    /** Returns whether a message of HTTP/1.1 may have trailers. */
    static boolean mayFollow(HttpFields head) {
        return head.contains(HttpHeader.TRANSFER_ENCODING, HttpHeaderValue.CHUNKED.asString());
    }
}
