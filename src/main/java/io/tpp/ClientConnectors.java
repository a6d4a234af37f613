package io.tpp;

import java.net.SocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.EventListener;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/**
 * The connectors of a standalone Jetty that clients come in on: all but that for health.
 *
 * <p>Other than {@link HttpServer}, TPP neither makes them nor ends them, and there may be several, such as one for TLS.
 *
 * <h2>Threads</h2>
 *
 * Of one thread, that which starts and stops the web application. Draining blocks it.
 */
final class ClientConnectors {
    /** How long one that is not busy may be silent. */
    private static final Duration IDLE = Duration.ofMillis(250);

    /** How often the connections are looked at while they are drained. */
    private static final Duration LOOK = Duration.ofMillis(20);

    private final List<AbstractConnector> connectors;

    private ClientConnectors(List<AbstractConnector> connectors) {
        this.connectors = connectors;
    }

    static ClientConnectors of(Server server) {
        return new ClientConnectors(Arrays.stream(server.getConnectors())
                .filter(connector -> !HealthConnectorFilter.CONNECTOR.equals(connector.getName()))
                .map(AbstractConnector.class::cast)
                .toList());
    }

    /** Tells of connections from now on. */
    void listen(EventListener listener) {
        connectors.forEach(connector -> connector.addEventListener(listener));
        if (listener instanceof SelectorManager.SelectorManagerListener) {
            managers().forEach(manager -> manager.addEventListener(listener));
        }
    }

    /** Tells no longer of new connections. */
    void unlisten(EventListener listener) {
        connectors.forEach(connector -> connector.removeEventListener(listener));
        managers().forEach(manager -> manager.removeEventListener(listener));
    }

    /**
     * Returns those who accept connections. A connector tells them of listeners only when it starts, and takes these back
     * when it stops; in a redeployment it does neither.
     */
    private Stream<SelectorManager> managers() {
        return connectors.stream()
                .filter(ServerConnector.class::isInstance)
                .map(connector -> ((ServerConnector) connector).getSelectorManager());
    }

    /** Accepts no more connections; only a restart of the connectors undoes it. */
    void stopAccepting() {
        for (AbstractConnector connector : connectors) {
            connector.setShutdownIdleTimeout(HttpServer.NO_SHUTDOWN_IDLE_TIMEOUT);
            var unused = connector.shutdown();
        }
    }

    /**
     * Closes the connections that are open now: idle ones at once, busy ones when they are through, and what is left
     * after the time without another byte, so that nothing incomplete can pass for an answer. HTTP/2 connections that
     * are never without a request are told in the middle of the time. Those that are opened meanwhile are left alone: they
     * are the next application's.
     *
     * @param busy tells those that have a request under way, within which a client may pause
     * @return false if something was left
     */
    boolean drain(Duration grace, Predicate<EndPoint> busy) throws InterruptedException {
        Set<EndPoint> open = connectors.stream()
                .map(Connector::getConnectedEndPoints)
                .flatMap(Collection::stream)
                .collect(Collectors.toSet());
        open.stream().filter(busy.negate()).forEach(endPoint -> endPoint.setIdleTimeout(IDLE.toMillis()));
        try {
            return areClosed(open, grace);
        } finally {
            open.forEach(EndPoint::close);
        }
    }

    private List<Http2Farewell> farewells(Set<EndPoint> endPoints) {
        // By address, since a session over TLS knows only the end point of its TLS.
        Set<SocketAddress> clients = endPoints.stream()
                .map(EndPoint::getRemoteSocketAddress)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
        return connectors.stream()
                .map(connector ->
                        new Http2Farewell(connector, session -> clients.contains(session.getRemoteSocketAddress())))
                .toList();
    }

    private boolean areClosed(Set<EndPoint> endPoints, Duration limit) throws InterruptedException {
        List<Http2Farewell> farewells = farewells(endPoints);
        long began = System.nanoTime();
        while (endPoints.stream().anyMatch(EndPoint::isOpen)) {
            Duration passed = Duration.ofNanos(System.nanoTime() - began);
            if (passed.compareTo(limit) >= 0) {
                return false;
            }
            farewells.forEach(farewell -> farewell.say(passed.compareTo(limit.dividedBy(2)) >= 0));
            TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
        }
        return true;
    }
}
