package io.tpp;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes timers of one thread each, which do not keep the process from ending. */
final class DaemonThread {
    private static final Logger logger = LoggerFactory.getLogger(DaemonThread.class);

    private DaemonThread() {}

    /**
     * Returns a timer; whoever takes it stops it. Tasks that are cancelled are not kept until their time. What a task throws
     * is logged, and one that is done with a fixed delay is done again.
     */
    static ScheduledThreadPoolExecutor timer(String name) {
        ScheduledThreadPoolExecutor timer = new Timer(task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }

    private static final class Timer extends ScheduledThreadPoolExecutor {
        Timer(ThreadFactory threads) {
            super(1, threads);
        }

        @Override
        public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, long initialDelay, long delay, TimeUnit unit) {
            Runnable lasting = () -> {
                try {
                    task.run();
                } catch (RuntimeException bug) {
                    log(bug);
                }
            };
            return super.scheduleWithFixedDelay(lasting, initialDelay, delay, unit);
        }

        /** Java would keep what was thrown for somebody who asks for the task's result. */
        @Override
        protected void afterExecute(Runnable task, @Nullable Throwable thrown) {
            super.afterExecute(task, thrown);
            if (task instanceof Future<?> future && future.isDone() && !future.isCancelled()) {
                logFailure(future);
            }
        }

        private void logFailure(Future<?> ended) {
            try {
                ended.get();
            } catch (ExecutionException e) {
                log(e.getCause());
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
            }
        }

        private void log(@Nullable Throwable thrown) {
            boolean stopping = isShutdown() && thrown instanceof RejectedExecutionException;
            if (!stopping) {
                logger.error("A task failed. Please report this", thrown);
            }
        }
    }
}
