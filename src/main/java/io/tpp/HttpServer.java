package io.tpp;

import io.tpp.config.HostPort;
import io.tpp.proxy.ArmedConnector;
import io.tpp.proxy.SelectorBuffers;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.RequestLog;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * An embedded Jetty with one connector and its servlets.
 *
 * <p>TPP has two, so that health and metrics answer while clients keep the other busy, and until the very
 * end of a stop.
 */
final class HttpServer {
    /** Jetty is not to end connections that are silent at a stop: clients that pause within a request may be among them. */
    static final long NO_SHUTDOWN_IDLE_TIMEOUT = -1;

    /** How often HTTP/2 connections are looked at meanwhile: between two requests there may be no more time. */
    private static final Duration FAREWELL = Duration.ofMillis(20);

    /**
     * How many connections may wait to be accepted, if the system allows it. Java asks for 50, and when more come at
     * once, the others try again after a second.
     */
    private static final int ACCEPT_QUEUE = 4096;

    private final HostPort address;
    private final String key;
    private final Server server;
    private final ServerConnector connector;
    private final ConnectionLimit limit;
    private final SlowHeads slowHeads;
    private final ServletContextHandler servlets;

    /**
     * Makes a server that does not listen yet.
     *
     * @param key the configuration key of the address, for messages
     * @param name of the connector and the threads
     * @param protocols what it speaks, the first one at first
     * @param headTimeout how long the head of a request may take; zero: for ever
     * @param servletsBlock whether servlets may block; those that never do are called by the thread that reads the request,
     *     so that none has to be woken
     */
    HttpServer(
            HostPort address,
            String key,
            String name,
            int maxThreads,
            ConnectionFactory[] protocols,
            Duration headTimeout,
            boolean servletsBlock) {
        this.address = address;
        this.key = key;
        this.servlets = servletsBlock ? new ServletContextHandler() : new WithoutBlocking();
        QueuedThreadPool threads = new QueuedThreadPool(maxThreads, Math.min(maxThreads, 4));
        threads.setName(name);
        threads.setReservedThreads(0);
        this.server = servletsBlock ? new Server(threads) : new Server(threads, null, new SelectorBuffers());
        this.slowHeads = new SlowHeads(headTimeout, System::nanoTime);
        this.connector =
                servletsBlock ? new ServerConnector(server, 1, 1, protocols) : new ArmedConnector(server, protocols);
        connector.setName(name);
        connector.setHost(address.host());
        connector.setPort(address.port());
        connector.setShutdownIdleTimeout(NO_SHUTDOWN_IDLE_TIMEOUT);
        connector.setAcceptQueueSize(ACCEPT_QUEUE);
        this.limit = new ConnectionLimit(0, connector);
        server.addBean(limit);
        server.addConnector(connector);
        connector.addEventListener(slowHeads);
        server.setHandler(new WithoutResource(servlets));
        // Only then it matters what the servlets are.
        server.setDynamic(false);
        server.setErrorHandler(new ErrorAnswers());
        // What a client puts into its target is the upstream's to judge.
        servlets.getServletHandler().setDecodeAmbiguousURIs(true);
    }

    /** Servlets of which none ever blocks. */
    private static final class WithoutBlocking extends ServletContextHandler {
        @Override
        public InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }
    }

    /**
     * Limits the connections; may be called again.
     *
     * @param idleTimeout those that are opened from now on are closed after being idle for this; zero: never
     * @param maxConnections how many may be open, further ones wait to be accepted; 0: any number
     */
    void limit(Duration idleTimeout, int maxConnections) {
        connector.setIdleTimeout(idleTimeout.toMillis());
        limit.change(maxConnections);
    }

    /** Lets other processes listen at the same address; each new connection is then given to one of them. */
    void shareAddress() {
        connector.setReusePort(true);
    }

    /** Sets who is told of each request that ended, those too that no servlet saw. */
    void requestLog(RequestLog log) {
        server.setRequestLog(log);
    }

    ServerConnector connector() {
        return connector;
    }

    ServletContextHandler servlets() {
        return servlets;
    }

    Executor executor() {
        return server.getThreadPool();
    }

    /** Listens and serves. */
    void start() throws StartException {
        try {
            connector.open();
        } catch (IOException e) {
            // Without its cause, whose message would repeat this one to the user.
            throw new StartException(key + ": cannot listen on " + address + ": " + reason(e));
        }
        try {
            server.start();
            slowHeads.start(connector.getScheduler());
        } catch (Exception e) {
            throw new StartException(key + ": the server cannot start: " + e.getMessage(), e);
        }
    }

    /** Returns the innermost reason: Jetty's own message around it repeats the address. */
    private static String reason(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }

    /** Returns where it listens. */
    HostPort address() {
        return new HostPort(address.host(), port());
    }

    /** Returns the port it listens on. */
    int port() {
        return connector.getLocalPort();
    }

    /**
     * Accepts no more connections, and waits until all are closed: the idle ones are by whoever knows which these are, the
     * busy ones when they are through. Returns false if they were not. HTTP/2 connections that are never without a request
     * are told in the middle of the time.
     */
    boolean drain(Duration grace) throws InterruptedException {
        long began = System.nanoTime();
        CompletableFuture<Void> closed = connector.shutdown();
        Http2Farewell farewell = new Http2Farewell(connector, session -> true);
        Duration passed = Duration.ZERO;
        while (passed.compareTo(grace) < 0) {
            farewell.say(passed.compareTo(grace.dividedBy(2)) >= 0);
            if (isDone(closed, shorter(grace.minus(passed), FAREWELL))) {
                return true;
            }
            passed = Duration.ofNanos(System.nanoTime() - began);
        }
        return closed.isDone();
    }

    private static boolean isDone(CompletableFuture<Void> closed, Duration limit) throws InterruptedException {
        try {
            closed.get(limit.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException | ExecutionException e) {
            return false;
        }
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** Ends everything that is still under way. */
    void stop() throws Exception {
        // First of all, because Jetty completes what it ends: an empty 200 would pass for an answer.
        connector.getConnectedEndPoints().forEach(EndPoint::close);
        server.stop();
    }
}
