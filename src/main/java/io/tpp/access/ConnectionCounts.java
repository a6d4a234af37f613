package io.tpp.access;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many connections each client has, of those it may have.
 *
 * <p>Thread-safe. Who entered leaves once.
 */
public final class ConnectionCounts {
    private final int limit;
    private final Map<ClientId, Integer> counts = new ConcurrentHashMap<>();

    /** {@code limit}: of each client; 0: any number, and none is counted. */
    public ConnectionCounts(int limit) {
        this.limit = limit;
    }

    /** Counts another connection of a client. Returns false, and counts nothing, if it has as many as it may. */
    public boolean enter(ClientId client) {
        if (limit == 0) {
            return true;
        }
        boolean[] entered = new boolean[1];
        counts.compute(client, (id, count) -> {
            int before = count == null ? 0 : count;
            entered[0] = before < limit;
            return entered[0] ? Integer.valueOf(before + 1) : count;
        });
        return entered[0];
    }

    /** A connection that entered has ended. */
    public void leave(ClientId client) {
        counts.computeIfPresent(client, (id, count) -> count == 1 ? null : Integer.valueOf(count - 1));
    }

    /** Returns how many clients have a connection that is counted. */
    public int clients() {
        return counts.size();
    }
}
