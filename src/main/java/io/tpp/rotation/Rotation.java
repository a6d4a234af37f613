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
 * Built, started and stopped by one thread; between start and stop, the sources change on the thread of the scheduler,
 * to which {@link #replace} belongs too.
 */
public final class Rotation {
    private final ScheduledExecutorService scheduler;
    private final TokenSources sources;
    private volatile Consumer<List<TokenSource>> listener = changed -> {};

    /** Null: the credentials come from no file. */
    private volatile @Nullable CredentialWatch watch;

    /** What was given at the start or with the last {@link #replace}. */
    private Credentials given;

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
        this.scheduler = scheduler;
        this.given = atStart;
        this.watch = watch(files, atStart, poolSize);
        this.sources = new TokenSources(atStart, poolSize, factory, this::look);
    }

    private @Nullable CredentialWatch watch(CredentialFiles files, Credentials inForce, int poolSize) {
        return files.paths().isEmpty()
                ? null
                : new CredentialWatch(files, inForce, poolSize, scheduler, System::nanoTime, this::change);
    }

    /** Returns the sources for the pool to begin with. */
    public List<TokenSource> sources() {
        return sources.list();
    }

    /** Looks for changes from now on; {@code onChange} is told all sources, on the thread of the scheduler. */
    public void start(Consumer<List<TokenSource>> onChange) {
        listener = onChange;
        CredentialWatch first = watch;
        if (first != null) {
            first.start();
        }
    }

    /**
     * Takes other credentials and other files of them, of which so many can be used; what the old files hold is of no
     * interest any more. The listener is not told.
     *
     * @return in which way they have changed, for people; null: they have not
     */
    public @Nullable String replace(CredentialFiles files, Credentials now, int poolSize) {
        CredentialWatch old = watch;
        Credentials before = old == null ? given : old.inForce();
        if (old != null) {
            old.stop();
        }
        given = now;
        CredentialWatch next = watch(files, now, poolSize);
        watch = next;
        if (next != null) {
            next.start();
        }
        sources.most(poolSize);
        sources.change(now);
        return before.equals(now) ? null : Changes.between(before, now);
    }

    /** Looks for changes no more. The scheduler is its owner's to stop. */
    public void stop() {
        CredentialWatch last = watch;
        if (last != null) {
            last.stop();
        }
    }

    private CompletableFuture<Void> look() {
        CredentialWatch current = watch;
        return current == null ? CompletableFuture.completedFuture(null) : current.look();
    }

    private void change(Credentials now) {
        sources.change(now);
        listener.accept(sources.list());
    }
}
