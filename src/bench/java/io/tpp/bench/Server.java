package io.tpp.bench;

import static org.awaitility.Awaitility.await;

import io.tpp.testing.ChildProcess;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;

/** A program that serves HTTP on the loopback address, in a process of its own. */
final class Server implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final String name;
    private final ChildProcess process;
    private final int port;

    private Server(String name, ChildProcess process, int port) {
        this.name = name;
        this.process = process;
        this.port = port;
    }

    /** Waits until it answers {@code path} with 200. */
    static Server started(String name, ChildProcess process, int port, String path) {
        Server server = new Server(name, process, port);
        try {
            await().atMost(LIMIT)
                    .pollInterval(Duration.ofMillis(10))
                    .ignoreExceptions()
                    .until(() -> !process.isAlive() || status(server.uri(path)) == HttpURLConnection.HTTP_OK);
            if (!process.isAlive()) {
                throw new IllegalStateException("it has ended");
            }
            return server;
        } catch (RuntimeException e) {
            process.close();
            throw new AssertionError(name + " did not start: " + process.everything(), e);
        }
    }

    private static int status(URI uri) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
        connection.setReadTimeout((int) LIMIT.toMillis());
        connection.setRequestProperty("Connection", "close");
        try {
            return connection.getResponseCode();
        } finally {
            connection.disconnect();
        }
    }

    String name() {
        return name;
    }

    int port() {
        return port;
    }

    long pid() {
        return process.pid();
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    void confine(String cores) throws InterruptedException {
        Cores.confine(process.pid(), cores);
    }

    @Override
    public void close() {
        process.close();
    }
}
