package io.tpp.proxy;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * Whether one request's client is still there, and who would notice if it left: Jetty while it reads the request's body,
 * else a {@link DisconnectWatch}.
 *
 * <h2>Threads</h2>
 *
 * Thread-safe. Its monitor guards its state; whoever holds an exchange's monitor may take it, never the other way round.
 */
final class ClientPresence {
    @GuardedBy("this")
    private @Nullable DisconnectWatch watch;

    /** Whether Jetty reads the request's body, and so notices itself when the client leaves. */
    @GuardedBy("this")
    private boolean reading;

    @GuardedBy("this")
    private @Nullable Throwable failure;

    @GuardedBy("this")
    private boolean gone;

    /** Whether the response is complete, or about to be. */
    @GuardedBy("this")
    private boolean over;

    /** Jetty is about to read the body. Returns false if the client is known to be gone. */
    synchronized boolean readingBegins() {
        if (watch != null) {
            gone |= !watch.stop();
            watch = null;
        }
        reading = !gone;
        return !gone;
    }

    /** The body was read to its end, or cannot be read on. */
    synchronized void readingEnds() {
        reading = false;
    }

    /** Returns whether more of the body may come. */
    synchronized boolean isReading() {
        return reading;
    }

    /**
     * Watches for the client's leaving from now on, if Jetty does not do so itself.
     *
     * @param finMeansGone whether a client that ends its sending side counts as gone
     * @param onLeft called at most once, on the connector's executor
     * @param onData called there if the client sends something instead, which ends the watch
     */
    synchronized void watch(Request request, boolean finMeansGone, Runnable onLeft, Runnable onData) {
        if (watch == null && !reading && !over && !gone) {
            watch = DisconnectWatch.start(request, finMeansGone, onLeft, onData);
        }
    }

    /**
     * Ends the watch, which says no more whether the client is gone. Only the first call counts.
     *
     * @param answered whether the client had its whole answer, so that its leaving is none
     */
    synchronized void end(boolean answered) {
        boolean first = !over;
        over = true;
        if (first && watch != null && !watch.stop() && !answered) {
            gone = true;
        }
    }

    /** The client is gone. */
    synchronized void left() {
        gone = true;
    }

    synchronized boolean isGone() {
        return gone;
    }

    /** The request could not be read to its end. */
    synchronized void failed(Throwable cause) {
        failure = cause;
        reading = false;
    }

    /** The request comes too slowly to be waited for; what comes of it is read. */
    synchronized void tooSlow(Throwable cause) {
        failure = cause;
    }

    /** Returns why the request could not be read to its end; null if it could. */
    synchronized @Nullable Throwable failure() {
        return failure;
    }

    /** Returns whether there is somebody to work for. */
    synchronized boolean isThere() {
        return !gone && failure == null;
    }
}
