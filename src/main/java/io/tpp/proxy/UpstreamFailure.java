package io.tpp.proxy;

import io.tpp.proxy.ProxyListener.UpstreamError;
import jakarta.servlet.http.HttpServletResponse;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.eclipse.jetty.client.HttpResponseException;
import org.eclipse.jetty.http.HttpException;

/**
 * What a failed exchange with the upstream means to the client. Immutable.
 *
 * @param kind for metrics
 * @param status what the client is answered
 * @param message why; never an exception's own text, which might hold anything
 */
record UpstreamFailure(UpstreamError kind, int status, String message) {
    static UpstreamFailure of(Throwable failure, UpstreamTarget target) {
        String upstream = "the upstream " + target;
        if (failure instanceof SocketTimeoutException) {
            return timeout(upstream + " did not accept a connection within upstream.connect_timeout_seconds");
        }
        if (failure instanceof TimeoutException) {
            return timeout(upstream + " did not answer within upstream.response_timeout_seconds");
        }
        if (isUnreachable(failure)) {
            return bad(UpstreamError.CONNECT, upstream + " cannot be reached");
        }
        if (failure instanceof SSLException) {
            return bad(UpstreamError.CONNECT, "TLS with " + upstream + " failed");
        }
        if (failure instanceof HttpResponseException || failure instanceof HttpException) {
            return bad(UpstreamError.PROTOCOL, upstream + " did not answer in HTTP");
        }
        return bad(UpstreamError.RESET, upstream + " broke the connection");
    }

    private static boolean isUnreachable(Throwable failure) {
        return failure instanceof ConnectException
                || failure instanceof NoRouteToHostException
                || failure instanceof UnknownHostException
                || failure instanceof UnresolvedAddressException;
    }

    private static UpstreamFailure timeout(String message) {
        return new UpstreamFailure(UpstreamError.TIMEOUT, HttpServletResponse.SC_GATEWAY_TIMEOUT, message);
    }

    private static UpstreamFailure bad(UpstreamError kind, String message) {
        return new UpstreamFailure(kind, HttpServletResponse.SC_BAD_GATEWAY, message);
    }
}
