package io.tpp.dolphindb;

import java.time.Duration;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.http.HttpCookieStore;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.jspecify.annotations.Nullable;

/**
 * Makes the HTTP client for logins and probes.
 *
 * <p>It sends what it is told and nothing else: no cookies, no {@code User-Agent}; it follows no redirect and has nothing
 * to answer a challenge with. It has daemon threads of its own, so that logins go on while the proxy's are all busy.
 * Connections close after 10 s without a login: DolphinDB's {@code maxConnections} is for clients.
 */
public final class LoginClient {
    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(10);
    private static final int MAX_THREADS = 8;
    private static final int MAX_RESPONSE_HEADERS_BYTES = 16 * 1024;

    private LoginClient() {}

    /**
     * Returns a client that is not started; the caller starts and stops it.
     *
     * @param connections how many it may open; further logins and probes wait for one
     * @param connectTimeout more than zero; also the limit for finding the host's address
     * @param tls as made by {@link UpstreamTls}, used by no other client; null: none
     */
    public static HttpClient create(int connections, Duration connectTimeout, SslContextFactory.@Nullable Client tls) {
        HttpClient client = new HttpClient(new HttpClientTransportOverHTTP(1));
        client.setName("tpp-login");
        client.setExecutor(threads());
        client.setScheduler(new ScheduledExecutorScheduler("tpp-login-timer", true));
        client.setMaxConnectionsPerDestination(connections);
        client.setConnectTimeout(connectTimeout.toMillis());
        client.setAddressResolutionTimeout(connectTimeout.toMillis());
        client.setIdleTimeout(IDLE_TIMEOUT.toMillis());
        client.setMaxResponseHeadersSize(MAX_RESPONSE_HEADERS_BYTES);
        client.setFollowRedirects(false);
        client.setUserAgentField(null);
        client.setHttpCookieStore(new HttpCookieStore.Empty());
        client.setSslContextFactory(tls == null ? UpstreamTls.none() : tls);
        return client;
    }

    private static QueuedThreadPool threads() {
        QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS, 1);
        threads.setName("tpp-login");
        threads.setDaemon(true);
        threads.setReservedThreads(0);
        return threads;
    }
}
