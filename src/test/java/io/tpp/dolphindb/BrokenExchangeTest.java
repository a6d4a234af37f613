package io.tpp.dolphindb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.tpp.token.LoginException.Kind;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertificateException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.eclipse.jetty.client.HttpResponseException;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.io.EofException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class BrokenExchangeTest {
    @ParameterizedTest
    @MethodSource
    void failures(Throwable failure, Kind kind, String reason) {
        assertThat(BrokenExchange.describe(failure)).isEqualTo(new LoginOutcome.Failed(kind, reason));
    }

    static Stream<Arguments> failures() {
        String closed = "connection closed before the answer was complete";
        Throwable badCertificate = new SSLHandshakeException("(certificate_unknown) ...")
                .initCause(new CertificateException("No name matching localhost found"));
        return Stream.of(
                arguments(new SocketTimeoutException("x"), Kind.TIMEOUT, "no connection in time"),
                arguments(new TimeoutException("x"), Kind.TIMEOUT, "no answer in time"),
                arguments(new ConnectException("Connection refused"), Kind.UNREACHABLE, "connection refused"),
                arguments(new ConnectException("x"), Kind.UNREACHABLE, "no connection"),
                arguments(new NoRouteToHostException("x"), Kind.UNREACHABLE, "no route to host"),
                arguments(new UnknownHostException("x"), Kind.UNREACHABLE, "unknown host"),
                arguments(new UnresolvedAddressException(), Kind.UNREACHABLE, "unknown host"),
                arguments(new SocketException("Connection reset"), Kind.UNREACHABLE, "connection broken"),
                arguments(new IOException("Broken pipe"), Kind.UNREACHABLE, "connection broken"),
                arguments(new EOFException("x"), Kind.UNREACHABLE, closed),
                arguments(new EofException("x"), Kind.UNREACHABLE, closed),
                arguments(new ClosedChannelException(), Kind.UNREACHABLE, closed),
                arguments(new AsynchronousCloseException(), Kind.UNREACHABLE, closed),
                arguments(badResponse(new HttpException.RuntimeException(502, "Early EOF")), Kind.UNREACHABLE, closed),
                arguments(
                        badResponse(new HttpException.RuntimeException(400, "x")),
                        Kind.MALFORMED,
                        "the answer is not HTTP"),
                arguments(new HttpException.RuntimeException(400, "x"), Kind.MALFORMED, "the answer is not HTTP"),
                arguments(badCertificate, Kind.UNREACHABLE, "TLS failed: No name matching localhost found"),
                arguments(
                        new EofException(badCertificate),
                        Kind.UNREACHABLE,
                        "TLS failed: No name matching localhost found"),
                arguments(new SSLException((String) null), Kind.UNREACHABLE, "TLS failed: SSLException"),
                arguments(
                        new RejectedExecutionException("x"),
                        Kind.UNREACHABLE,
                        "the login client is stopped or overloaded"),
                arguments(new IllegalStateException(new TimeoutException("x")), Kind.TIMEOUT, "no answer in time"),
                arguments(
                        new IllegalStateException("x"),
                        Kind.UNREACHABLE,
                        "the exchange failed (IllegalStateException)"));
    }

    private static Throwable badResponse(Throwable cause) {
        return new HttpResponseException("x", null, cause);
    }
}
