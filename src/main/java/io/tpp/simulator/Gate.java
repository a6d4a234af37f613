package io.tpp.simulator;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * A place where requests wait, without a thread, until a test lets them go. Thread-safe.
 */
public final class Gate {
    private final Executor workers;

    @GuardedBy("this")
    private final Deque<CompletableFuture<Void>> waiting = new ArrayDeque<>();

    @GuardedBy("this")
    private boolean open;

    Gate(Executor workers, boolean open) {
        this.workers = workers;
        this.open = open;
    }

    /** Lets everyone pass, now and later. */
    public void open() {
        List<CompletableFuture<Void>> all;
        synchronized (this) {
            open = true;
            all = new ArrayList<>(waiting);
            waiting.clear();
        }
        all.forEach(one -> workers.execute(() -> one.complete(null)));
    }

    /** Makes those who come from now on wait. */
    public synchronized void close() {
        open = false;
    }

    /**
     * Lets the one pass that has waited longest.
     *
     * @return false if nobody waits
     */
    @CanIgnoreReturnValue
    public boolean releaseOne() {
        CompletableFuture<Void> oldest;
        synchronized (this) {
            forgetGone();
            oldest = waiting.poll();
        }
        if (oldest == null) {
            return false;
        }
        workers.execute(() -> pass(oldest));
        return true;
    }

    /** Lets it pass; if it has just left, the one after it. */
    private void pass(CompletableFuture<Void> oldest) {
        if (!oldest.complete(null)) {
            releaseOne();
        }
    }

    /** Returns how many wait. */
    public synchronized int waiting() {
        forgetGone();
        return waiting.size();
    }

    synchronized CompletableFuture<Void> pass() {
        CompletableFuture<Void> turn = new CompletableFuture<>();
        if (open) {
            turn.complete(null);
        } else {
            waiting.add(turn);
        }
        return turn;
    }

    @GuardedBy("this")
    private void forgetGone() {
        waiting.removeIf(CompletableFuture::isDone);
    }
}
