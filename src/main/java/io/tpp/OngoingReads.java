package io.tpp;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * Whether somebody reads from a connection just now, and what has to wait until nobody does.
 *
 * <p>Thread-safe. The monitor guards all fields; nothing else is called under it.
 */
final class OngoingReads {
    private final Executor executor;

    @GuardedBy("this")
    private int ongoing;

    @GuardedBy("this")
    private List<Runnable> waiting = List.of();

    /** {@code executor}: runs what has waited; must not throw. */
    OngoingReads(Executor executor) {
        this.executor = executor;
    }

    /** The calling thread begins to read; it may do so while it already does. */
    synchronized void begin() {
        ongoing++;
    }

    /** The calling thread has read. If it is the last, it lets the executor run what has waited. */
    void end() {
        List<Runnable> due;
        synchronized (this) {
            ongoing--;
            if (ongoing > 0 || waiting.isEmpty()) {
                return;
            }
            due = waiting;
            waiting = List.of();
        }
        due.forEach(executor::execute);
    }

    /** Runs it as soon as nobody reads: now by the calling thread, or later by the executor. */
    void afterwards(Runnable task) {
        synchronized (this) {
            if (ongoing > 0) {
                List<Runnable> more = new ArrayList<>(waiting);
                more.add(task);
                waiting = more;
                return;
            }
        }
        task.run();
    }
}
