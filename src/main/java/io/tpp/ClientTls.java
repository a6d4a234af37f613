package io.tpp;

import io.tpp.config.FileWatch;
import io.tpp.tls.ServerTls;
import io.tpp.tls.TlsFiles;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/**
 * TLS for the connector for clients, with a watch on its files.
 *
 * <h2>Threads</h2>
 *
 * Built, started and stopped by one thread, and changed by another one between. The files are read again on a thread of their own.
 */
final class ClientTls {
    /** How often the files are looked at; a change is taken over after two looks. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final ScheduledThreadPoolExecutor thread;
    private FileWatch watch;
    private final ServerTls settings;
    private TlsFiles files;
    private boolean started;

    /**
     * Reads the files.
     *
     * @throws IllegalArgumentException if they cannot be used; the message says in one line why
     */
    ClientTls(TlsFiles files) {
        // First of all, so that no change is missed.
        this.watch = watch(files);
        this.settings = new ServerTls(files);
        this.files = files;
        this.thread = DaemonThread.timer("tpp-tls-files");
    }

    private FileWatch watch(TlsFiles files) {
        return new FileWatch(files.paths(), unused -> settings().reload());
    }

    /**
     * Reads other files, which are in force and watched once the result is run.
     *
     * @throws IllegalArgumentException if they cannot be used; the message says in one line why
     */
    Runnable prepare(TlsFiles others) {
        FileWatch next = watch(others);
        Runnable use = settings.prepare(others);
        return () -> {
            use.run();
            replace(others, next);
        };
    }

    private synchronized void replace(TlsFiles others, FileWatch next) {
        watch.close();
        files = others;
        watch = next;
        if (started) {
            next.start(thread, LOOK);
        }
    }

    /** Returns what the connector works with. */
    ServerTls settings() {
        return settings;
    }

    /** Returns how clients connect, to follow where they do. */
    synchronized String description() {
        return files.clientCa() != null ? " over TLS with client certificates" : " over TLS";
    }

    /** Starts to watch the files. */
    synchronized void start() {
        started = true;
        watch.start(thread, LOOK);
    }

    synchronized void stop() {
        started = false;
        watch.close();
        thread.shutdownNow();
    }
}
