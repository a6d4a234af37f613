package io.tpp.proxy;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A request that is not for the upstream, whoever sends it. Immutable.
 *
 * @param status what the client is answered
 * @param message why
 */
record Refusal(int status, String message) {
    private static final String LOGIN = "/api/login";
    private static final Pattern SLASHES = Pattern.compile("/+");

    /** Returns why a request may not pass; null: it may. */
    static @Nullable Refusal of(HttpServletRequest request, boolean forwardLogin) {
        // TRACE would send the token back to the client (RFC 9110 §9.3.8).
        if ("TRACE".equals(request.getMethod()) || "CONNECT".equals(request.getMethod())) {
            return new Refusal(
                    HttpServletResponse.SC_METHOD_NOT_ALLOWED, request.getMethod() + " is not allowed through TPP");
        }
        // A login would hand out a token of its own, and its failures would lock out TPP's address.
        if (!forwardLogin && isLogin(request)) {
            return new Refusal(
                    HttpServletResponse.SC_FORBIDDEN,
                    LOGIN + " is closed: TPP logs in itself (access.forward_login opens it)");
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
