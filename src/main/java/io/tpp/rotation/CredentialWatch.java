package io.tpp.rotation;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.tpp.config.ConfigException;
import io.tpp.config.CredentialFiles;
import io.tpp.config.Credentials;
import io.tpp.config.FileWatch;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the credentials again when their files change, and whenever somebody is about to log in.
 *
 * <p>News is believed only when it has been read twice in a row, so that a file being written, or gone for a moment, is
 * not taken for it. What the start would have refused changes nothing: what was read before stays in force, and the log
 * says so once.
 *
 * <h2>Threads</h2>
 *
 * {@link #look} may be called on any thread. Files are read, and the listener is called, on the one thread of the
 * scheduler, which may be blocked for as long as a disk takes, or a network file system. All other state is that
 * thread's.
 */
public final class CredentialWatch {
    private static final Logger logger = LoggerFactory.getLogger(CredentialWatch.class);

    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final Duration SETTLE = Duration.ofMillis(150);

    /** Many logins at once need not read many files many times. */
    private static final Duration FRESH = Duration.ofMillis(200);

    /** A file that changes for ever is left to later looks. */
    private static final int MOST_READINGS = 12;

    /** What came of reading: the credentials, or what is wrong with them. */
    private record Reading(@Nullable Credentials content, List<String> problems) {}

    private final CredentialFiles files;
    private final ScheduledExecutorService scheduler;
    private final LongSupplier nanoTime;
    private final Consumer<Credentials> onChange;
    private final RotationLog log;

    /** Until when what was read last is good enough for a login. */
    private volatile long freshUntil;

    /** What was taken over last. */
    private Credentials inForce;

    /** The last reading that was believed. */
    private Reading known;

    /** The look that has not begun; null: none. */
    @GuardedBy("this")
    private @Nullable Look next;

    private @Nullable FileWatch poll;
    private volatile boolean stopped;

    /**
     * Makes a watch that reads nothing yet.
     *
     * @param inForce what was read at the start
     * @param poolSize how many credentials can be used
     * @param scheduler has one thread
     * @param onChange told what is in the files from now on
     */
    public CredentialWatch(
            CredentialFiles files,
            Credentials inForce,
            int poolSize,
            ScheduledExecutorService scheduler,
            LongSupplier nanoTime,
            Consumer<Credentials> onChange) {
        this.files = files;
        this.inForce = inForce;
        this.known = new Reading(inForce, List.of());
        this.scheduler = scheduler;
        this.nanoTime = nanoTime;
        this.freshUntil = nanoTime.getAsLong();
        this.onChange = onChange;
        this.log = new RotationLog(files.key(), poolSize);
    }

    /** Returns what was taken over last. To be called on the scheduler's thread. */
    Credentials inForce() {
        return inForce;
    }

    /** Starts to look for changes; called once. Reads the files once, on the caller's thread. */
    public void start() {
        FileWatch watch = new FileWatch(files.paths(), change -> lookNow());
        poll = watch;
        watch.start(scheduler, PERIOD);
        lookNow();
    }

    /** Ends the watch: nothing is taken over any more. The scheduler is its owner's to stop. */
    public void stop() {
        stopped = true;
        if (poll != null) {
            poll.close();
        }
    }

    /**
     * Reads the files, unless that was done a moment ago, and takes over what has changed. Never blocks.
     *
     * @return completes normally in any case: when that is done, or could not be done, or cannot be done any more
     */
    public CompletableFuture<Void> look() {
        boolean fresh = nanoTime.getAsLong() - freshUntil < 0;
        return fresh ? CompletableFuture.completedFuture(null) : lookNow();
    }

    @CanIgnoreReturnValue
    private CompletableFuture<Void> lookNow() {
        Look look = new Look();
        synchronized (this) {
            if (next != null) {
                // It will see whatever is in the files now.
                return next.done.copy();
            }
            next = look;
        }
        look.schedule(Duration.ZERO);
        return look.done.copy();
    }

    private synchronized void begun(Look look) {
        if (next == look) {
            next = null;
        }
    }

    private Reading read() {
        try {
            return new Reading(files.read(), List.of());
        } catch (ConfigException e) {
            return new Reading(null, e.problems());
        }
    }

    private void believe(Reading reading) {
        if (stopped || reading.equals(known)) {
            return;
        }
        known = reading;
        Credentials content = reading.content();
        if (content == null) {
            log.unusable(reading.problems());
        } else {
            log.readAgain(inForce, content);
            if (!content.equals(inForce)) {
                inForce = content;
                onChange.accept(content);
            }
        }
    }

    /** Readings until two in a row are the same, or nothing is new. */
    private final class Look {
        final CompletableFuture<Void> done = new CompletableFuture<>();
        private @Nullable Reading before;
        private int readings;

        void schedule(Duration delay) {
            try {
                var unused = scheduler.schedule(this::run, delay.toNanos(), TimeUnit.NANOSECONDS);
            } catch (RejectedExecutionException stopped) {
                begun(this);
                done.complete(null);
            }
        }

        private void run() {
            boolean over = true;
            begun(this);
            try {
                over = readOnce();
            } catch (RuntimeException bug) {
                logger.error("Cannot take over a change of {}", files.key(), bug);
            } finally {
                if (over) {
                    done.complete(null);
                }
            }
        }

        private boolean readOnce() {
            long readAt = nanoTime.getAsLong();
            Reading now = read();
            readings++;
            if (now.equals(known) || now.equals(before)) {
                believe(now);
                freshUntil = readAt + FRESH.toNanos();
                return true;
            }
            before = now;
            if (readings < MOST_READINGS) {
                schedule(SETTLE);
                return false;
            }
            return true;
        }
    }
}
