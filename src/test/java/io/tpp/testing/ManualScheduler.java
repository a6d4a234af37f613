package io.tpp.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * A clock and timer moved by the test: tasks run on the thread that calls {@link #advance} or
 * {@link #runDue}, in the order of their time. Starts at a negative time, because {@link
 * System#nanoTime} may too.
 */
public final class ManualScheduler extends AbstractExecutorService implements ScheduledExecutorService {
    private static final int MOST_TASKS = 2_000_000;

    private final PriorityQueue<Task<?>> tasks =
            new PriorityQueue<>(Comparator.<Task<?>>comparingLong(t -> t.at).thenComparingLong(t -> t.order));
    private long now = -Duration.ofSeconds(5).toNanos();
    private long order;
    private boolean shutdown;

    /** The clock. */
    public synchronized long nanoTime() {
        return now;
    }

    /** Returns how many tasks wait for their time; cancelled ones do not count. */
    public synchronized int pending() {
        return (int) tasks.stream().filter(task -> !task.isCancelled()).count();
    }

    /** Runs what is due now, and what that makes due. */
    public void runDue() {
        advance(Duration.ZERO);
    }

    /** Moves the clock, stopping at each task's time on the way to run it. */
    public void advance(Duration duration) {
        long until = nanoTime() + duration.toNanos();
        Task<?> task;
        for (int tasks = 0; (task = next(until)) != null; tasks++) {
            if (tasks == MOST_TASKS) {
                throw new AssertionError("a task seems to set itself again for ever");
            }
            task.run();
        }
        synchronized (this) {
            now = until;
        }
    }

    private synchronized Task<?> next(long until) {
        Task<?> task = tasks.peek();
        if (task == null || task.at > until) {
            return null;
        }
        now = Math.max(now, task.at);
        return tasks.poll();
    }

    private synchronized <V> Task<V> add(Callable<V> callable, long delay, TimeUnit unit) {
        if (shutdown) {
            throw new RejectedExecutionException("shut down");
        }
        Task<V> task = new Task<>(callable, now + Math.max(unit.toNanos(delay), 0), order++);
        tasks.add(task);
        return task;
    }

    @Override
    public void execute(Runnable command) {
        var unused = add(callable(command), 0, TimeUnit.NANOSECONDS);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
        return add(callable(command), delay, unit);
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
        return add(callable, delay, unit);
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable command, long initial, long period, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    /** What it returns stands for the first run only: it does not end the others. */
    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable command, long initial, long delay, TimeUnit unit) {
        return schedule(
                () -> {
                    command.run();
                    var unused = scheduleWithFixedDelay(command, delay, delay, unit);
                },
                initial,
                unit);
    }

    @Override
    public synchronized void shutdown() {
        shutdown = true;
    }

    @Override
    public synchronized List<Runnable> shutdownNow() {
        shutdown = true;
        List<Runnable> left = new ArrayList<>(tasks);
        tasks.clear();
        return Collections.unmodifiableList(left);
    }

    @Override
    public synchronized boolean isShutdown() {
        return shutdown;
    }

    @Override
    public synchronized boolean isTerminated() {
        return shutdown;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return true;
    }

    private final class Task<V> extends FutureTask<V> implements ScheduledFuture<V> {
        private final long at;
        private final long order;

        Task(Callable<V> callable, long at, long order) {
            super(callable);
            this.at = at;
            this.order = order;
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(at - nanoTime(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
        }

        /** A task that throws fails the test. */
        @Override
        protected void setException(Throwable thrown) {
            super.setException(thrown);
            throw new AssertionError("a scheduled task threw", thrown);
        }
    }

    private static Callable<Object> callable(Runnable task) {
        return Executors.callable(task);
    }
}
