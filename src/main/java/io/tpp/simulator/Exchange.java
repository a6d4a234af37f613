package io.tpp.simulator;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One request and its way to an answer.
 *
 * <p>It is over exactly once: <em>ended</em>, just before the last byte of the answer is written, so
 * that a client which has its answer finds it in the records; or <em>aborted</em>, when the client
 * leaves earlier. Thread-safe.
 */
final class Exchange {
    private final HttpRequest request;
    private final HttpConnection connection;
    private final HttpHandler handler;
    private final CompletableFuture<Void> gone = new CompletableFuture<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile @Nullable Caller caller;

    Exchange(HttpRequest request, HttpConnection connection, HttpHandler handler) {
        this.request = request;
        this.connection = connection;
        this.handler = handler;
    }

    HttpRequest request() {
        return request;
    }

    HttpConnection connection() {
        return connection;
    }

    /** Notes who sent the request; done once, before anything else happens to it. */
    void identify(Caller identified) {
        caller = identified;
    }

    Caller caller() {
        return Objects.requireNonNull(caller, "not identified yet");
    }

    /** Notes that the answer is about to be complete; {@code status} 0: there is none. */
    void end(int status) {
        if (over.compareAndSet(false, true)) {
            handler.ended(this, status);
        }
    }

    /**
     * Notes that the client left.
     *
     * @return false if the exchange was over before
     */
    @CanIgnoreReturnValue
    boolean abort() {
        if (!over.compareAndSet(false, true)) {
            return false;
        }
        // What waits for this exchange gives up first, so that nobody sees it wait once it is counted.
        gone.completeExceptionally(new ClientGoneException());
        handler.aborted(this);
        return true;
    }

    /** Returns the same future, which now also fails when the client leaves. */
    <T> CompletableFuture<T> untilGone(CompletableFuture<T> awaited) {
        if (!awaited.isDone()) {
            // The result is not needed: what counts is that the awaited future ends.
            var unused = gone.whenComplete((nothing, why) -> awaited.completeExceptionally(why));
        }
        return awaited;
    }
}
