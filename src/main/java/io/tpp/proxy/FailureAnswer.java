package io.tpp.proxy;

import jakarta.servlet.http.HttpServletResponse;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpException;

/**
 * Ends exchanges that failed, and tells their clients why; or cuts their connections, if they have had a part
 * of the answer or cannot read one. Stateless.
 */
final class FailureAnswer {
    private final UpstreamTarget target;
    private final ProxyListener listener;

    FailureAnswer(UpstreamTarget target, ProxyListener listener) {
        this.target = target;
        this.listener = listener;
    }

    /** Counts what the upstream did to a request. */
    void count(Throwable failure) {
        listener.upstreamError(UpstreamFailure.of(failure, target).kind());
    }

    /** Ends an exchange that its upstream, or its client, failed. */
    void send(Exchange exchange, Throwable failure) {
        end(exchange, () -> {
            count(failure);
            answerOrCut(exchange, failure);
        });
    }

    /** Ends an exchange that waited in vain for its upstream to come back; its failures were counted when they happened. */
    void stillUnreachable(Exchange exchange, Throwable failure) {
        end(exchange, () -> answerOrCut(exchange, failure));
    }

    /** Ends an exchange whose token the upstream refused, and which cannot be sent again. */
    void tokenRefused(Exchange exchange, String message) {
        end(exchange, () -> Answers.tokenRefused(exchange, message));
    }

    private static void end(Exchange exchange, Runnable answer) {
        synchronized (exchange) {
            exchange.endWatch();
            if (!exchange.isCompleted()) {
                answerUnlessClientFailed(exchange, answer);
            }
        }
        exchange.complete();
    }

    private static void answerUnlessClientFailed(Exchange exchange, Runnable answer) {
        Throwable clientFailure = exchange.client().failure();
        if (exchange.client().isGone()) {
            exchange.cut();
        } else if (clientFailure == null) {
            answer.run();
        } else if (clientFailure instanceof TimeoutException) {
            answerOrCut(
                    exchange,
                    HttpServletResponse.SC_REQUEST_TIMEOUT,
                    "the request's body did not arrive in time (client.body_timeout_seconds)");
        } else if (clientFailure instanceof BodyTooLargeException tooLarge) {
            answerOrCut(
                    exchange, HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE, String.valueOf(tooLarge.getMessage()));
        } else if (clientFailure instanceof HttpException) {
            // Also if Jetty says 431, as it does of very long chunk extensions or trailers.
            answerOrCut(exchange, HttpServletResponse.SC_BAD_REQUEST, "the request's body is malformed");
        } else {
            exchange.abandon();
            exchange.cut();
        }
    }

    private void answerOrCut(Exchange exchange, Throwable failure) {
        UpstreamFailure upstreamFailure = UpstreamFailure.of(failure, target);
        answerOrCut(exchange, upstreamFailure.status(), upstreamFailure.message());
    }

    private static void answerOrCut(Exchange exchange, int status, String message) {
        if (exchange.response().isCommitted()) {
            exchange.cut();
        } else {
            Answers.sendAndClose(exchange.response(), status, message);
        }
    }
}
