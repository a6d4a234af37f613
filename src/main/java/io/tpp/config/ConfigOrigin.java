package io.tpp.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a configuration came from, and can be read again: its file, and the environment, which never changes.
 *
 * <h2>Threads</h2>
 *
 * Immutable. Reading may block as long as a disk takes, or a network file system.
 */
public final class ConfigOrigin {
    private final ConfigLoader loader;
    private final @Nullable Path file;

    ConfigOrigin(ConfigLoader loader, @Nullable Path file) {
        this.loader = loader;
        this.file = file;
    }

    /** Returns the file that may change; null: there is none. */
    public @Nullable Path file() {
        return file != null && Files.isRegularFile(file) ? file : null;
    }

    /**
     * Reads everything again, as a start would.
     *
     * @param running what is in force
     * @throws ConfigException with everything that would end a start
     */
    public ReloadedConfig read(LoadedConfig running) throws ConfigException {
        if (file != null && Files.exists(file) && !Files.isRegularFile(file)) {
            throw new ConfigException(
                    List.of("config file " + file + " is no regular file, and can be read only at the start"),
                    List.of());
        }
        LoadedConfig wanted = loader.load(file, running, Set.of());
        Set<Key> waiting = ReloadableKeys.waitingForRestart(running, wanted);
        LoadedConfig next = waiting.isEmpty() ? wanted : loader.load(file, running, waiting);
        return new ReloadedConfig(
                next,
                ReloadableKeys.changes(running, next),
                waiting.stream().map(Key::path).toList());
    }
}
