package io.tpp.config;

import io.tpp.secret.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices when the content of files changes, whether they are written in place, replaced, or reached through a
 * symbolic link that is changed, as Kubernetes does with the files of a secret.
 *
 * <p>The files belong together: a change of any of them is told once for all. It is told only when two looks in a row
 * saw the same, so that a file being written, or the first of two new files, is not taken for the news. A file that
 * vanishes is a change too, and so is one that may not be read any more. What is no regular file is never read, because
 * a pipe could be read only once.
 *
 * <p>What {@code onChange} then reads may be newer than what was told. Nothing is lost: it is told again.
 *
 * <h2>Threads</h2>
 *
 * Made and closed on any thread. Files are read, and {@code onChange} is called, on the scheduler's thread, one look
 * after the other; it must be one that may be blocked for as long as a disk takes.
 */
public final class FileWatch implements AutoCloseable {
    private static final Logger logger = LoggerFactory.getLogger(FileWatch.class);
    private static final int BUFFER_SIZE = 16 * 1024;

    /** What counts as the content of a file that cannot be read. */
    private static final byte[] UNREADABLE = {};

    private final List<Path> files;
    private final Consumer<String> onChange;

    // Both belong to the constructor's thread, then to the scheduler's alone.
    private String told;
    private String lastSeen;

    private volatile boolean closed;

    /**
     * Takes what the files hold now as known: make it before you read them, and what changes meanwhile is told.
     *
     * @param onChange told a digest of what the files hold, in hexadecimal. It changes with the content of any of them;
     *     do not show it: whoever guesses the content can check the guess
     */
    public FileWatch(List<Path> files, Consumer<String> onChange) {
        this.files = List.copyOf(files);
        this.onChange = onChange;
        this.told = look();
        this.lastSeen = told;
    }

    /** Looks once in a period from now on, until {@link #close} or the end of the scheduler. */
    public void start(ScheduledExecutorService scheduler, Duration period) {
        if (closed) {
            return;
        }
        try {
            var unused =
                    scheduler.schedule(() -> lookAndGoOn(scheduler, period), period.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException shutDown) {
            closed = true;
        }
    }

    private void lookAndGoOn(ScheduledExecutorService scheduler, Duration period) {
        if (closed) {
            return;
        }
        try {
            tellIfChanged();
        } catch (RuntimeException e) {
            logger.error("Cannot take over a change of {}", files, e);
        } finally {
            start(scheduler, period);
        }
    }

    private void tellIfChanged() {
        String seen = look();
        boolean settled = seen.equals(lastSeen);
        lastSeen = seen;
        if (settled && !seen.equals(told)) {
            told = seen;
            onChange.accept(seen);
        }
    }

    private String look() {
        MessageDigest all = Sha256.digest();
        for (Path file : files) {
            // Of a digest each, so that nothing moves unseen from one file to the next.
            all.update(contentDigest(file));
            all.update((byte) '\n');
        }
        return HexFormat.of().formatHex(all.digest());
    }

    private static byte[] contentDigest(Path file) {
        if (!Files.isRegularFile(file)) {
            return UNREADABLE;
        }
        MessageDigest digest = Sha256.digest();
        byte[] buffer = new byte[BUFFER_SIZE];
        try (InputStream in = Files.newInputStream(file)) {
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                digest.update(buffer, 0, length);
            }
            return digest.digest();
        } catch (IOException e) {
            return UNREADABLE;
        }
    }

    /** Ends the watch; a call of {@code onChange} that is under way goes on. */
    @Override
    public void close() {
        closed = true;
    }
}
