package io.tpp.proxy;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.regex.Pattern;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * A request that is not for the upstream, whoever sends it. Immutable.
 *
 * @param status what the client is answered
 * @param message why
 * @param closes whether the connection ends, because nobody can be sure where the request does
 */
record Refusal(int status, String message, boolean closes) {
    private static final String LOGIN = "/api/login";
    private static final Pattern SLASHES = Pattern.compile("/+");

    /** Answers with it. */
    void answer(HttpServletResponse response) {
        if (closes) {
            Answers.sendAndClose(response, status, message);
        } else {
            Answers.send(response, status, message);
        }
    }

    /** Returns why a request may not pass; null: it may. */
    static @Nullable Refusal of(HttpServletRequest request, boolean forwardLogin) {
        if (isNotAllowed(request.getMethod())) {
            return new Refusal(
                    HttpServletResponse.SC_METHOD_NOT_ALLOWED,
                    request.getMethod() + " is not allowed through TPP",
                    false);
        }
        String malformation = malformation(request);
        if (malformation != null) {
            return new Refusal(HttpServletResponse.SC_BAD_REQUEST, malformation, true);
        }
        // A login would hand out a token of its own, and its failures would lock out TPP's address.
        if (!forwardLogin && isLogin(request)) {
            return new Refusal(
                    HttpServletResponse.SC_FORBIDDEN,
                    LOGIN + " is closed: TPP logs in itself (access.forward_login opens it)",
                    false);
        }
        return null;
    }

    /**
     * TRACE would send the token back to the client (RFC 9110 §9.3.8). Methods are case-sensitive, but an upstream may
     * not know.
     */
    private static boolean isNotAllowed(String method) {
        return "TRACE".equalsIgnoreCase(method) || "CONNECT".equalsIgnoreCase(method);
    }

    /** Returns what is wrong with a request that Jetty lets through. */
    private static @Nullable String malformation(HttpServletRequest request) {
        Request core = ServletContextRequest.getServletContextRequest(request);
        // RFC 9112 §3.2: no form of the target has a fragment. Jetty would take it off.
        if (core.getHttpURI().getFragment() != null) {
            return "the request's target has a fragment";
        }
        // RFC 9112 §6.1: HTTP/1.0 has no chunks, so the framing is faulty.
        if (core.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_1_0
                && core.getHeaders().contains(HttpHeader.TRANSFER_ENCODING)) {
            return "Transfer-Encoding in HTTP/1.0";
        }
        return null;
    }

    /** The path is compared as a lenient upstream might read it: decoded, in any case, with doubled or trailing slashes. */
    private static boolean isLogin(HttpServletRequest request) {
        String info = request.getPathInfo();
        String path = info == null ? request.getServletPath() : request.getServletPath() + info;
        return SLASHES.matcher(path + "/").replaceAll("/").equalsIgnoreCase(LOGIN + "/");
    }
}
