package io.tpp.simulator;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Lets only so many pieces of work run at once; the others wait in order, without a thread.
 * Thread-safe.
 */
final class Permits {
    private final Executor workers;

    @GuardedBy("this")
    private final Deque<CompletableFuture<Void>> waiting = new ArrayDeque<>();

    @GuardedBy("this")
    private int taken;

    Permits(Executor workers) {
        this.workers = workers;
    }

    /** Returns whether no permit is taken. */
    synchronized boolean isIdle() {
        return taken == 0;
    }

    /** Runs the work when fewer than {@code limit} others run (0: at once), unless the client leaves first. */
    <T> CompletableFuture<T> during(Exchange exchange, int limit, Supplier<CompletableFuture<T>> work) {
        return exchange.untilGone(take(limit))
                .thenCompose(granted -> started(work).whenComplete((result, failure) -> give()));
    }

    private static <T> CompletableFuture<T> started(Supplier<CompletableFuture<T>> work) {
        try {
            return work.get();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private synchronized CompletableFuture<Void> take(int limit) {
        if (limit == 0 || taken < limit) {
            taken++;
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> turn = new CompletableFuture<>();
        waiting.add(turn);
        return turn;
    }

    private void give() {
        CompletableFuture<Void> next;
        synchronized (this) {
            next = waiting.poll();
            if (next == null) {
                taken--;
                return;
            }
        }
        // The permit passes on; if that waiter has left meanwhile, to the one after it.
        workers.execute(() -> {
            if (!next.complete(null)) {
                give();
            }
        });
    }
}
