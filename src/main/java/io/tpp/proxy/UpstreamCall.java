package io.tpp.proxy;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.tpp.pool.TokenPool;
import io.tpp.pool.TokenUse;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way to the upstream, from before it is sent until nothing more comes of it.
 *
 * <p>Thread-safe; its monitor guards its state, and is not held while Jetty is called.
 */
final class UpstreamCall {
    private final UpstreamRequest request;
    private final @Nullable TokenUse use;
    private final long forwardedAt;

    /** Whether it is just being sent. */
    @GuardedBy("this")
    private boolean sending = true;

    /** Why it is to be aborted once it is sent. */
    @GuardedBy("this")
    private @Nullable Throwable abortCause;

    @GuardedBy("this")
    private boolean over;

    /** {@code use}: of the token it carries; null: it carries none. */
    UpstreamCall(UpstreamRequest request, @Nullable TokenUse use, long forwardedAt) {
        this.request = request;
        this.use = use;
        this.forwardedAt = forwardedAt;
    }

    UpstreamRequest request() {
        return request;
    }

    /** Returns the use of the token it carries; only for one that carries a token. */
    TokenUse use() {
        return Objects.requireNonNull(use, "it carries no token");
    }

    /** Ends the use of the token, if it carries one. */
    void endUse(TokenPool pool) {
        if (use != null) {
            pool.end(use);
        }
    }

    /** Returns when it was sent, as {@link System#nanoTime}. */
    long forwardedAt() {
        return forwardedAt;
    }

    /** It was sent. */
    void sent() {
        Throwable cause;
        synchronized (this) {
            sending = false;
            cause = abortCause;
        }
        if (cause != null) {
            var unused = request.abort(cause);
        }
    }

    /**
     * Aborts it, if anything may still come of it.
     *
     * <p>Not while it is being sent: Jetty's client is not made for that, and the request might never end.
     */
    void abort(Throwable cause) {
        synchronized (this) {
            if (over) {
                return;
            }
            if (sending) {
                abortCause = cause;
                return;
            }
        }
        var unused = request.abort(cause);
    }

    /** The answer has come to its end: what the upstream has not got of the body by now, it does not want. */
    void answered(@Nullable RequestBody body) {
        if (body != null && !body.isSent()) {
            abort(new AnsweredEarlyException());
        } else {
            request.endWriting(() -> abort(new AnsweredEarlyException()));
        }
    }

    /** Notes that nothing more comes of it; returns whether this was the first call. */
    synchronized boolean end() {
        boolean first = !over;
        over = true;
        return first;
    }
}
