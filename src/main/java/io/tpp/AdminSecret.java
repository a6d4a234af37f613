package io.tpp;

import io.tpp.admin.AdminKey;
import io.tpp.config.AdminTokenFile;
import io.tpp.config.FileWatch;
import io.tpp.config.LoadedConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The secret for {@code /admin}, read again when its file changes.
 *
 * <h2>Threads</h2>
 *
 * {@link #key} may be called on any thread. Files are read on the one thread of the scheduler.
 */
final class AdminSecret implements Followed {
    private static final Logger logger = LoggerFactory.getLogger(AdminSecret.class);

    /** How often the file is looked at; a change is taken over after two looks. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final ScheduledExecutorService thread;
    private volatile @Nullable AdminKey key;
    private @Nullable FileWatch watch;

    AdminSecret(LoadedConfig loaded, ScheduledExecutorService thread) {
        this.thread = thread;
        var unused = prepare(loaded).take();
    }

    /** Returns what to compare with; null: nobody may administer. */
    @Nullable
    AdminKey key() {
        return key;
    }

    @Override
    public Step prepare(LoadedConfig next) {
        Path file = next.config().admin().tokenFile();
        FileWatch newWatch = file == null ? null : new FileWatch(List.of(file), unused -> readAgain(file));
        AdminKey newKey = file == null ? null : read(file);
        return () -> {
            take(newKey, newWatch);
            return List.of();
        };
    }

    private static AdminKey read(Path file) {
        try {
            return AdminKey.of(AdminTokenFile.read(file).reveal());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("admin.token_file " + file + " " + e.getMessage(), e);
        }
    }

    private void take(@Nullable AdminKey newKey, @Nullable FileWatch newWatch) {
        FileWatch old = watch;
        if (old != null) {
            old.close();
        }
        key = newKey;
        watch = newWatch;
        if (newWatch != null) {
            newWatch.start(thread, LOOK);
        }
    }

    private void readAgain(Path file) {
        try {
            key = read(file);
            logger.info("admin.token_file was read again");
        } catch (IllegalArgumentException e) {
            logger.warn("The secret before stays in force: {}", e.getMessage());
        }
    }
}
