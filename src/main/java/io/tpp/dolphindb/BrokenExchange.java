package io.tpp.dolphindb;

import io.tpp.token.LoginException.Kind;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.eclipse.jetty.client.HttpResponseException;
import org.eclipse.jetty.http.HttpException;
import org.jspecify.annotations.Nullable;

/**
 * Says in TPP's own words why no complete answer came.
 *
 * <p>Jetty's exceptions are not passed on: what they quote is not ours to know. The one text taken over is that of TLS
 * failures, which the JDK writes before anything of the request is sent. Stateless.
 */
final class BrokenExchange {
    private BrokenExchange() {}

    static LoginOutcome.Failed describe(Throwable failure) {
        SSLException tls = firstTls(failure);
        if (tls != null) {
            return unreachable("TLS failed: " + innermostText(tls));
        }
        for (Throwable x = failure; x != null; x = x.getCause()) {
            LoginOutcome.Failed known = known(x);
            if (known != null) {
                return known;
            }
        }
        return unreachable("the exchange failed (" + failure.getClass().getSimpleName() + ")");
    }

    private static LoginOutcome.@Nullable Failed known(Throwable failure) {
        if (failure instanceof SocketTimeoutException) {
            return new LoginOutcome.Failed(Kind.TIMEOUT, "no connection in time");
        }
        if (failure instanceof TimeoutException) {
            return new LoginOutcome.Failed(Kind.TIMEOUT, "no answer in time");
        }
        if (failure instanceof HttpResponseException || failure instanceof HttpException) {
            return isEarlyEnd(failure) ? closed() : new LoginOutcome.Failed(Kind.MALFORMED, "the answer is not HTTP");
        }
        if (failure instanceof RejectedExecutionException) {
            return unreachable("the login client is stopped or overloaded");
        }
        return knownNetworkFailure(failure);
    }

    private static LoginOutcome.@Nullable Failed knownNetworkFailure(Throwable failure) {
        if (failure instanceof UnknownHostException || failure instanceof UnresolvedAddressException) {
            return unreachable("unknown host");
        }
        if (failure instanceof NoRouteToHostException) {
            return unreachable("no route to host");
        }
        if (failure instanceof ConnectException) {
            return unreachable(says(failure, "refused") ? "connection refused" : "no connection");
        }
        if (failure instanceof EOFException || failure instanceof ClosedChannelException) {
            return closed();
        }
        return failure instanceof IOException ? unreachable("connection broken") : null;
    }

    /** Jetty's parser takes an answer that ends within its head for a bad message. */
    private static boolean isEarlyEnd(Throwable failure) {
        Throwable cause = failure.getCause();
        return says(failure, "Early EOF") || (cause != null && says(cause, "Early EOF"));
    }

    private static LoginOutcome.Failed closed() {
        return unreachable("connection closed before the answer was complete");
    }

    private static LoginOutcome.Failed unreachable(String reason) {
        return new LoginOutcome.Failed(Kind.UNREACHABLE, reason);
    }

    private static boolean says(Throwable failure, String word) {
        String message = failure.getMessage();
        return message != null && message.contains(word);
    }

    private static @Nullable SSLException firstTls(Throwable failure) {
        for (Throwable x = failure; x != null; x = x.getCause()) {
            if (x instanceof SSLException tls) {
                return tls;
            }
        }
        return null;
    }

    /** Returns the innermost text, which names the certificate's fault; the outer ones only repeat class names. */
    private static String innermostText(Throwable failure) {
        String text = failure.getClass().getSimpleName();
        for (Throwable x = failure; x != null; x = x.getCause()) {
            String message = x.getMessage();
            text = message != null ? message : text;
        }
        return text;
    }
}
