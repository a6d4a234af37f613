package io.tpp;

import io.tpp.config.StaticToken;
import io.tpp.config.TppConfig;
import io.tpp.dolphindb.DolphinDbAccessToken;
import io.tpp.dolphindb.DolphinDbLogin;
import io.tpp.rotation.SourceFactory;
import io.tpp.token.Credential;
import io.tpp.token.TokenSource;
import java.time.Duration;
import org.eclipse.jetty.client.HttpClient;

/** Makes the sources of tokens for one DolphinDB. Immutable. */
final class UpstreamSources implements SourceFactory {
    private final HttpClient client;
    private final TppConfig.Upstream upstream;
    private final Duration timeout;

    /**
     * Makes a factory.
     *
     * @param client started and stopped by the caller
     * @param timeout for each login
     */
    UpstreamSources(HttpClient client, TppConfig.Upstream upstream, Duration timeout) {
        this.client = client;
        this.upstream = upstream;
        this.timeout = timeout;
    }

    @Override
    public TokenSource login(Credential credential, int position) {
        return new DolphinDbLogin(
                client, upstream.tls(), upstream.host(), upstream.port(), credential, position, timeout);
    }

    @Override
    public TokenSource token(StaticToken token) {
        return new DolphinDbAccessToken(
                client, upstream.tls(), upstream.host(), upstream.port(), token.value(), token.place(), timeout);
    }
}
