package io.tpp.proxy;

import io.tpp.dolphindb.DeadTokenDetector;
import io.tpp.net.CidrBlocks;
import io.tpp.net.Methods;
import io.tpp.net.PathPatterns;
import java.time.Duration;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;

/**
 * What the proxy is told.
 *
 * @param host the upstream's host
 * @param port the upstream's port
 * @param tls how to speak TLS to the upstream; null: in clear
 * @param connectTimeout how long a connection to the upstream may take
 * @param responseTimeout how long the upstream may stay silent; zero: for ever
 * @param tunnelIdleTimeout how long a tunnel may be silent; zero: for ever
 * @param detector what counts as a token refused by the upstream
 * @param replayBytes how much may have been sent of a request's body that can be sent again
 * @param leasePerRequest whether a lease ends with its request instead of its connection
 * @param finMeansGone whether a client that ends its sending side counts as gone
 * @param forwardLogin whether clients may call {@code /api/login} through the proxy
 * @param ownAuthorizationPaths where requests go with the client's own {@code Authorization} and without a token
 * @param limits how large clients' requests may be, and how slow
 * @param trustedProxies the peers that are believed where their requests come from
 * @param preserveHost whether the upstream gets the {@code Host} that the client sent
 * @param deniedPaths where clients may not go
 * @param allowedPaths where alone they may go; null: everywhere else
 * @param allowedMethods null: all
 */
public record ProxySettings(
        String host,
        int port,
        SslContextFactory.@Nullable Client tls,
        Duration connectTimeout,
        Duration responseTimeout,
        Duration tunnelIdleTimeout,
        DeadTokenDetector detector,
        int replayBytes,
        boolean leasePerRequest,
        boolean finMeansGone,
        boolean forwardLogin,
        PathPatterns ownAuthorizationPaths,
        RequestLimits limits,
        CidrBlocks trustedProxies,
        boolean preserveHost,
        PathPatterns deniedPaths,
        @Nullable PathPatterns allowedPaths,
        @Nullable Methods allowedMethods) {
    RequestRules rules() {
        PathRules paths = new PathRules(deniedPaths, allowedPaths, allowedMethods);
        return new RequestRules(forwardLogin, new OwnAuthorization(ownAuthorizationPaths), limits, paths);
    }
}
