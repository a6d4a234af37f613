package io.tpp;

import io.tpp.access.ApiKeys;
import io.tpp.config.ApiKeysFile;
import io.tpp.config.ConfigException;
import io.tpp.config.FileWatch;
import io.tpp.config.LoadedConfig;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
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
 * The keys may be asked for on any thread. All else is done on the scheduler's one thread, which may be blocked by a disk,
 * but for making and starting this.
 */
final class ClientKeys implements Supplier<@Nullable ApiKeys>, Followed {
    private static final Logger logger = LoggerFactory.getLogger(ClientKeys.class);

    /** How often the file is looked at; a change is taken over after two looks. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final ScheduledExecutorService thread;
    private final Runnable onChange;
    private volatile @Nullable ApiKeys keys;
    private @Nullable Watched watched;

    private record Watched(ApiKeysFile file, FileWatch watch) {
        boolean isOf(ApiKeysFile other) {
            return file.path().equals(other.path());
        }
    }

    /**
     * Makes them; the file is not watched yet.
     *
     * @param onChange told after other keys have come into force
     */
    ClientKeys(LoadedConfig loaded, ScheduledExecutorService thread, Runnable onChange) {
        this.thread = thread;
        this.onChange = onChange;
        ApiKeysFile file = loaded.config().access().apiKeys();
        this.keys = file == null ? null : file.keys();
        this.watched = file == null ? null : watch(file);
    }

    /** Returns the keys in force; null: clients need none. */
    @Override
    public @Nullable ApiKeys get() {
        return keys;
    }

    private Watched watch(ApiKeysFile file) {
        return new Watched(file, new FileWatch(List.of(file.path()), change -> readAgain(file)));
    }

    /** Looks for changes from now on, until the end of the scheduler. */
    void start() {
        Watched first = watched;
        if (first != null) {
            // What has changed since the configuration was read is no change to the watch.
            thread.execute(() -> readAgain(first.file()));
            first.watch().start(thread, LOOK);
        }
    }

    @Override
    public Step prepare(LoadedConfig next) {
        ApiKeysFile file = next.config().access().apiKeys();
        Watched before = watched;
        if (file != null && before != null && before.isOf(file)) {
            return () -> take(file.keys(), before);
        }
        Watched now = file == null ? null : watch(file);
        // Again, for the same reason as at the start.
        ApiKeys read = file == null ? null : read(file);
        return () -> {
            if (before != null) {
                before.watch().close();
            }
            if (now != null) {
                now.watch().start(thread, LOOK);
            }
            return take(read, now);
        };
    }

    private static ApiKeys read(ApiKeysFile file) {
        try {
            return file.canBeReadOnlyOnce() ? file.keys() : file.read();
        } catch (ConfigException e) {
            throw new IllegalArgumentException(
                    "access.api_keys_file: " + e.problems().get(0), e);
        }
    }

    private void readAgain(ApiKeysFile file) {
        if (file.canBeReadOnlyOnce()) {
            return;
        }
        try {
            var unused = take(file.read(), watched);
        } catch (ConfigException e) {
            logger.warn(
                    "access.api_keys_file cannot be taken over, what was read before stays in force: {}",
                    e.problems().get(0));
        }
    }

    private List<String> take(@Nullable ApiKeys now, @Nullable Watched file) {
        watched = file;
        ApiKeys before = keys;
        if (Objects.equals(now, before)) {
            return List.of();
        }
        keys = now;
        if (now != null && before != null) {
            Set<String> lost = before.lost(now);
            logger.info(
                    "access.api_keys_file was read again: {}, of {} clients; keys were taken from {}",
                    now,
                    now.names().size(),
                    lost.isEmpty() ? "none" : lost);
        }
        onChange.run();
        return List.of();
    }
}
