package io.tpp.simulator;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import javax.net.ServerSocketFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts connections on the loopback address.
 *
 * <p>One thread accepts, and each connection has one of its own: with a few hundred connections that
 * is the simplest thing that gives full control over every byte. Not Jetty on purpose: a proxy built
 * on Jetty is better tried against a server that reads requests by other code.
 */
final class HttpListener implements AutoCloseable {
    private static final Logger logger = LoggerFactory.getLogger(HttpListener.class);
    private static final int BACKLOG = 4096;
    private static final long BIND_SECONDS = 10;
    private static final long BIND_PAUSE_NANOS = 5_000_000;
    private static final long JOIN_MILLIS = 2000;
    private static final long STACK_BYTES = 512 * 1024;

    private final String name;
    private final ServerSocketFactory sockets;
    private final HttpHandler handler;
    private final Executor workers;
    private final AtomicLong accepted = new AtomicLong();
    private final Set<HttpConnection> connections = ConcurrentHashMap.newKeySet();
    private int port;
    private boolean wasOpen;
    private @Nullable ServerSocket listening;
    private @Nullable Thread acceptor;

    /** Does not listen yet; {@code port} 0 lets the system choose one at the first {@link #open()}. */
    HttpListener(String name, ServerSocketFactory sockets, int port, HttpHandler handler, Executor workers) {
        this.name = name;
        this.sockets = sockets;
        this.port = port;
        this.handler = handler;
        this.workers = workers;
    }

    synchronized int port() {
        return port;
    }

    int openConnections() {
        return connections.size();
    }

    /** Starts to listen; after {@link #goDown()} on the same port. */
    synchronized void open() throws IOException {
        if (listening != null) {
            return;
        }
        ServerSocket socket = bind();
        listening = socket;
        wasOpen = true;
        port = socket.getLocalPort();
        acceptor = thread(name + "-acceptor", () -> accept(socket));
        acceptor.start();
    }

    /** Refuses new connections and resets the open ones. */
    synchronized void goDown() throws IOException {
        if (listening != null) {
            listening.close();
            listening = null;
            joinAcceptor();
        }
        for (HttpConnection connection : connections) {
            connection.reset();
        }
    }

    /** The system accepts connections as long as a thread is within {@code accept()}. */
    private void joinAcceptor() {
        try {
            if (acceptor != null) {
                acceptor.join(JOIN_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        goDown();
    }

    /** Tries for a while when coming back, because an outgoing connection may use the port just now. */
    private ServerSocket bind() throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(BIND_SECONDS);
        while (true) {
            ServerSocket socket = sockets.createServerSocket();
            try {
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
                return socket;
            } catch (BindException e) {
                socket.close();
                if (!wasOpen || System.nanoTime() > deadline) {
                    throw e;
                }
                LockSupport.parkNanos(BIND_PAUSE_NANOS);
            }
        }
    }

    private void accept(ServerSocket socket) {
        try (socket) {
            while (true) {
                take(socket, socket.accept());
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void take(ServerSocket from, Socket client) {
        try {
            start(from, client);
        } catch (IOException e) {
            // This client is gone already; the next may stay.
        }
    }

    private void start(ServerSocket from, Socket client) throws IOException {
        int max = handler.maxConnections();
        if (max > 0 && connections.size() >= max) {
            logger.info(
                    "Maximum connections {} reached. Close unused connections or increase maxConnections limit."
                            + " RefId:S00006",
                    max);
            client.close();
            return;
        }
        client.setTcpNoDelay(true);
        HttpConnection connection = new HttpConnection(accepted.incrementAndGet(), client, handler, workers);
        connections.add(connection);
        if (from.isClosed()) {
            // Went down meanwhile, perhaps before this connection could be seen.
            connection.reset();
        }
        thread(name + "-connection-" + connection.id(), () -> serve(connection)).start();
    }

    private void serve(HttpConnection connection) {
        try {
            connection.run();
        } finally {
            connections.remove(connection);
        }
    }

    private static Thread thread(String name, Runnable task) {
        Thread thread = new Thread(null, task, name, STACK_BYTES);
        thread.setDaemon(true);
        return thread;
    }
}
