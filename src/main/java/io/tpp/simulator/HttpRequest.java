package io.tpp.simulator;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A request as it came.
 *
 * @param target the request line's target, untouched
 * @param minorVersion 0 or 1 for HTTP/1.0 and HTTP/1.1
 */
record HttpRequest(String method, String target, int minorVersion, HttpFields headers, RequestBody body) {
    /** Returns the target without its query, still encoded. */
    String path() {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    /** Returns a parameter of the query, decoded; empty if it has no value, null if it is absent. */
    @Nullable
    String parameter(String name) {
        int query = target.indexOf('?');
        if (query < 0) {
            return null;
        }
        for (String pair : target.substring(query + 1).split("&", -1)) {
            int equals = pair.indexOf('=');
            if ((equals < 0 ? pair : pair.substring(0, equals)).equals(name)) {
                return equals < 0 ? "" : URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8);
            }
        }
        return null;
    }

    /** Prints without headers, which may hold a token. */
    @Override
    public String toString() {
        return method + " " + path();
    }

    boolean isPost(String path) {
        return method.equals("POST") && path().equals(path);
    }

    boolean upgradesTo(String protocol) {
        return headers.lists("Connection", "upgrade") && headers.lists("Upgrade", protocol);
    }

    /** Returns whether the client wants no further answer on this connection (RFC 9112 §9.3). */
    boolean wantsClose() {
        return headers.lists("Connection", "close")
                || (minorVersion == 0 && !headers.lists("Connection", "keep-alive"));
    }
}
