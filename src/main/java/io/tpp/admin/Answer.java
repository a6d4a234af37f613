package io.tpp.admin;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * An answer of the health connector, complete before its first byte is sent.
 *
 * <p>Sent as it is, never through the container's error pages, and never to be cached.
 */
record Answer(int status, String contentType, String body, Map<String, String> headers) {
    Answer(int status, String contentType, String body) {
        this(status, contentType, body, Map.of());
    }

    static Answer text(int status, String body) {
        return new Answer(status, "text/plain;charset=utf-8", body);
    }

    static Answer json(int status, String body) {
        return new Answer(status, "application/json", body);
    }

    /** Returns the same with further headers. */
    Answer with(Map<String, String> further) {
        return new Answer(status, contentType, body, further);
    }

    /** Sends it; without the body if the request is a HEAD. */
    void send(HttpServletRequest request, HttpServletResponse response) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        response.setStatus(status);
        response.setContentType(contentType);
        response.setContentLength(bytes.length);
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("X-Content-Type-Options", "nosniff");
        headers.forEach(response::setHeader);
        if (!"HEAD".equals(request.getMethod())) {
            response.getOutputStream().write(bytes);
        }
    }
}
