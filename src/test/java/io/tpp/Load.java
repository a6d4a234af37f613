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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** Clients that send one script after the other, each on a connection of its own, until they are stopped. */
final class Load implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Rig rig;
    private final ExecutorService threads;
    private final List<Future<?>> clients = new ArrayList<>();
    private final Queue<String> answers = new ConcurrentLinkedQueue<>();
    private final Queue<String> failedLater = new ConcurrentLinkedQueue<>();
    /** Held for reading while a request is under way. */
    private final ReadWriteLock underWay = new ReentrantReadWriteLock(true);

    private volatile boolean marked;
    private volatile boolean stopped;

    private Load(Rig rig, int clients) {
        this.rig = rig;
        this.threads = Executors.newFixedThreadPool(clients);
    }

    static Load start(Rig rig, int clients) {
        Load load = new Load(rig, clients);
        for (int i = 0; i < clients; i++) {
            load.clients.add(load.threads.submit(load::sendAll));
        }
        return load;
    }

    private void sendAll() {
        RawClient client = rig.connect();
        try {
            while (!stopped) {
                boolean later = marked;
                String answer = send(client);
                answers.add(answer);
                if (later && !isFine(answer)) {
                    failedLater.add(answer);
                }
                if (!answer.startsWith("200 ")) {
                    // TPP closes the connection after a failure.
                    client.close();
                    client = rig.connect();
                }
            }
        } finally {
            client.close();
        }
    }

    private String send(RawClient client) {
        underWay.readLock().lock();
        try {
            Response response = client.execute("1+1");
            return response.status() + " " + response.body();
        } catch (UncheckedIOException e) {
            return "cut: " + e.getCause();
        } finally {
            underWay.readLock().unlock();
        }
    }

    /** Returns whether an answer is that of the script, run as the right user. */
    static boolean isFine(String answer) {
        return answer.startsWith("200 ") && answer.contains("\"user\":\"admin\"") && answer.contains("\"result\":[2]");
    }

    /** Does something while no request is under way. */
    void whileQuiet(Runnable action) {
        underWay.writeLock().lock();
        try {
            action.run();
        } finally {
            underWay.writeLock().unlock();
        }
    }

    /** Requests that begin from now on are {@linkplain #failedLater() later} ones. */
    void markUnderWay() {
        marked = true;
    }

    List<String> failedLater() {
        return List.copyOf(failedLater);
    }

    /** Waits until so many more answers have come. */
    void awaitMore(int count) {
        int before = answers.size();
        await().atMost(LIMIT).until(() -> answers.size() >= before + count);
    }

    void runFor(Duration duration) throws InterruptedException {
        var unused = new CountDownLatch(1).await(duration.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Ends the load in good order, and returns the status and body of every answer. */
    List<String> stop() throws Exception {
        stopped = true;
        for (Future<?> client : clients) {
            client.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
        return List.copyOf(answers);
    }

    @Override
    public void close() {
        stopped = true;
        threads.shutdownNow();
    }
}
