package io.tpp;

import io.tpp.config.ConfigException;
import io.tpp.config.FileWatch;
import io.tpp.config.LoadedConfig;
import io.tpp.config.ReloadedConfig;
import io.tpp.status.ConfigInForce;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the configuration again and has all parts of TPP follow it: all of them, or, if anything is wrong with it, none.
 *
 * <p>What needs a restart is named, and the rest is taken over.
 *
 * <h2>Threads</h2>
 *
 * {@link #now} may be called on any thread and does not block. Files are read, and the parts called, on the one thread of
 * the scheduler, one reload after the other.
 */
final class Reload {
    private static final Logger logger = LoggerFactory.getLogger(Reload.class);

    /** How often a watched file is looked at; a change is taken over after two looks. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final ScheduledExecutorService thread;
    private final InstantSource clock;
    private final ConfigInForce shown;
    private final List<Followed> parts = new CopyOnWriteArrayList<>();
    private volatile LoadedConfig running;
    private volatile boolean successful = true;
    private volatile Instant readAt;

    /** Of the scheduler's thread. */
    private @Nullable FileWatch watch;

    /**
     * Makes a reload of what is in force.
     *
     * @param shown what people are shown of it
     * @param thread has one thread, which may be blocked by a disk or a network file system
     */
    Reload(LoadedConfig running, ScheduledExecutorService thread, InstantSource clock, ConfigInForce shown) {
        this.running = running;
        this.shown = shown;
        this.thread = thread;
        this.clock = clock;
        this.readAt = clock.instant();
    }

    /** Adds a part that follows from now on. */
    void add(Followed part) {
        parts.add(part);
    }

    /** Watches the file from now on, if that is asked for. */
    void start() {
        execute(() -> {
            watchIfAskedFor();
            if (watch != null) {
                // It may have changed after it was read.
                reload("start");
            }
        });
    }

    /** Watches no more. The scheduler is its owner's to stop. */
    void stop() {
        execute(this::watchNoMore);
    }

    private boolean execute(Runnable task) {
        try {
            thread.execute(task);
            return true;
        } catch (RejectedExecutionException stopped) {
            return false;
        }
    }

    /** Returns what is in force. */
    LoadedConfig running() {
        return running;
    }

    /** Returns whether the last reload was successful; true before the first one. */
    boolean successful() {
        return successful;
    }

    /** Returns when the configuration in force was read. */
    Instant readAt() {
        return readAt;
    }

    /**
     * Reloads.
     *
     * @param cause for the log
     * @return completes normally in any case, on the scheduler's thread
     */
    CompletableFuture<ReloadResult> now(String cause) {
        CompletableFuture<ReloadResult> result = new CompletableFuture<>();
        if (!execute(() -> result.complete(reload(cause)))) {
            result.complete(ReloadResult.failed(List.of("TPP is stopping")));
        }
        return result;
    }

    private ReloadResult reload(String cause) {
        ReloadResult result;
        try {
            result = take(running.origin().read(running));
        } catch (ConfigException e) {
            result = ReloadResult.failed(e.problems());
        } catch (IllegalArgumentException e) {
            result = ReloadResult.failed(List.of(String.valueOf(e.getMessage())));
        } catch (RuntimeException bug) {
            logger.error("The configuration cannot be taken over", bug);
            result = ReloadResult.failed(List.of("internal error, see the log"));
        }
        successful = result.successful();
        if (successful) {
            shown.reloaded(running.values());
        } else {
            shown.reloadFailed(String.join("; ", result.problems()));
        }
        log(cause, result);
        return result;
    }

    private ReloadResult take(ReloadedConfig next) {
        List<Followed.Step> steps =
                parts.stream().map(part -> part.prepare(next.loaded())).toList();
        // From here on nothing fails: it is all of them.
        List<String> changes = new ArrayList<>();
        next.changes().forEach(change -> changes.add(change.toString()));
        steps.forEach(step -> changes.addAll(step.take()));
        running = next.loaded();
        readAt = clock.instant();
        watchIfAskedFor();
        next.loaded().warnings().forEach(logger::warn);
        return new ReloadResult(List.of(), changes, next.needRestart());
    }

    private static void log(String cause, ReloadResult result) {
        if (!result.successful()) {
            logger.warn(
                    "The configuration cannot be reloaded ({}), the one before stays in force: {}",
                    cause,
                    String.join("; ", result.problems()));
            return;
        }
        String changes = result.changes().isEmpty() ? "nothing has changed" : String.join("; ", result.changes());
        logger.info("The configuration was reloaded ({}): {}", cause, changes);
        if (!result.needRestart().isEmpty()) {
            logger.warn("These keys have changed and need a restart: {}", String.join(", ", result.needRestart()));
        }
    }

    private void watchIfAskedFor() {
        Path file = running.origin().file();
        if (!running.config().reload().watch() || file == null) {
            watchNoMore();
        } else if (watch == null) {
            watch = new FileWatch(List.of(file), change -> reload("the file has changed"));
            watch.start(thread, LOOK);
        }
    }

    private void watchNoMore() {
        Stream.ofNullable(watch).forEach(FileWatch::close);
        watch = null;
    }
}
