package io.tpp.simulator;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Completes futures later, on worker threads. Owns its one thread until it is closed. */
final class Timer implements AutoCloseable {
    private final ScheduledThreadPoolExecutor scheduler;
    private final Executor workers;

    Timer(String name, Executor workers) {
        this.workers = workers;
        this.scheduler = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
        scheduler.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
        scheduler.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    CompletableFuture<Void> after(Duration delay) {
        if (delay.isZero()) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> future = new CompletableFuture<>();
        run(delay, () -> future.complete(null));
        return future;
    }

    /** Runs a task later; never once this is closed. */
    void run(Duration delay, Runnable task) {
        var unused = scheduler.schedule(() -> workers.execute(task), delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
        scheduler.shutdownNow();
    }
}
