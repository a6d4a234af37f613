package io.tpp;

import io.tpp.config.TppConfig;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.component.LifeCycle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drains TPP before the container that it runs in stops, or before the web application alone does.
 *
 * <p>To be added to both as a listener. Jetty tells of a stop before it stops anything, so that requests are served as
 * {@code shutdown.delay_seconds} and {@code shutdown.grace_seconds} say, and health answers meanwhile. Without this, what
 * waits for a token would hold the stop up, and what is under way would lose its upstream.
 *
 * <h2>Threads</h2>
 *
 * Called by the thread that stops the container or the application, and blocks it until TPP is drained.
 */
final class ContainerStop implements LifeCycle.Listener {
    private static final Logger logger = LoggerFactory.getLogger(ContainerStop.class);

    private final Tpp tpp;
    private final ClientConnectors clients;
    private final Supplier<TppConfig.Shutdown> settings;

    /** Of the stopping thread; an application ends within its container, and so is told of twice. */
    private boolean done;

    /** The settings are asked for when the stop begins: a reload may have changed them. */
    ContainerStop(Tpp tpp, ClientConnectors clients, Supplier<TppConfig.Shutdown> settings) {
        this.tpp = tpp;
        this.clients = clients;
        this.settings = settings;
    }

    @Override
    public void lifeCycleStopping(LifeCycle stopping) {
        if (done) {
            return;
        }
        done = true;
        try {
            drain(stopping instanceof Server);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The connectors outlive the application, and serve the next one that is deployed. */
    private void drain(boolean connectorsStop) throws InterruptedException {
        TppConfig.Shutdown shutdown = settings.get();
        logger.info("Stopping: {}", tpp.snapshot().figures());
        tpp.announceStop();
        pause(shutdown.delay());
        tpp.drain();
        clients.unlisten(tpp.connections());
        if (connectorsStop) {
            clients.stopAccepting();
        }
        if (!clients.drain(shutdown.grace(), tpp.connections()::isBusy)) {
            logger.warn(
                    "Not all requests ended within shutdown.grace_seconds {}; they are cut",
                    shutdown.grace().toMillis() / 1000.0);
        }
    }

    private static void pause(Duration delay) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(delay.toNanos());
    }
}
