package io.tpp;

import io.tpp.config.ConfigException;
import io.tpp.config.ConfigLoader;
import io.tpp.config.LoadedConfig;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.ServletRegistration;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.stream.Stream;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The WAR's entry: {@link Tpp} inside a standalone Jetty.
 *
 * <p>The configuration is the file that the system property {@code tpp.config} names, else {@code
 * config.yaml} in the Jetty base, else the environment alone. Listen addresses, idle time-outs and logging are the
 * container's: the keys for them have no effect here. {@link ContainerStop} does the rest. What comes in on the connector called {@code
 * health} gets health and metrics, everything else the proxy.
 */
public final class TppContextListener implements ServletContextListener {
    private static final Logger logger = LoggerFactory.getLogger(TppContextListener.class);

    private @Nullable Running running;

    /** What is there between start and end. */
    private record Running(
            Tpp tpp,
            Server server,
            ServletContextHandler handler,
            ClientConnectors clients,
            ContainerStop stop,
            ErrorAnswers errors) {
        /** Hears of connections and of the end, and answers in TPP's form what Jetty refuses. */
        void listen() {
            clients.listen(tpp.access());
            clients.listen(tpp.connections());
            health().forEach(UntracedRequests::addTo);
            server.setErrorHandler(errors);
            server.addEventListener(stop);
            handler.addEventListener(stop);
        }

        /** Leaves nothing of this web application behind in the container. */
        void unlisten() {
            clients.unlisten(tpp.connections());
            clients.unlisten(tpp.access());
            health().forEach(UntracedRequests::removeFrom);
            server.removeEventListener(stop);
            handler.removeEventListener(stop);
            // The next application may have put its own there already.
            if (server.getErrorHandler() == errors) {
                server.setErrorHandler(new ErrorHandler());
            }
        }

        private Stream<Connector> health() {
            return Arrays.stream(server.getConnectors())
                    .filter(connector -> HealthConnectorFilter.CONNECTOR.equals(connector.getName()));
        }
    }

    @Override
    public void contextInitialized(ServletContextEvent event) {
        ServletContext context = event.getServletContext();
        ServletContextHandler handler = ServletContextHandler.getServletContextHandler(context);
        Server server = handler.getServer();
        LoadedConfig loaded = load();
        Tpp tpp = new Tpp(loaded, server.getThreadPool());
        ClientConnectors clients = ClientConnectors.of(server);
        ContainerStop stop = new ContainerStop(
                tpp, clients, () -> tpp.reload().running().config().shutdown());
        running = new Running(tpp, server, handler, clients, stop, new ErrorAnswers());
        tpp.onFailure(reason -> logger.error("TPP cannot run: {}", reason));
        try {
            handler.getServletHandler().setDecodeAmbiguousURIs(true);
            register(context, tpp);
            tpp.start();
            running.listen();
        } catch (Exception e) {
            contextDestroyed(event);
            throw new IllegalStateException("TPP cannot start: " + e.getMessage(), e);
        }
        logger.info("TPP {} starts: {}", Version.current(), ConfigSummary.given(loaded.values()));
    }

    private static LoadedConfig load() {
        try {
            LoadedConfig loaded = new ConfigLoader(System.getenv()).load(configFile());
            loaded.warnings().forEach(logger::warn);
            return loaded;
        } catch (ConfigException e) {
            e.problems().forEach(logger::error);
            throw new WarStartException("TPP cannot start; see the errors of its configuration above");
        }
    }

    private static @Nullable Path configFile() {
        String named = System.getProperty("tpp.config");
        if (named != null) {
            return Path.of(named);
        }
        Path inBase = Path.of(System.getProperty("jetty.base", "."), "config.yaml");
        return Files.exists(inBase) ? inBase : null;
    }

    private static void register(ServletContext context, Tpp tpp) {
        ServletRegistration.Dynamic proxy = context.addServlet("proxy", tpp.proxyServlet());
        proxy.setAsyncSupported(true);
        proxy.setLoadOnStartup(1);
        proxy.addMapping("/*");
        FilterRegistration.Dynamic health = context.addFilter(
                "health",
                new HealthConnectorFilter(
                        tpp.healthServlet(), tpp.metricsServlet(), tpp.statusServlet(), tpp.adminServlet()));
        health.setAsyncSupported(true);
        health.addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, "/*");
    }

    @Override
    public void contextDestroyed(ServletContextEvent event) {
        Running ended = running;
        if (ended == null) {
            return;
        }
        ended.unlisten();
        try {
            ended.tpp().stop();
            ended.tpp().endExport();
            logger.info("Stopped");
        } catch (Exception e) {
            logger.warn("TPP did not stop cleanly", e);
        }
        running = null;
    }
}
