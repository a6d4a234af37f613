package io.tpp;

import io.tpp.config.TppConfig;
import io.tpp.dolphindb.DeadTokenDetector;
import io.tpp.dolphindb.UpstreamTls;
import io.tpp.pool.PoolSettings;
import io.tpp.proxy.AccessRules;
import io.tpp.proxy.ProxySettings;
import io.tpp.proxy.RequestLimits;
import io.tpp.token.Credential;
import java.util.stream.Collectors;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;

/** What the parts of TPP are told of the configuration, in their own terms. Stateless. */
final class Settings {
    private Settings() {}

    static PoolSettings pool(TppConfig config) {
        TppConfig.Token token = config.token();
        return new PoolSettings(
                token.poolSize(),
                token.ttl(),
                token.refreshCheck(),
                token.refreshAhead(),
                token.loginConcurrency(),
                token.validate(),
                token.idleReclaim(),
                token.maxWaiting(),
                token.waitTimeout(),
                config.upstream().outageWait());
    }

    static AccessRules access(TppConfig config, ClientKeys keys) {
        TppConfig.Access access = config.access();
        return new AccessRules(
                access.allow(),
                keys,
                access.clientSubjects(),
                config.tls() != null && config.tls().clientCa() != null,
                access.maxConnectionsPerClient(),
                config.client().trustedProxies());
    }

    static ProxySettings proxy(TppConfig config) {
        TppConfig.Upstream upstream = config.upstream();
        return new ProxySettings(
                upstream.host(),
                upstream.port(),
                tls(upstream),
                upstream.connectTimeout(),
                upstream.responseTimeout(),
                config.client().tunnelIdleTimeout(),
                detector(config),
                upstream.replayBufferBytes(),
                config.token().binding() == TppConfig.Binding.REQUEST,
                config.client().halfClose() == TppConfig.HalfClose.ABORT,
                config.access().forwardLogin(),
                config.access().ownAuthorizationPaths(),
                limits(config.client()),
                config.client().trustedProxies(),
                upstream.preserveHost(),
                config.access().deniedPaths(),
                config.access().allowedPaths(),
                config.access().allowedMethods());
    }

    private static RequestLimits limits(TppConfig.Client client) {
        return new RequestLimits(
                client.maxTargetBytes(),
                client.maxHeaderBytes(),
                client.maxBodyBytes(),
                client.bodyTimeout(),
                client.minBodyRate());
    }

    private static DeadTokenDetector detector(TppConfig config) {
        return new DeadTokenDetector(
                config.upstream().refusedStatuses().codes(),
                config.upstream().refusedPattern().pattern(),
                config.credentials().users().stream().map(Credential::username).collect(Collectors.toSet()));
    }

    /** A new one a client, because a client starts and stops its own. */
    static SslContextFactory.@Nullable Client tls(TppConfig.Upstream upstream) {
        return upstream.tls()
                ? UpstreamTls.create(upstream.tlsCaFile(), upstream.tlsServerName(), upstream.tlsInsecure())
                : null;
    }
}
