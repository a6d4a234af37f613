package io.tpp;

import static org.awaitility.Awaitility.await;

import io.tpp.testing.RawClient;
import io.tpp.testing.RawClient.Response;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Clients that behave as curl and most HTTP libraries do: each keeps its connection alive, opens another one after {@code
 * Connection: close}, and sends a request again only if its connection was refused, or ended before a single byte of the
 * answer had come. Everything else is a failure, any status but 200 included.
 */
final class RollingLoad implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** How often a request is sent before that is a failure. */
    private static final int MOST_TRIES = 3;

    private final int port;
    private final ExecutorService threads;
    private final List<Future<?>> clients = new ArrayList<>();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger endedKept = new AtomicInteger();
    private final AtomicInteger endedNew = new AtomicInteger();
    private volatile boolean stopped;

    private RollingLoad(int port, int clients) {
        this.port = port;
        this.threads = Executors.newFixedThreadPool(clients);
    }

    static RollingLoad start(int port, int clients) {
        RollingLoad load = new RollingLoad(port, clients);
        for (int i = 0; i < clients; i++) {
            load.clients.add(load.threads.submit(() -> load.new Client().run()));
        }
        return load;
    }

    private final class Client {
        private @Nullable RawClient kept;

        void run() {
            while (!stopped) {
                ask("\"" + asked.incrementAndGet() + "\"");
            }
            drop();
        }

        private void ask(String script) {
            for (int tries = 0; tries < MOST_TRIES; tries++) {
                Response response = attempt(script);
                if (response != null) {
                    note(script, response);
                    return;
                }
            }
            failures.add(script + " was not answered in " + MOST_TRIES + " tries");
        }

        /** Returns null if the request may be sent again. */
        private @Nullable Response attempt(String script) {
            boolean isNew = kept == null;
            RawClient connection = kept;
            if (connection == null) {
                try {
                    connection = RawClient.connect(port);
                } catch (UncheckedIOException e) {
                    refused.incrementAndGet();
                    return null;
                }
            }
            kept = connection;
            try {
                connection.sendScript(script).readText(1);
            } catch (UncheckedIOException ended) {
                (isNew ? endedNew : endedKept).incrementAndGet();
                drop();
                return null;
            }
            return rest(connection);
        }

        private Response rest(RawClient connection) {
            try {
                return connection.read();
            } catch (UncheckedIOException cut) {
                return new Response(0, java.util.Map.of("connection", "close"), "cut: " + cut.getCause());
            }
        }

        private void note(String script, Response response) {
            if (response.status() != 200 || !response.body().contains(script.replace("\"", ""))) {
                failures.add(script + ": " + response);
            }
            answered.incrementAndGet();
            if (response.headers().getOrDefault("connection", "").equals("close")) {
                closed.incrementAndGet();
                drop();
            }
        }

        private void drop() {
            if (kept != null) {
                kept.close();
                kept = null;
            }
        }
    }

    /** Waits until so many more requests were answered. */
    void awaitMore(int count) {
        int before = answered.get();
        await().atMost(LIMIT).until(() -> answered.get() >= before + count);
    }

    void stop() throws Exception {
        stopped = true;
        for (Future<?> client : clients) {
            client.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
    }

    int answered() {
        return answered.get();
    }

    List<String> failures() {
        return List.copyOf(failures);
    }

    @Override
    public String toString() {
        return answered + " requests answered, " + failures.size()
                + " failures; connections ended by Connection: close "
                + closed + ", before a byte of the answer " + endedKept + " kept and " + endedNew
                + " new ones, refused "
                + refused;
    }

    @Override
    public void close() {
        stopped = true;
        threads.shutdownNow();
    }
}
