package io.tpp.proxy;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.eclipse.jetty.io.ManagedSelector;
import org.jspecify.annotations.Nullable;

/**
 * The connections to the upstream that no client's request is sent on and no client keeps: whoever needs one may have it.
 *
 * <p>The one used last is taken first, so that those which are not needed any more stay idle, and are closed for it.
 *
 * <h2>Threads</h2>
 *
 * Thread-safe. The monitor guards all fields; nothing is called under it.
 */
final class IdleConnections {
    /** By the selector that watches them, and by the order they came in. */
    @GuardedBy("this")
    private final Map<@Nullable ManagedSelector, NavigableMap<Long, UpstreamConnection>> idle = new HashMap<>();

    /** The place of each. */
    @GuardedBy("this")
    private final Map<UpstreamConnection, Long> places = new HashMap<>();

    @GuardedBy("this")
    private long last;

    /** Takes one, of that selector if there is any of it; null: none. */
    synchronized @Nullable UpstreamConnection take(@Nullable ManagedSelector preferred) {
        NavigableMap<Long, UpstreamConnection> some = idle.get(preferred);
        if (some == null) {
            some = idle.values().stream().findAny().orElse(null);
        }
        if (some == null) {
            return null;
        }
        UpstreamConnection taken = some.lastEntry().getValue();
        remove(taken);
        return taken;
    }

    /** Adds one; nothing if it is closed. */
    void put(UpstreamConnection connection) {
        synchronized (this) {
            places.put(connection, ++last);
            idle.computeIfAbsent(connection.selector(), unused -> new TreeMap<>())
                    .put(last, connection);
        }
        // It may have been closed just now: then nobody will come to remove it.
        if (connection.isClosed()) {
            remove(connection);
        }
    }

    /** Removes one, if it is there. */
    synchronized void remove(UpstreamConnection connection) {
        Long place = places.remove(connection);
        if (place == null) {
            return;
        }
        ManagedSelector selector = connection.selector();
        NavigableMap<Long, UpstreamConnection> others = Objects.requireNonNull(idle.get(selector));
        others.remove(place);
        if (others.isEmpty()) {
            idle.remove(selector);
        }
    }
}
