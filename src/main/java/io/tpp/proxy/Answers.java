package io.tpp.proxy;

import io.tpp.dolphindb.ErrorEnvelope;
import io.tpp.pool.RefusedException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;

/** The answers TPP makes itself, in DolphinDB's envelope so that a DolphinDB client understands them. */
final class Answers {
    private static final int RETRY_AFTER_SECONDS = 1;
    private static final int TOO_MANY_REQUESTS = 429;

    /** The one of the two ways to send an API key that HTTP knows (RFC 6750 §3). */
    private static final String CHALLENGE = "Bearer realm=\"tpp\"";

    private static final String SERVER_TIMING = "Server-Timing";

    private Answers() {}

    /** Answers with a status and a reason. */
    static void send(HttpServletResponse response, int status, String message) {
        send(response, status, message, false, Duration.ZERO);
    }

    /** Answers with a status and a reason, and closes the connection after it. */
    static void sendAndClose(HttpServletResponse response, int status, String message) {
        send(response, status, message, true, Duration.ZERO);
    }

    /** Answers that no token was to be had. */
    static void refuse(Exchange exchange, RefusedException refusal) {
        send(
                exchange.response(),
                HttpServletResponse.SC_SERVICE_UNAVAILABLE,
                String.valueOf(refusal.getMessage()),
                refusal.reason() == RefusedException.Reason.SHUTTING_DOWN,
                exchange.waited());
    }

    /** Answers that the upstream refused the token, and that it is worth while to try again. */
    static void tokenRefused(Exchange exchange, String message) {
        send(
                exchange.response(),
                HttpServletResponse.SC_SERVICE_UNAVAILABLE,
                message,
                !exchange.hasWholeBody(),
                exchange.waited());
    }

    /**
     * The response must not be committed. Nothing is written before the exchange completes, so this never
     * blocks; Jetty knows the length by then.
     */
    private static void send(HttpServletResponse response, int status, String message, boolean close, Duration waited) {
        boolean closes = close || response.containsHeader(HttpHeader.CONNECTION.asString());
        reset(response);
        response.setStatus(status);
        response.setContentType(ErrorEnvelope.CONTENT_TYPE);
        if (closes) {
            response.setHeader(HttpHeader.CONNECTION.asString(), HttpHeaderValue.CLOSE.asString());
        }
        if (status == HttpServletResponse.SC_UNAUTHORIZED) {
            response.setHeader(HttpHeader.WWW_AUTHENTICATE.asString(), CHALLENGE);
        }
        if (status == HttpServletResponse.SC_SERVICE_UNAVAILABLE || status == TOO_MANY_REQUESTS) {
            response.setIntHeader(HttpHeader.RETRY_AFTER.asString(), RETRY_AFTER_SECONDS);
        }
        if (!waited.isZero()) {
            response.setHeader(SERVER_TIMING, serverTiming(waited));
        }
        try {
            response.getOutputStream().write(ErrorEnvelope.of(message));
        } catch (IOException lost) {
            // The client's connection broke meanwhile; there is nobody to tell.
            return;
        }
    }

    /** Takes back all that was to be said. */
    static void reset(HttpServletResponse response) {
        try {
            response.reset();
        } catch (HttpException.RuntimeException | IllegalArgumentException malformed) {
            // The last that Jetty does is to read the request's Connection, which is none.
            response.setHeader(HttpHeader.CONNECTION.asString(), HttpHeaderValue.CLOSE.asString());
        }
    }

    /** Tells the client how long its request waited for a token, if it did (W3C Server Timing). */
    static void tellWait(HttpFields.Mutable headers, Duration waited) {
        if (!waited.isZero()) {
            headers.add(SERVER_TIMING, serverTiming(waited));
        }
    }

    private static String serverTiming(Duration waited) {
        return "tpp;dur=" + waited.toMillis();
    }
}
