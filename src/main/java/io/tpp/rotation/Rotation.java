package io.tpp.rotation;

import io.tpp.config.CredentialFiles;
import io.tpp.config.Credentials;
import io.tpp.token.TokenSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the pool's sources of tokens those of the credentials' files.
 *
 * <h2>Threads</h2>
 *
 * Built, started and stopped by one thread; between start and stop, the sources change on the thread of the scheduler.
 */
public final class Rotation {
    private final TokenSources sources;
    private final @Nullable CredentialWatch watch;
    private volatile Consumer<List<TokenSource>> listener = changed -> {};

    /**
     * Makes the sources of the credentials at the start; nothing is read before {@link #start}.
     *
     * @param poolSize how many credentials can be used
     * @param scheduler has one thread, which may be blocked by a disk or a network file system
     */
    public Rotation(
            CredentialFiles files,
            Credentials atStart,
            int poolSize,
            SourceFactory factory,
            ScheduledExecutorService scheduler) {
        this.watch = files.paths().isEmpty()
                ? null
                : new CredentialWatch(files, atStart, poolSize, scheduler, System::nanoTime, this::change);
        this.sources = new TokenSources(atStart, poolSize, factory, this::look);
    }

    /** Returns the sources for the pool to begin with. */
    public List<TokenSource> sources() {
        return sources.list();
    }

    /** Looks for changes from now on; {@code onChange} is told all sources, on the thread of the scheduler. */
    public void start(Consumer<List<TokenSource>> onChange) {
        listener = onChange;
        if (watch != null) {
            watch.start();
        }
    }

    /** Looks for changes no more. The scheduler is its owner's to stop. */
    public void stop() {
        if (watch != null) {
            watch.stop();
        }
    }

    private CompletableFuture<Void> look() {
        return watch == null ? CompletableFuture.completedFuture(null) : watch.look();
    }

    private void change(Credentials now) {
        sources.change(now);
        listener.accept(sources.list());
    }
}
