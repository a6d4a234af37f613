package io.tpp.abuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.testing.RawClient;
import io.tpp.testing.RawClient.Response;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A client that means no harm: asks again and again, each time for something else, on a connection that it keeps and on new
 * ones.
 *
 * <h2>Threads</h2>
 *
 * It has one of its own; {@link #close} waits for it.
 */
final class Bystander implements AutoCloseable {
    private static final int LIMIT_SECONDS = 60;
    private static final long POLL_NANOS = 1_000_000;

    private final int port;
    private final AtomicInteger served = new AtomicInteger();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile boolean enough;

    private Bystander(int port) {
        this.port = port;
    }

    static Bystander of(int port) {
        Bystander bystander = new Bystander(port);
        Thread thread = new Thread(bystander::run, "abuse-bystander");
        thread.setDaemon(true);
        thread.start();
        return bystander;
    }

    private void run() {
        try (RawClient kept = RawClient.connect(port)) {
            while (!enough) {
                ask(kept);
                try (RawClient fresh = RawClient.connect(port)) {
                    ask(fresh);
                }
            }
            ended.complete(null);
        } catch (Throwable failure) {
            ended.completeExceptionally(failure);
        }
    }

    private void ask(RawClient client) {
        String target = "/echo?bystander=" + served();
        Response answer =
                client.send("GET " + target + " HTTP/1.1\r\nHost: tpp\r\n\r\n").read();
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).contains("\"target\":\"" + target + "\"");
        served.incrementAndGet();
    }

    /** Returns how often it was served. */
    int served() {
        return served.get();
    }

    /** Waits until it has been served again, or fails with what went wrong. */
    void awaitServed() {
        int before = served();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (served() <= before + 1 && !ended.isDone()) {
            assertThat(System.nanoTime())
                    .as("the time until a bystander is served")
                    .isLessThan(end);
            LockSupport.parkNanos(POLL_NANOS);
        }
        if (ended.isDone()) {
            ended.join();
        }
    }

    /** Ends it; fails if it was not served every time. */
    @Override
    public void close() {
        enough = true;
        ended.orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join();
    }
}
