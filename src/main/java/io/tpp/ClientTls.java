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
 * Built, started and stopped by one thread. The files are read again on a thread of their own.
 */
final class ClientTls {
    /** How often the files are looked at; a change is taken over after two looks. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final ScheduledThreadPoolExecutor thread;
    private final FileWatch watch;
    private final ServerTls settings;
    private final boolean clientCertificates;

    /**
     * Reads the files.
     *
     * @throws IllegalArgumentException if they cannot be used; the message says in one line why
     */
    ClientTls(TlsFiles files) {
        // First of all, so that no change is missed.
        this.watch = new FileWatch(files.paths(), unused -> reload());
        this.settings = new ServerTls(files);
        this.clientCertificates = files.clientCa() != null;
        this.thread = DaemonThread.timer("tpp-tls-files");
    }

    private void reload() {
        settings.reload();
    }

    /** Returns what the connector works with. */
    ServerTls settings() {
        return settings;
    }

    /** Returns how clients connect, to follow where they do. */
    String description() {
        return clientCertificates ? " over TLS with client certificates" : " over TLS";
    }

    /** Starts to watch the files. */
    void start() {
        watch.start(thread, LOOK);
    }

    void stop() {
        watch.close();
        thread.shutdownNow();
    }
}
