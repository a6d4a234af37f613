package io.tpp.admin;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The query of a request.
 *
 * <p>Read here and not with {@code getParameter}, which throws on bad percent-encoding and may wait
 * for a body. What cannot be decoded is taken as it stands.
 */
final class Query {
    private final String text;

    private Query(String text) {
        this.text = text;
    }

    /** Reads what {@code HttpServletRequest.getQueryString()} returned. */
    static Query of(@Nullable String queryString) {
        return new Query(queryString == null ? "" : queryString);
    }

    boolean has(String name) {
        return !values(name).isEmpty();
    }

    /** Returns the values given for {@code name}, in their order; empty texts for those without any. */
    Set<String> values(String name) {
        return Stream.of(text.split("&", -1))
                .map(pair -> pair.split("=", 2))
                .filter(pair -> decode(pair[0]).equals(name))
                .map(pair -> pair.length == 1 ? "" : decode(pair[1]))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static String decode(String encoded) {
        try {
            return URLDecoder.decode(encoded, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException undecodable) {
            return encoded;
        }
    }
}
