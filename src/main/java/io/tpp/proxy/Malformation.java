package io.tpp.proxy;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with requests that Jetty lets through, but that the upstream might read in another way, or as more than
 * one. Stateless.
 *
 * <p>In HTTP/2 nothing but a rule keeps a blank out of a method or a target. In the line that HTTP/1.1 makes of them it
 * would be the end of one and the beginning of the next, so that TPP would look at another target than the upstream.
 */
final class Malformation {
    /** RFC 9110 §5.6.2. */
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    /** Those of nearly all requests, which need not be looked at closer. */
    private static final Set<String> USUAL_METHODS = Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH");

    private static final Pattern DIGITS = Pattern.compile("[0-9]+");

    /** What TPP is asked for: it stands before an origin server, and leads nowhere else. */
    private static final Set<String> WEB = Set.of("http", "https");

    /** RFC 9113 §8.2.2. */
    private static final List<HttpHeader> NOT_IN_HTTP_2 = List.of(
            HttpHeader.CONNECTION,
            HttpHeader.KEEP_ALIVE,
            HttpHeader.PROXY_CONNECTION,
            HttpHeader.TRANSFER_ENCODING,
            HttpHeader.UPGRADE);

    /** What Jetty reads bytes for that are no UTF-8; which they were cannot be told any more. */
    private static final char NO_UTF_8 = '\uFFFD';

    private Malformation() {}

    /** Returns what is wrong with a request; null: nothing. */
    static @Nullable String of(Request request) {
        HttpVersion version = request.getConnectionMetaData().getHttpVersion();
        String wrong = ofLine(request);
        if (wrong == null) {
            wrong = ofConnection(request.getHeaders().getValuesList(HttpHeader.CONNECTION));
        }
        if (wrong == null && version != HttpVersion.HTTP_2) {
            wrong = ofCoding(request.getHeaders().getValuesList(HttpHeader.TRANSFER_ENCODING), version);
        }
        return wrong == null && version == HttpVersion.HTTP_2 ? ofHttp2(request.getHeaders()) : wrong;
    }

    private static @Nullable String ofLine(Request request) {
        String method = request.getMethod();
        if (!USUAL_METHODS.contains(method) && !TOKEN.matcher(method).matches()) {
            return "the request's method is not a token";
        }
        // RFC 9112 §3.2: no form of the target has a fragment. Jetty would take it off.
        if (request.getHttpURI().getFragment() != null) {
            return "the request's target has a fragment";
        }
        if (!WEB.contains(scheme(request))) {
            return "the request's target is of another scheme than http or https";
        }
        // RFC 9110 §4.2.4: whom a user before the host is to fool is not for TPP to find out.
        if (request.getHttpURI().getUser() != null) {
            return "the request's target has a user";
        }
        // RFC 9110 §4.2.1: without a host it is no address of this kind.
        String host = OriginHeaders.host(request);
        if (host != null && host.isBlank()) {
            return "the request's Host is empty";
        }
        String target = request.getHttpURI().getPathQuery();
        return target == null || isOneWord(target)
                ? null
                : "the request's target has bytes that are no text, or a blank";
    }

    /** Returns the target's scheme if it is an absolute one, else how the client is connected. */
    private static String scheme(Request request) {
        String scheme = request.getHttpURI().getScheme();
        return scheme == null ? "" : scheme.toLowerCase(Locale.ROOT);
    }

    /** RFC 9110 §7.6.1: it is a list of names, none of which is quoted; two readers may find other names in it. */
    private static @Nullable String ofConnection(List<String> connection) {
        for (String value : connection) {
            if (value.indexOf('"') >= 0) {
                return "a quote in Connection";
            }
        }
        return null;
    }

    private static boolean isOneWord(String target) {
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c <= ' ' || c == 0x7F || c == NO_UTF_8) {
                return false;
            }
        }
        return true;
    }

    private static @Nullable String ofCoding(List<String> codings, HttpVersion version) {
        if (codings.isEmpty()) {
            return null;
        }
        // RFC 9112 §6.1: HTTP/1.0 has no chunks, so the framing is faulty.
        if (version == HttpVersion.HTTP_1_0) {
            return "Transfer-Encoding in HTTP/1.0";
        }
        // Jetty takes a second line to be about the same body; TPP knows no other coding, and would lose that one.
        return codings.size() == 1 && codings.get(0).equalsIgnoreCase("chunked")
                ? null
                : "a Transfer-Encoding other than chunked";
    }

    private static @Nullable String ofHttp2(HttpFields headers) {
        for (HttpHeader header : NOT_IN_HTTP_2) {
            if (headers.contains(header)) {
                return header.lowerCaseName() + " in HTTP/2";
            }
        }
        List<String> lengths = headers.getValuesList(HttpHeader.CONTENT_LENGTH);
        boolean clear = lengths.isEmpty()
                || (lengths.size() == 1 && DIGITS.matcher(lengths.get(0)).matches());
        return clear ? null : "a Content-Length that is not a number";
    }
}
