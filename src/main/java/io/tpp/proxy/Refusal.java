package io.tpp.proxy;

import io.tpp.proxy.ProxyListener.AccessRefusal;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * A request that is not for the upstream, whoever sends it. Immutable.
 *
 * @param status what the client is answered
 * @param message why
 * @param closes whether the connection ends, because nobody can be sure where the request does, or wants to read it
 * @param reason what it is counted as; null: not as a matter of access
 * @param client what the client is called that is refused; null: not known, or that of its connection
 */
record Refusal(
        int status,
        String message,
        boolean closes,
        @Nullable AccessRefusal reason,
        @Nullable String client) {
    private static final String LOGIN = "/api/login";

    /** What a header line has besides name and value: a colon, a blank and a line break. */
    private static final int LINE_OVERHEAD = 4;

    Refusal(int status, String message, boolean closes) {
        this(status, message, closes, null, null);
    }

    /** Of what a client may not do, whoever it is. */
    Refusal(int status, String message, boolean closes, AccessRefusal reason) {
        this(status, message, closes, reason, null);
    }

    /** Of a client that may not use its connection, so the connection ends, and whatever it holds. */
    static Refusal ofClient(int status, String message, AccessRefusal reason, @Nullable String client) {
        return new Refusal(status, message, true, reason, client);
    }

    /** Returns whether it is the client that is refused, whatever it asks for. */
    boolean ofClient() {
        return closes && reason != null;
    }

    /** Answers with it; the connection ends with it also if the body has not come yet, for which nobody waits. */
    void answer(HttpServletRequest request, HttpServletResponse response) {
        ServletContextRequest core = ServletContextRequest.getServletContextRequest(request);
        boolean all = core.consumeAvailable();
        if (closes || !all) {
            Answers.sendAndClose(response, status, message);
            DeafConnection.follow(core, false);
        } else {
            Answers.send(response, status, message);
        }
    }

    /** Returns why a request may not pass; null: it may. */
    static @Nullable Refusal of(Request core, RequestRules rules) {
        Refusal refusal = ofMethod(core.getMethod());
        if (refusal == null) {
            refusal = malformed(core);
        }
        if (refusal == null) {
            refusal = tooLarge(core, rules.limits());
        }
        return refusal == null ? ofPath(core.getMethod(), path(core), rules) : refusal;
    }

    /** Returns a request's path as it was sent. */
    static String path(Request request) {
        String path = request.getHttpURI().getPath();
        return path == null ? "" : path;
    }

    /**
     * TRACE would send the token back to the client (RFC 9110 §9.3.8). Methods are case-sensitive, but an upstream may
     * not know.
     */
    private static @Nullable Refusal ofMethod(String method) {
        return "TRACE".equalsIgnoreCase(method) || "CONNECT".equalsIgnoreCase(method)
                ? new Refusal(HttpStatus.METHOD_NOT_ALLOWED_405, method + " is not allowed through TPP", false)
                : null;
    }

    private static @Nullable Refusal malformed(Request request) {
        String malformation = Malformation.of(request);
        return malformation == null ? null : new Refusal(HttpStatus.BAD_REQUEST_400, malformation, true);
    }

    private static @Nullable Refusal tooLarge(Request request, RequestLimits limits) {
        String target = request.getHttpURI().getPathQuery();
        if (target != null && target.length() > limits.maxTargetBytes()) {
            return tooLarge(HttpStatus.URI_TOO_LONG_414, "target", "max_target_bytes", limits.maxTargetBytes());
        }
        if (size(request.getHeaders()) > limits.maxHeaderBytes()) {
            return tooLarge(
                    HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE_431,
                    "header",
                    "max_header_bytes",
                    limits.maxHeaderBytes());
        }
        if (limits.maxBodyBytes() > 0 && request.getLength() > limits.maxBodyBytes()) {
            return tooLarge(HttpStatus.PAYLOAD_TOO_LARGE_413, "body", "max_body_bytes", limits.maxBodyBytes());
        }
        return null;
    }

    private static Refusal tooLarge(int status, String part, String key, long limit) {
        return new Refusal(status, "the request's " + part + " is larger than client." + key + " " + limit, true);
    }

    private static long size(HttpFields headers) {
        long size = 0;
        for (HttpField field : headers) {
            String value = field.getValue();
            size += field.getName().length() + (value == null ? 0 : value.length()) + LINE_OVERHEAD;
        }
        return size;
    }

    private static @Nullable Refusal ofPath(String method, String path, RequestRules rules) {
        PathReading reading = PathReading.of(path);
        // A login would hand out a token of its own, and its failures would lock out TPP's address.
        if (!rules.forwardLogin() && reading.path().equals(LOGIN)) {
            return new Refusal(
                    HttpStatus.FORBIDDEN_403,
                    LOGIN + " is closed: TPP logs in itself (access.forward_login opens it)",
                    false,
                    AccessRefusal.PATH);
        }
        if (rules.ownAuthorization().isAmbiguous(path, reading)) {
            return new Refusal(
                    HttpStatus.BAD_REQUEST_400,
                    "the request's path could be taken for one of access.own_authorization_paths but is not written so",
                    false);
        }
        return rules.paths().refuse(method, path, reading);
    }
}
