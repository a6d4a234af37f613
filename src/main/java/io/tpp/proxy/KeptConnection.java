package io.tpp.proxy;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import org.eclipse.jetty.client.transport.HttpExchange;
import org.jspecify.annotations.Nullable;

/**
 * The connection to the upstream that one client connection's requests are sent on, one after the other.
 *
 * <p>So the upstream sees one peer a client, and no connection has to be looked for. Requests that come while it is in use,
 * as in HTTP/2, are sent on others. While its client is idle others may have it.
 *
 * <h2>Threads</h2>
 *
 * Thread-safe. The monitor guards all fields, and is not held while anything is sent or given back.
 */
final class KeptConnection {
    /** Null: none at the moment. */
    @GuardedBy("this")
    private @Nullable UpstreamConnection connection;

    /** Whether an exchange is under way on it, or what it did with the last one is not over. */
    @GuardedBy("this")
    private boolean busy;

    /** What is to be sent on it then. */
    @GuardedBy("this")
    private @Nullable HttpExchange next;

    /** Since when it is not busy, as {@link System#nanoTime}. */
    @GuardedBy("this")
    private long restsSince;

    /** Whether the client is gone, so that nothing is kept any more. */
    @GuardedBy("this")
    private boolean ended;

    /**
     * Sends an exchange on it, now or as soon as the one before is over.
     *
     * @param serial whether the client sends no request before it has the last one's answer: the connection is then about to
     *     be free
     * @return whether this is so; else the exchange is to be sent on another connection
     */
    boolean send(HttpExchange exchange, boolean serial) {
        UpstreamConnection free;
        synchronized (this) {
            if (connection == null) {
                return false;
            }
            if (busy) {
                boolean waits = serial && next == null;
                if (waits) {
                    next = exchange;
                }
                return waits;
            }
            busy = true;
            free = connection;
        }
        free.sendNow(exchange);
        return true;
    }

    /** An exchange is about to be sent on that connection; it is kept, unless another one is. Returns whether. */
    synchronized boolean keep(UpstreamConnection chosen) {
        if (connection == null && !ended) {
            connection = chosen;
            busy = true;
        }
        return connection == chosen;
    }

    /** An exchange is over. Returns false if the connection is not kept any more. */
    boolean rested(UpstreamConnection rested) {
        HttpExchange following;
        synchronized (this) {
            if (connection != rested) {
                return false;
            }
            following = next;
            next = null;
            if (following == null) {
                busy = false;
                restsSince = System.nanoTime();
                connection = ended ? null : rested;
                return !ended;
            }
        }
        rested.sendNow(following);
        return true;
    }

    /** A connection cannot be kept. Returns what was to be sent on it; null: nothing. */
    synchronized @Nullable HttpExchange forget(UpstreamConnection lost) {
        if (connection != lost) {
            return null;
        }
        HttpExchange following = next;
        next = null;
        connection = null;
        busy = false;
        return following;
    }

    /** Leaves it to others if it was not used for so long. */
    void leave(Duration unused) {
        UpstreamConnection left;
        synchronized (this) {
            left = busy || System.nanoTime() - restsSince < unused.toNanos() ? null : connection;
            connection = left == null ? connection : null;
        }
        if (left != null) {
            left.giveBack();
        }
    }

    /** The client is gone: others may have it, once it is not busy. */
    void end() {
        synchronized (this) {
            ended = true;
        }
        leave(Duration.ZERO);
    }
}
