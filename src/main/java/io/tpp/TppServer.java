package io.tpp;

import io.tpp.admin.AdminServlet;
import io.tpp.admin.StatusServlet;
import io.tpp.config.HostPort;
import io.tpp.config.LoadedConfig;
import io.tpp.config.TppConfig;
import io.tpp.proxy.ArmedConnector;
import io.tpp.telemetry.Logging;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TPP in its own process: {@link Tpp} with an embedded Jetty for clients and one for health.
 *
 * <h2>Threads</h2>
 *
 * Started and stopped by one thread; a reload comes on another one.
 */
final class TppServer {
    private static final Logger logger = LoggerFactory.getLogger(TppServer.class);

    /** Nothing TPP does blocks a thread, so a few serve any number of connections. */
    private static final int CLIENT_THREADS = 30 + ArmedConnector.SELECTORS;

    private static final int HEALTH_THREADS = 8;

    /** As it was last read. */
    private volatile TppConfig config;

    private final @Nullable ClientTls tls;
    private final HttpServer clients;
    private final @Nullable HttpServer health;
    private final Tpp tpp;

    TppServer(LoadedConfig loaded) {
        this.config = loaded.config();
        this.tls = config.tls() == null ? null : new ClientTls(config.tls());
        HeadLimits heads = HeadLimits.of(config.client());
        this.clients = new HttpServer(
                config.listen(),
                "listen",
                "tpp-client",
                CLIENT_THREADS,
                new Protocols(heads).factories(tls == null ? null : tls.settings()),
                heads.timeout(),
                false);
        this.tpp = new Tpp(loaded, clients.executor());
        this.health = health(config.healthListen());
        if (config.listenReusePort()) {
            clients.shareAddress();
        }
        clients.limit(config.client().idleTimeout(), config.client().maxConnections());
        clients.connector().addEventListener(tpp.access());
        clients.connector().addEventListener(tpp.connections());
        if (config.telemetry().requestLog().enabled()) {
            boolean json = config.telemetry().logFormat() == TppConfig.LogFormat.JSON;
            clients.requestLog(new RequestLines(json, Logging.requestLines()));
        }
        ServletHolder proxy = new ServletHolder("proxy", tpp.proxyServlet());
        proxy.setAsyncSupported(true);
        proxy.setInitOrder(1);
        clients.servlets().addServlet(proxy, "/*");
        tpp.reload().add(this::prepare);
        tpp.administration()
                .logFilter(filter -> Logging.change(filter, config.telemetry().logFormat()));
    }

    /** What a reload changes of the servers. */
    private Followed.Step prepare(LoadedConfig loaded) {
        TppConfig next = loaded.config();
        Runnable newTls = tls == null || next.tls() == null ? () -> {} : tls.prepare(next.tls());
        return () -> {
            newTls.run();
            clients.limit(next.client().idleTimeout(), next.client().maxConnections());
            if (!next.client().idleTimeout().equals(config.client().idleTimeout())) {
                tpp.connections().idleTimeout(next.client().idleTimeout());
            }
            Logging.change(next.telemetry().logFilter(), next.telemetry().logFormat());
            config = next;
            return List.of();
        };
    }

    private @Nullable HttpServer health(@Nullable HostPort address) {
        if (address == null) {
            return null;
        }
        HeadLimits heads = HeadLimits.OF_HEALTH;
        HttpServer server = new HttpServer(
                address,
                "health_listen",
                "tpp-health",
                HEALTH_THREADS,
                new Protocols(heads).http1(),
                heads.timeout(),
                true);
        UntracedRequests.addTo(server.connector());
        server.servlets().addServlet(new ServletHolder("metrics", tpp.metricsServlet()), "/metrics");
        ServletHolder status = new ServletHolder("status", tpp.statusServlet());
        // The empty pattern is "/" itself; the pattern "/" would be everything.
        StatusServlet.PATHS.forEach(path -> server.servlets().addServlet(status, path.equals("/") ? "" : path));
        ServletHolder admin = new ServletHolder("admin", tpp.adminServlet());
        admin.setAsyncSupported(true);
        server.servlets().addServlet(admin, AdminServlet.PATH + "/*");
        server.servlets().addServlet(new ServletHolder("health", tpp.healthServlet()), "/*");
        return server;
    }

    /** Starts: health first, so that it answers from the first moment; then the logins; then clients are let in. */
    void start() throws StartException {
        try {
            if (health != null) {
                health.start();
            }
            tpp.start();
            clients.start();
            if (tls != null) {
                tls.start();
            }
        } catch (StartException e) {
            abandonStart(e);
            throw e;
        } catch (Exception e) {
            abandonStart(e);
            throw new StartException("cannot start: " + e.getMessage(), e);
        }
        logStart();
    }

    private void logStart() {
        TppConfig.Upstream upstream = config.upstream();
        logger.info(
                "TPP {} serves clients on {}{}{}; upstream {}:{}{}; pool size {}, credentials {}",
                Version.current(),
                clients.address(),
                tls == null ? "" : tls.description(),
                health == null ? "" : ", health and metrics on " + health.address(),
                upstream.host(),
                upstream.port(),
                upstream.tls() ? " over TLS" : "",
                config.token().poolSize(),
                config.credentials().count());
        if (OpenDoor.isOpen(config)) {
            logger.warn("{}", OpenDoor.warning(clients.address()));
        }
    }

    private void abandonStart(Exception failure) {
        try {
            stopNow();
        } catch (Exception e) {
            failure.addSuppressed(e);
        }
    }

    /** Stops as the configuration says: announced, then drained, then for good. */
    void stop() throws Exception {
        TppConfig.Shutdown shutdown = config.shutdown();
        logger.info("Stopping: {}", tpp.snapshot().figures());
        tpp.announceStop();
        pause(shutdown.delay());
        tpp.drain();
        if (!clients.drain(shutdown.grace())) {
            logger.warn(
                    "Not all requests ended within shutdown.grace_seconds {}; they are cut",
                    shutdown.grace().toMillis() / 1000.0);
        }
        stopNow();
        logger.info("Stopped");
    }

    private static void pause(Duration delay) throws InterruptedException {
        if (!delay.isZero()) {
            Thread.sleep(delay.toMillis());
        }
    }

    /** Ends everything at once. */
    void stopNow() throws Exception {
        if (tls != null) {
            tls.stop();
        }
        clients.stop();
        tpp.stop();
        if (health != null) {
            health.stop();
        }
    }

    /** Sets who is told the reason, on any thread, if TPP turns out to be unable to run. */
    void onFailure(Consumer<String> listener) {
        tpp.onFailure(listener);
    }

    /** Returns the port for clients. */
    int clientPort() {
        return clients.port();
    }

    /** Returns the port for health and metrics; -1: none. */
    int healthPort() {
        return health == null ? -1 : health.port();
    }

    Tpp tpp() {
        return tpp;
    }
}
