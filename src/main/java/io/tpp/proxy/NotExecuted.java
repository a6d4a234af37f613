package io.tpp.proxy;

import io.tpp.proxy.ProxyListener.ReplayReason;
import java.io.IOException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells from a failure to which the upstream has answered nothing whether it can have executed the request.
 *
 * <p>A proxy "MUST NOT automatically retry non-idempotent requests" (RFC 9110 §9.2.2), and a script is not
 * idempotent; so for a request such as {@code POST /api/execute} nothing will do but that not one byte of it was
 * written. Stateless.
 */
final class NotExecuted {
    /** Those that ask for nothing to be changed (RFC 9110 §9.2.1). */
    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");

    /** Runs the queries of its target (tutorial for Redash), so a GET there is as good as a script. */
    private static final String QUERIES = "/json";

    private NotExecuted() {}

    /**
     * Returns why a failed request may be sent again; null: it may have been executed, or would fail again.
     *
     * @param first whether no kept connection has failed this request before
     */
    static @Nullable ReplayReason proof(UpstreamRequest request, Throwable failure, boolean first) {
        if (!(failure instanceof IOException) && !(failure instanceof UnresolvedAddressException)) {
            return null;
        }
        UpstreamConnection.Sending sending = request.sending();
        if (sending == null) {
            // No connection was made that it could have been sent on.
            return ReplayReason.CONNECT;
        }
        if (sending.seal()) {
            return ReplayReason.STALE;
        }
        return first && sending.used() && sending.unanswered() && isSafe(request) ? ReplayReason.STALE : null;
    }

    /**
     * For these, on a connection kept from an earlier request and closed before any answer, a client "MAY" send them
     * again (RFC 9112 §9.3.1), but "SHOULD NOT" do so twice (RFC 9110 §9.2.2): most likely the upstream closed it
     * before they arrived.
     */
    private static boolean isSafe(UpstreamRequest request) {
        return SAFE.contains(request.getMethod()) && request.getBody() == null && !QUERIES.equals(request.getPath());
    }
}
