package io.tpp;

import java.util.concurrent.ScheduledThreadPoolExecutor;

/** Makes timers of one thread each, which do not keep the process from ending. */
final class DaemonThread {
    private DaemonThread() {}

    /** Returns a timer; whoever takes it stops it. Tasks that are cancelled are not kept until their time. */
    static ScheduledThreadPoolExecutor timer(String name) {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }
}
