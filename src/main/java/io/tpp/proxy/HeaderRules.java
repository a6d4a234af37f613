package io.tpp.proxy;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.util.StringUtil;

/**
 * Which headers pass, in both directions.
 *
 * <p>Hop-by-hop headers and what {@code Connection} names end here (RFC 9110 §7.6.1); what a client says of where it
 * comes from passes only if its peer is trusted; all others pass as they are, byte for byte.
 */
final class HeaderRules {
    private static final String PROXY_AUTHENTICATION_INFO = "proxy-authentication-info";

    private HeaderRules() {}

    /**
     * What of a request depends on who sends it, and where.
     *
     * @param authorization whether the client's own {@code Authorization} passes
     * @param origin whether what it says of where it comes from passes
     * @param apiKey whether {@code X-API-Key} passes, because TPP has no use for it
     */
    record Keeps(boolean authorization, boolean origin, boolean apiKey) {}

    /** Copies what passes of a client's request. What TPP adds is added afterwards, so that nothing the client names can remove it. */
    static void copyRequest(HttpFields from, HttpFields.Mutable to, Keeps keeps) {
        Set<String> named = namedByConnection(from);
        for (HttpField field : from) {
            if (!endsHereInRequest(field, keeps) && !named.contains(field.getLowerCaseName())) {
                to.add(field);
            }
        }
    }

    /** Copies what passes of the upstream's response. */
    static void copyResponse(HttpFields from, HttpFields.Mutable to) {
        Set<String> named = namedByConnection(from);
        for (HttpField field : from) {
            if (passes(field, named)) {
                to.add(alone(field));
            }
        }
    }

    /**
     * Returns the same field without the parser that read it.
     *
     * <p>A client's connection has the fields of its latest answer until the next one; with their parser that would be all
     * there is of a connection to the upstream, which may have ended long ago, and of the request that was sent on it.
     */
    private static HttpField alone(HttpField field) {
        boolean isAlone = field.getClass() == HttpField.class || field instanceof PreEncodedHttpField;
        return isAlone ? field : new HttpField(field.getHeader(), field.getName(), field.getValue());
    }

    /** Returns whether a field passes that is neither TPP's to say nor one of {@code named} by {@code Connection}. */
    static boolean passes(HttpField field, Set<String> named) {
        return !isHopByHop(field) && !named.contains(field.getLowerCaseName());
    }

    /** Copies which protocols the upstream answers with, or asks for: only to a client that offered to switch. */
    static void copyUpgrade(HttpFields from, HttpFields.Mutable to) {
        to.add(HttpHeader.CONNECTION, HttpHeaderValue.UPGRADE.asString());
        for (HttpField field : from.getFields(HttpHeader.UPGRADE)) {
            to.add(alone(field));
        }
    }

    private static boolean endsHereInRequest(HttpField field, Keeps keeps) {
        HttpHeader header = field.getHeader();
        if (header == HttpHeader.AUTHORIZATION) {
            return !keeps.authorization();
        }
        // Host is TPP's to say; Expect and TE pass only as far as TPP can keep them.
        return header == HttpHeader.HOST
                || header == HttpHeader.EXPECT
                || isHopByHop(field)
                || (!keeps.apiKey() && field.is(PresentedKey.HEADER))
                || OriginHeaders.endsHere(field, keeps.origin());
    }

    private static boolean isHopByHop(HttpField field) {
        HttpHeader header = field.getHeader();
        if (header == null) {
            return PROXY_AUTHENTICATION_INFO.equals(field.getLowerCaseName());
        }
        return switch (header) {
            case CONNECTION,
                    KEEP_ALIVE,
                    PROXY_AUTHENTICATE,
                    PROXY_AUTHORIZATION,
                    PROXY_CONNECTION,
                    TE,
                    TRANSFER_ENCODING,
                    UPGRADE,
                    // RFC 7540 §3.2.1: of the connection, whether Connection names it or not.
                    HTTP2_SETTINGS -> true;
            default -> false;
        };
    }

    /** Returns the members of a list of tokens, also of one that is not well-formed, at which Jetty's parser would throw. */
    static List<String> listed(HttpFields fields, HttpHeader header) {
        List<String> values = fields.getValuesList(header);
        // As nearly always: none, or a single one such as "keep-alive".
        if (values.isEmpty() || (values.size() == 1 && isOne(values.get(0)))) {
            return values;
        }
        return values.stream()
                .flatMap(value -> Stream.of(value.replace("\"", "").split(",", -1)))
                .map(String::strip)
                .filter(member -> !member.isEmpty())
                .toList();
    }

    /** Returns whether there is nothing to take apart: no comma, quote or blank. */
    private static boolean isOne(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c != '-' && !Character.isLetterOrDigit(c)) {
                return false;
            }
        }
        return !value.isEmpty();
    }

    /** Returns the names that end here because {@code Connection} lists them, in lower case. */
    static Set<String> namedByConnection(HttpFields fields) {
        List<String> names = listed(fields, HttpHeader.CONNECTION);
        if (names.isEmpty()) {
            return Set.of();
        }
        if (names.size() == 1) {
            return Set.of(StringUtil.asciiToLowerCase(names.get(0)));
        }
        Set<String> lowerCase = new HashSet<>();
        names.forEach(name -> lowerCase.add(name.toLowerCase(Locale.ROOT)));
        return lowerCase;
    }
}
