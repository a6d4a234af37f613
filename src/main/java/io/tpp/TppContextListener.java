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
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Server;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The WAR's entry: {@link Tpp} inside a standalone Jetty.
 *
 * <p>The configuration is the file that the system property {@code tpp.config} names, else {@code
 * config.yaml} in the Jetty base, else the environment alone. Listen addresses, idle time-outs and logging are the
 * container's: the keys for them have no effect here. What comes in on the connector called {@code
 * health} gets health and metrics, everything else the proxy.
 */
public final class TppContextListener implements ServletContextListener {
    private static final Logger logger = LoggerFactory.getLogger(TppContextListener.class);

    private final List<Connector> listenedTo = new ArrayList<>();
    private @Nullable Tpp tpp;

    @Override
    public void contextInitialized(ServletContextEvent event) {
        ServletContext context = event.getServletContext();
        ServletContextHandler handler = ServletContextHandler.getServletContextHandler(context);
        Server server = handler.getServer();
        LoadedConfig loaded = load();
        Tpp created = new Tpp(loaded.config(), loaded.credentialFiles(), server.getThreadPool());
        tpp = created;
        try {
            handler.getServletHandler().setDecodeAmbiguousURIs(true);
            register(context, created);
            created.start();
            listen(server, created);
        } catch (Exception e) {
            contextDestroyed(event);
            throw new IllegalStateException("TPP cannot start: " + e.getMessage(), e);
        }
    }

    private static LoadedConfig load() {
        try {
            LoadedConfig loaded = new ConfigLoader(System.getenv()).load(configFile());
            loaded.warnings().forEach(logger::warn);
            return loaded;
        } catch (ConfigException e) {
            e.problems().forEach(logger::error);
            throw new IllegalStateException("TPP's configuration has errors: " + String.join("; ", e.problems()));
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
        FilterRegistration.Dynamic health =
                context.addFilter("health", new HealthConnectorFilter(tpp.healthServlet(), tpp.metricsServlet()));
        health.setAsyncSupported(true);
        health.addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, "/*");
    }

    private void listen(Server server, Tpp tpp) {
        for (Connector connector : server.getConnectors()) {
            if (!HealthConnectorFilter.CONNECTOR.equals(connector.getName())) {
                connector.addEventListener(tpp.access());
                connector.addEventListener(tpp.connections());
                listenedTo.add(connector);
            }
        }
    }

    @Override
    public void contextDestroyed(ServletContextEvent event) {
        Tpp ended = tpp;
        if (ended == null) {
            return;
        }
        listenedTo.forEach(connector -> {
            connector.removeEventListener(ended.connections());
            connector.removeEventListener(ended.access());
        });
        try {
            ended.drain();
            ended.stop();
        } catch (Exception e) {
            logger.warn("TPP did not stop cleanly", e);
        }
        tpp = null;
    }
}
