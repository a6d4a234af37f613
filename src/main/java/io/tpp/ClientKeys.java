package io.tpp;

import io.tpp.access.ApiKeys;
import io.tpp.config.ApiKeysFile;
import io.tpp.config.ConfigException;
import io.tpp.config.FileWatch;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The API keys of clients, with a watch on their file. What cannot be used changes nothing: what was read before stays in
 * force.
 *
 * <h2>Threads</h2>
 *
 * The keys may be asked for on any thread. The file is read on the scheduler's, which may be blocked by a disk.
 */
final class ClientKeys implements Supplier<@Nullable ApiKeys> {
    private static final Logger logger = LoggerFactory.getLogger(ClientKeys.class);

    /** How often the file is looked at; a change is taken over after two looks. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final @Nullable ApiKeysFile file;
    private volatile @Nullable ApiKeys keys;
    private volatile @Nullable FileWatch watch;

    /** {@code file}: null: clients need no key. */
    ClientKeys(@Nullable ApiKeysFile file) {
        this.file = file;
        this.keys = file == null ? null : file.keys();
    }

    /** Returns the keys in force; null: clients need none. */
    @Override
    public @Nullable ApiKeys get() {
        return keys;
    }

    /** Looks for changes from now on; {@code onLoss} is told the names of clients that have lost a key. */
    void start(ScheduledExecutorService scheduler, Consumer<Set<String>> onLoss) {
        if (file == null) {
            return;
        }
        ApiKeysFile watched = file;
        FileWatch started = new FileWatch(List.of(file.path()), change -> reload(watched, onLoss));
        watch = started;
        // What has changed since the start of the process is no change to the watch.
        scheduler.execute(() -> reload(watched, onLoss));
        started.start(scheduler, LOOK);
    }

    private void reload(ApiKeysFile watched, Consumer<Set<String>> onLoss) {
        if (!Files.isRegularFile(watched.path()) && Files.exists(watched.path())) {
            // A pipe, whose content was read at the start and cannot be read again.
            return;
        }
        try {
            take(watched.read(), onLoss);
        } catch (ConfigException e) {
            logger.warn(
                    "access.api_keys_file cannot be taken over, what was read before stays in force: {}",
                    e.problems().get(0));
        }
    }

    private void take(ApiKeys now, Consumer<Set<String>> onLoss) {
        ApiKeys before = keys;
        if (before == null || now.equals(before)) {
            return;
        }
        keys = now;
        Set<String> lost = before.lost(now);
        logger.info(
                "access.api_keys_file was read again: {}, of {} clients; keys were taken from {}",
                now,
                now.names().size(),
                lost.isEmpty() ? "none" : lost);
        onLoss.accept(lost);
    }

    void stop() {
        FileWatch started = watch;
        if (started != null) {
            started.close();
        }
    }
}
