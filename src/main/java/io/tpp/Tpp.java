package io.tpp;

import com.codahale.metrics.MetricRegistry;
import io.prometheus.client.CollectorRegistry;
import io.tpp.admin.AdminServlet;
import io.tpp.admin.HealthServlet;
import io.tpp.admin.MetricsServlet;
import io.tpp.admin.StatusServlet;
import io.tpp.config.LoadedConfig;
import io.tpp.config.TppConfig;
import io.tpp.dolphindb.LoginClient;
import io.tpp.metrics.HttpMetrics;
import io.tpp.metrics.OtlpMetrics;
import io.tpp.metrics.PoolMetrics;
import io.tpp.metrics.PrometheusExport;
import io.tpp.metrics.ReloadMetrics;
import io.tpp.pool.CredentialRefusal;
import io.tpp.pool.PoolListener;
import io.tpp.pool.PoolListeners;
import io.tpp.pool.PoolSettings;
import io.tpp.pool.PoolSnapshot;
import io.tpp.pool.TokenPool;
import io.tpp.pool.TokenRefresher;
import io.tpp.proxy.AccessLog;
import io.tpp.proxy.AccessRules;
import io.tpp.proxy.ClientAccess;
import io.tpp.proxy.ConnectionLeases;
import io.tpp.proxy.ProxyListener;
import io.tpp.proxy.ProxyListeners;
import io.tpp.proxy.ProxySettings;
import io.tpp.proxy.TokenProxyServlet;
import io.tpp.rotation.Rotation;
import io.tpp.status.ConfigInForce;
import io.tpp.status.EventLog;
import io.tpp.status.History;
import io.tpp.status.Status;
import io.tpp.status.StatusListener;
import io.tpp.status.StatusSources;
import io.tpp.status.Traffic;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.eclipse.jetty.client.HttpClient;
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

    /** How long the pool may take to follow a reload. */
    private static final Duration TAKE_OVER = Duration.ofSeconds(10);

    /** As many logins and as many probes as may be asked for at once; how many there are is the refresher's to say. */
    private static final int MOST_LOGIN_CONNECTIONS = 2 * 1000;

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
    private final Reload reload;
    private final Administration administration;
    private final AdminSecret adminSecret;
    private final CollectorRegistry metrics;
    private final History history;
    private final Status status;
    private final Set<String> healthHosts;
    private final OtlpMetrics otlpMetrics;
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
    Tpp(LoadedConfig loaded, Executor executor) {
        TppConfig config = loaded.config();
        MetricRegistry registry = new MetricRegistry();
        PoolMetrics poolMetrics = new PoolMetrics(
                registry,
                this::snapshot,
                this::shortestRemaining,
                () -> refusals().size());
        HttpMetrics httpMetrics = new HttpMetrics(registry);
        StatusListener statusListener = new StatusListener(new EventLog(InstantSource.system()), System::nanoTime);
        PoolListener poolListener = new PoolListeners(poolMetrics, statusListener);
        ProxyListener proxyListener = new ProxyListeners(httpMetrics, statusListener);
        PoolSettings settings = Settings.pool(config);
        this.timer = DaemonThread.timer("tpp-pool");
        this.filesThread = DaemonThread.timer("tpp-files");
        this.pool = new TokenPool(settings, timer, executor, System::nanoTime, poolListener);
        this.loginClient = LoginClient.create(
                MOST_LOGIN_CONNECTIONS, config.upstream().connectTimeout(), Settings.tls(config.upstream()));
        this.rotation = new Rotation(
                loaded.credentialFiles(),
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
                poolListener,
                this::allRefused);
        this.clientKeys = new ClientKeys(loaded, filesThread, this::dismissStrangers);
        this.accessLog = new AccessLog(proxyListener, System::nanoTime);
        this.access = new ClientAccess(Settings.access(config, clientKeys), accessLog);
        this.connections = new ConnectionLeases(pool, access, System::nanoTime, proxyListener);
        this.proxyServlet = new TokenProxyServlet(
                Settings.proxy(config), pool, connections, access, timer, proxyListener, this::sendsClientsAway);
        ConfigInForce configInForce = new ConfigInForce(loaded.values(), InstantSource.system());
        this.reload = new Reload(loaded, filesThread, InstantSource.system(), configInForce);
        reload.add(clientKeys);
        reload.add(this::prepare);
        this.administration = new Administration(pool, refresher, connections, reload);
        this.adminSecret = new AdminSecret(loaded, filesThread);
        reload.add(adminSecret);
        ReloadMetrics.register(registry, reload::successful, reload::readAt);
        this.metrics = PrometheusExport.of(registry, version);
        this.otlpMetrics = OtlpMetrics.of(registry);
        this.healthHosts = config.healthHosts().names();
        this.history = new History(
                pool::snapshot,
                () -> new Traffic(httpMetrics.requests(), poolMetrics.waits(), httpMetrics.openConnections()),
                InstantSource.system(),
                System::nanoTime);
        this.status = new Status(
                version,
                upstreamName(config.upstream()),
                InstantSource.system(),
                new StatusSources(pool::view, connections::views, this::refusals, this::isNotReady),
                statusListener,
                history,
                configInForce);
    }

    private static String upstreamName(TppConfig.Upstream upstream) {
        return upstream.host() + ":" + upstream.port() + (upstream.tls() ? " over TLS" : "");
    }

    /** What a reload changes of all this; the rest needs a restart. */
    private Followed.Step prepare(LoadedConfig next) {
        TppConfig config = next.config();
        PoolSettings poolSettings = Settings.pool(config);
        ProxySettings proxySettings = Settings.proxy(config);
        AccessRules accessRules = Settings.access(config, clientKeys);
        return () -> {
            access.apply(accessRules);
            connections.dismissStrangers();
            loginClient.setConnectTimeout(config.upstream().connectTimeout().toMillis());
            proxyServlet.apply(proxySettings);
            String credentials = rotation.replace(next.credentialFiles(), config.credentials(), poolSettings.size());
            await(refresher.reconfigure(poolSettings, rotation.sources()));
            return credentials == null ? List.of() : List.of(credentials);
        };
    }

    /** Waits for the pool's thread, which is never busy for long: whoever is told of a reload finds it in force. */
    private static void await(Future<?> inForce) {
        try {
            inForce.get(TAKE_OVER.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("The pool does not follow", e);
        }
    }

    private void dismissStrangers() {
        connections.dismissStrangers();
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
        clientKeys.start();
        reload.start();
        history.start(timer);
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
        reload.stop();
        rotation.stop();
        filesThread.shutdownNow();
        refresher.stop();
        timer.shutdownNow();
        loginClient.stop();
        pool.clear();
    }

    /** Ends the export of metrics; needed only if the process goes on, whose agent else exports a last time. */
    void endExport() throws Exception {
        otlpMetrics.close();
    }

    /** Sets who is told the reason, on any thread, if TPP turns out to be unable to run. */
    void onFailure(Consumer<String> listener) {
        var unused = failure.thenAccept(listener);
    }

    /** To be added to the connector for clients before it starts. */
    ClientAccess access() {
        return access;
    }

    /** Whether each answer closes its connection. */
    private boolean sendsClientsAway() {
        return phase == Phase.DRAINING || administration.isDrained();
    }

    private boolean isNotReady() {
        return phase != Phase.SERVING || administration.isDrained();
    }

    AdminServlet adminServlet() {
        return new AdminServlet(
                adminSecret::key, administration, status, pool::isPaused, administration::isDrained, timer);
    }

    /** Returns what administrators can do. */
    Administration administration() {
        return administration;
    }

    /** Returns what reads the configuration again. */
    Reload reload() {
        return reload;
    }

    ConnectionLeases connections() {
        return connections;
    }

    TokenProxyServlet proxyServlet() {
        return proxyServlet;
    }

    HealthServlet healthServlet() {
        return new HealthServlet(this::snapshot, this::refusals, this::isNotReady, version);
    }

    MetricsServlet metricsServlet() {
        return new MetricsServlet(metrics);
    }

    StatusServlet statusServlet() {
        return new StatusServlet(status, healthHosts);
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
