package io.tpp;

import io.tpp.admin.AdminActions;
import io.tpp.pool.TokenPool;
import io.tpp.pool.TokenRefresher;
import io.tpp.proxy.ConnectionLeases;
import io.tpp.proxy.ConnectionView;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Does what administrators ask for.
 *
 * <h2>Threads</h2>
 *
 * Called on any thread; nothing blocks.
 */
final class Administration implements AdminActions {
    private final TokenPool pool;
    private final TokenRefresher refresher;
    private final ConnectionLeases connections;
    private final Reload reload;
    private volatile boolean drained;

    /** Sets another log filter; null: logging is the container's. */
    private volatile @Nullable Consumer<String> logFilter;

    Administration(TokenPool pool, TokenRefresher refresher, ConnectionLeases connections, Reload reload) {
        this.pool = pool;
        this.refresher = refresher;
        this.connections = connections;
        this.reload = reload;
    }

    /** Returns whether no more clients are to be sent here, and those that are there are sent away. */
    boolean isDrained() {
        return drained;
    }

    /** Says how the log filter is changed, which may throw an {@link IllegalArgumentException}. */
    void logFilter(Consumer<String> change) {
        logFilter = change;
    }

    private static CompletableFuture<Result> done(int status, String said) {
        return CompletableFuture.completedFuture(Result.of(status, said));
    }

    @Override
    public CompletableFuture<Result> pause() {
        return done(200, pool.pause() ? "paused" : "paused already");
    }

    @Override
    public CompletableFuture<Result> drain() {
        boolean news = !drained;
        drained = true;
        return done(200, news ? "draining" : "draining already");
    }

    @Override
    public CompletableFuture<Result> resume() {
        boolean news = drained;
        drained = false;
        boolean resumed = pool.resume();
        if (resumed) {
            // Whoever resumes says that the upstream is there.
            refresher.retry();
        }
        return done(200, news || resumed ? "resumed" : "running already");
    }

    @Override
    public CompletableFuture<Result> reload() {
        return reload.now("by /admin/reload").thenApply(Administration::result);
    }

    private static Result result(ReloadResult result) {
        if (!result.successful()) {
            return new Result(
                    422,
                    "not reloaded, the configuration before stays in force",
                    Map.of("problems", result.problems()));
        }
        return new Result(200, "reloaded", Map.of("changes", result.changes(), "needs_restart", result.needRestart()));
    }

    @Override
    public CompletableFuture<Result> refresh(int token) {
        return refresher
                .refresh(token)
                .thenApply(known -> known
                        ? Result.of(202, "token-" + token + " is being logged in")
                        : Result.of(404, "there is no token " + token));
    }

    @Override
    public CompletableFuture<Result> close(long connection) {
        return connections
                .close(connection)
                .map(closed -> done(200, "connection " + connection + whose(closed) + " closed"))
                .orElseGet(() -> done(404, "there is no connection " + connection));
    }

    private static String whose(ConnectionView connection) {
        return (connection.client() == null ? "" : " of " + connection.client()) + " from " + connection.address();
    }

    @Override
    public CompletableFuture<Result> log(String filter) {
        Consumer<String> change = logFilter;
        if (change == null) {
            return done(409, "logging is the container's");
        }
        try {
            change.accept(filter);
            return done(200, "log filter set until the next reload");
        } catch (IllegalArgumentException e) {
            return done(400, "not a log filter: " + e.getMessage());
        }
    }
}
