package io.tpp.testing;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Work that goes on beside a test, each piece on a thread of its own.
 *
 * <p>From Java 25 on, {@link CompletableFuture}'s own threads are always those of the common pool: on two cores a single one,
 * where a piece that waits keeps all others from beginning.
 */
public final class Background {
    /** Something that may fail. */
    public interface Work {
        void run() throws Exception;
    }

    private Background() {}

    public static CompletableFuture<Void> run(Work work) {
        return call(() -> {
            work.run();
            return null;
        });
    }

    public static <T> CompletableFuture<T> call(Callable<T> work) {
        return CompletableFuture.supplyAsync(() -> result(work), Background::start);
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "background");
        thread.setDaemon(true);
        thread.start();
    }

    private static <T> T result(Callable<T> work) {
        try {
            return work.call();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new CompletionException(e);
        }
    }
}
