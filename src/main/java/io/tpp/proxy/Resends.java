package io.tpp.proxy;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.tpp.proxy.ProxyListener.ReplayReason;
import org.jspecify.annotations.Nullable;

/**
 * How often one request was sent again, so that none goes round for ever.
 *
 * <p>Thread-safe.
 */
final class Resends {
    /** Before each of these rounds a probe or a login has found the upstream to be there. */
    private static final int CONNECT_LIMIT = 3;

    /** Each time the connection was looked at before; it is not likely to happen twice. */
    private static final int STALE_LIMIT = 3;

    /** All of the following together. */
    @GuardedBy("this")
    private int count;

    @GuardedBy("this")
    private int unauthorized;

    @GuardedBy("this")
    private int connect;

    @GuardedBy("this")
    private int stale;

    @GuardedBy("this")
    private @Nullable Throwable connectFailure;

    /** Counts a try, unless there were enough for that reason; returns whether it may be made. */
    synchronized boolean take(ReplayReason reason) {
        boolean taken = isLeft(reason);
        if (taken) {
            count++;
        }
        return taken;
    }

    @GuardedBy("this")
    private boolean isLeft(ReplayReason reason) {
        return switch (reason) {
            case UNAUTHORIZED -> unauthorized++ < 1;
            case CONNECT -> connect++ < CONNECT_LIMIT;
            case STALE -> stale++ < STALE_LIMIT;
        };
    }

    /** Returns how often it was sent again. */
    synchronized int count() {
        return count;
    }

    /** Returns whether no kept connection has let the request down so far. */
    synchronized boolean isFirstStale() {
        return stale == 0;
    }

    /** Notes why the upstream could not be reached, for the answer in case that it never can. */
    synchronized void unreachable(Throwable failure) {
        connectFailure = failure;
    }

    /** Returns why the upstream could not be reached, if that is what the request waits for; else null. */
    synchronized @Nullable Throwable connectFailure() {
        return connectFailure;
    }

    /** The upstream was reached. */
    synchronized void reached() {
        connectFailure = null;
    }
}
