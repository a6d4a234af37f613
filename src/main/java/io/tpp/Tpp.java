package io.tpp;

import com.codahale.metrics.MetricRegistry;
import io.prometheus.client.CollectorRegistry;
import io.tpp.admin.HealthServlet;
import io.tpp.admin.MetricsServlet;
import io.tpp.config.CredentialFiles;
import io.tpp.config.TppConfig;
import io.tpp.dolphindb.DeadTokenDetector;
import io.tpp.dolphindb.LoginClient;
import io.tpp.dolphindb.UpstreamTls;
import io.tpp.metrics.HttpMetrics;
import io.tpp.metrics.PoolMetrics;
import io.tpp.metrics.PrometheusExport;
import io.tpp.pool.CredentialRefusal;
import io.tpp.pool.PoolSettings;
import io.tpp.pool.PoolSnapshot;
import io.tpp.pool.TokenPool;
import io.tpp.pool.TokenRefresher;
import io.tpp.proxy.AccessLog;
import io.tpp.proxy.AccessRules;
import io.tpp.proxy.ClientAccess;
import io.tpp.proxy.ConnectionLeases;
import io.tpp.proxy.ProxySettings;
import io.tpp.proxy.RequestLimits;
import io.tpp.proxy.TokenProxyServlet;
import io.tpp.rotation.Rotation;
import io.tpp.token.Credential;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;

/**
 * All parts of TPP put together, but for the server they run in: the composition root of the jar and of
 * the WAR.
 *
 * <p>Whoever has a server adds {@link #access} and {@link #connections} to the connector for clients, {@link #proxyServlet}
 * behind it, and the other servlets behind the health connector; then calls {@link #start}. To stop,
 * {@link #drain}, let requests finish, then {@link #stop}.
 *
 * <h2>Threads</h2>
 *
 * Built, started and stopped by one thread.
 */
final class Tpp {
    /** How long one login may take. */
    private static final Duration LOGIN_TIMEOUT = Duration.ofSeconds(30);

    private final ScheduledThreadPoolExecutor timer;
    private final ScheduledExecutorService filesThread;
    private final HttpClient loginClient;
    private final Rotation rotation;
    private final TokenPool pool;
    private final TokenRefresher refresher;
    private final ClientKeys clientKeys;
    private final AccessLog accessLog;
    private final ClientAccess access;
    private final ConnectionLeases connections;
    private final TokenProxyServlet proxyServlet;
    private final CollectorRegistry metrics;
    private final String version = Version.current();
    private final CompletableFuture<String> failure = new CompletableFuture<>();
    private volatile Phase phase = Phase.SERVING;

    private enum Phase {
        SERVING,
        /** Not ready any more, but serving as before. */
        STOP_ANNOUNCED,
        DRAINING
    }

    /**
     * Builds everything; nothing is started.
     *
     * @param executor the threads of the server that serves the clients
     */
    Tpp(TppConfig config, CredentialFiles credentialFiles, Executor executor) {
        MetricRegistry registry = new MetricRegistry();
        PoolMetrics poolMetrics = new PoolMetrics(
                registry,
                this::snapshot,
                this::shortestRemaining,
                () -> refusals().size());
        HttpMetrics httpMetrics = new HttpMetrics(registry);
        PoolSettings settings = poolSettings(config.token(), config.upstream().outageWait());
        this.timer = DaemonThread.timer("tpp-pool");
        this.filesThread = DaemonThread.timer("tpp-files");
        this.pool = new TokenPool(settings, timer, executor, System::nanoTime, poolMetrics);
        this.loginClient = LoginClient.create(
                // For as many logins and as many probes at once.
                2 * settings.loginConcurrency(), config.upstream().connectTimeout(), tls(config.upstream()));
        this.rotation = new Rotation(
                credentialFiles,
                config.credentials(),
                settings.size(),
                new UpstreamSources(loginClient, config.upstream(), LOGIN_TIMEOUT),
                filesThread);
        this.refresher = new TokenRefresher(
                pool,
                settings,
                rotation.sources(),
                timer,
                System::nanoTime,
                () -> ThreadLocalRandom.current().nextDouble(),
                poolMetrics,
                this::allRefused);
        this.clientKeys = new ClientKeys(config.access().apiKeys());
        this.accessLog = new AccessLog(httpMetrics, System::nanoTime);
        this.access = new ClientAccess(accessRules(config, clientKeys), accessLog);
        this.connections = new ConnectionLeases(pool, access, System::nanoTime, httpMetrics);
        this.proxyServlet = new TokenProxyServlet(
                proxySettings(config), pool, connections, access, timer, httpMetrics, () -> phase == Phase.DRAINING);
        this.metrics = PrometheusExport.of(registry, version);
    }

    private static PoolSettings poolSettings(TppConfig.Token token, Duration outageWait) {
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
                outageWait);
    }

    private static AccessRules accessRules(TppConfig config, ClientKeys keys) {
        TppConfig.Access access = config.access();
        return new AccessRules(
                access.allow(),
                keys,
                access.clientSubjects(),
                config.tls() != null && config.tls().clientCa() != null,
                access.maxConnectionsPerClient(),
                config.client().trustedProxies());
    }

    private static ProxySettings proxySettings(TppConfig config) {
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
    private static SslContextFactory.@Nullable Client tls(TppConfig.Upstream upstream) {
        return upstream.tls()
                ? UpstreamTls.create(upstream.tlsCaFile(), upstream.tlsServerName(), upstream.tlsInsecure())
                : null;
    }

    private void allRefused(String reasons) {
        failure.complete("the upstream refuses every credential: " + reasons);
    }

    /** Starts to log in. */
    void start() throws Exception {
        loginClient.start();
        rotation.start(refresher::credentialsChanged);
        refresher.start();
        connections.start(timer);
        accessLog.start(filesThread);
        clientKeys.start(filesThread, losers -> connections.closeTunnels(losers::contains));
    }

    /** From now on not ready. */
    void announceStop() {
        phase = Phase.STOP_ANNOUNCED;
    }

    /** Refuses all that wait for a token, and whoever would have to; requests that have one go on. */
    void drain() {
        phase = Phase.DRAINING;
        pool.drain();
    }

    /**
     * Ends the logins and forgets all tokens. DolphinDB keeps theirs until they expire: its REST API has
     * no logout, and nothing else that a token's own user could release it by.
     */
    void stop() throws Exception {
        rotation.stop();
        clientKeys.stop();
        filesThread.shutdownNow();
        refresher.stop();
        timer.shutdownNow();
        loginClient.stop();
        pool.clear();
    }

    /** Sets who is told the reason, on any thread, if TPP turns out to be unable to run. */
    void onFailure(Consumer<String> listener) {
        var unused = failure.thenAccept(listener);
    }

    /** To be added to the connector for clients before it starts. */
    ClientAccess access() {
        return access;
    }

    ConnectionLeases connections() {
        return connections;
    }

    TokenProxyServlet proxyServlet() {
        return proxyServlet;
    }

    HealthServlet healthServlet() {
        return new HealthServlet(this::snapshot, this::refusals, () -> phase != Phase.SERVING, version);
    }

    MetricsServlet metricsServlet() {
        return new MetricsServlet(metrics);
    }

    PoolSnapshot snapshot() {
        return pool.snapshot();
    }

    private List<CredentialRefusal> refusals() {
        return refresher.refusals();
    }

    private @Nullable Duration shortestRemaining() {
        return pool.shortestRemaining();
    }
}
