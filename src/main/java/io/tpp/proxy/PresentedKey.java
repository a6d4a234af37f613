package io.tpp.proxy;

import io.tpp.access.ApiKeys;
import java.util.List;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;

/**
 * The API key that a request came with.
 *
 * @param found null: it is none
 * @param problem what is wrong then
 */
record PresentedKey(ApiKeys.@Nullable Found found, String problem) {
    /** The header that carries a key, and nothing else. */
    static final String HEADER = "X-API-Key";

    /** Of a request that needs none. */
    static final PresentedKey NOT_NEEDED = new PresentedKey(null, "");

    private static final String BEARER = "Bearer ";
    private static final String MISSING = "an API key is needed, as " + HEADER + " or Authorization: Bearer";
    private static final String MISSING_HERE = "an API key is needed, here as " + HEADER + " only";
    private static final String WRONG = "the API key is not valid";
    private static final String MISPLACED =
            "Authorization goes on to the upstream here: the API key must come as " + HEADER + " only";

    /** {@code keepsAuthorization}: whether {@code Authorization} is for the upstream, and so must not be the key. */
    static PresentedKey of(HttpFields headers, ApiKeys keys, boolean keepsAuthorization) {
        List<String> given = headers.getValuesList(HEADER);
        List<String> bearers = headers.getValuesList(HttpHeader.AUTHORIZATION).stream()
                .filter(value -> value.regionMatches(true, 0, BEARER, 0, BEARER.length()))
                .map(value -> value.substring(BEARER.length()).strip())
                .toList();
        if (keepsAuthorization) {
            boolean misplaced = bearers.stream().anyMatch(bearer -> keys.find(bearer) != null);
            return misplaced ? new PresentedKey(null, MISPLACED) : of(given, keys, MISSING_HERE);
        }
        return of(given.isEmpty() ? bearers : given, keys, MISSING);
    }

    /** Of two keys nobody can say which one counts. */
    private static PresentedKey of(List<String> given, ApiKeys keys, String missing) {
        if (given.isEmpty()) {
            return new PresentedKey(null, missing);
        }
        return new PresentedKey(given.size() == 1 ? keys.find(given.get(0).strip()) : null, WRONG);
    }
}
