package io.tpp.proxy;

import jakarta.servlet.http.HttpServletResponse;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpException;

/**
 * What a client is told of an exchange that failed; or its connection is cut, if it has had a part of the
 * answer or cannot read one. Stateless.
 */
final class FailureAnswer {
    private final UpstreamTarget target;
    private final ProxyListener listener;

    FailureAnswer(UpstreamTarget target, ProxyListener listener) {
        this.target = target;
        this.listener = listener;
    }

    /** Answers an exchange that is not completed; the caller holds its monitor. */
    void send(Exchange exchange, Throwable failure) {
        Throwable clientFailure = exchange.clientFailure();
        if (exchange.isClientGone()) {
            exchange.cut();
        } else if (clientFailure == null) {
            UpstreamFailure upstreamFailure = UpstreamFailure.of(failure, target);
            listener.upstreamError(upstreamFailure.kind());
            answerOrCut(exchange, upstreamFailure.status(), upstreamFailure.message());
        } else if (clientFailure instanceof TimeoutException) {
            answerOrCut(exchange, HttpServletResponse.SC_REQUEST_TIMEOUT, "the request's body did not arrive in time");
        } else if (clientFailure instanceof HttpException malformed) {
            answerOrCut(exchange, malformed.getCode(), "the request's body is malformed");
        } else {
            exchange.abandon();
            exchange.cut();
        }
    }

    private static void answerOrCut(Exchange exchange, int status, String message) {
        if (exchange.response().isCommitted()) {
            exchange.cut();
        } else {
            Answers.sendAndClose(exchange.response(), status, message);
        }
    }
}
