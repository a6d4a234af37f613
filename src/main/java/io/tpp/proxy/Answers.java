package io.tpp.proxy;

import io.tpp.dolphindb.ErrorEnvelope;
import io.tpp.pool.RefusedException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/** The answers TPP makes itself, in DolphinDB's envelope so that a DolphinDB client understands them. */
final class Answers {
    private static final int RETRY_AFTER_SECONDS = 1;

    private Answers() {}

    /** Answers with a status and a reason; the response must not be committed. Small enough never to block. */
    static void send(HttpServletResponse response, int status, String message) throws IOException {
        byte[] body = ErrorEnvelope.of(message);
        response.reset();
        response.setStatus(status);
        response.setContentType("application/json");
        response.setContentLength(body.length);
        if (status == HttpServletResponse.SC_SERVICE_UNAVAILABLE) {
            response.setIntHeader(HttpHeader.RETRY_AFTER.asString(), RETRY_AFTER_SECONDS);
        }
        response.getOutputStream().write(body);
    }

    /** Answers that no token was to be had, and closes the connection where nothing more can be served on it. */
    static void refuse(Exchange exchange, RefusedException refusal) throws IOException {
        HttpServletResponse response = exchange.response();
        send(response, HttpServletResponse.SC_SERVICE_UNAVAILABLE, String.valueOf(refusal.getMessage()));
        if (refusal.reason() == RefusedException.Reason.SHUTTING_DOWN) {
            response.setHeader(HttpHeader.CONNECTION.asString(), "close");
        }
        tellWait(exchange.core().getServletContextResponse().getHeaders(), exchange.waited());
    }

    /** Tells the client how long its request waited for a token, if it did (Server Timing, a W3C working draft). */
    static void tellWait(HttpFields.Mutable headers, Duration waited) {
        if (!waited.isZero()) {
            headers.add("Server-Timing", "tpp;dur=" + waited.toMillis());
        }
    }
}
