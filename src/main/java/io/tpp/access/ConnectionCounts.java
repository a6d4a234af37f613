package io.tpp.access;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many connections each client has, of those it may have.
 *
 * <p>They are counted without a limit too, as one may be set later. Then whoever has more keeps them.
 *
 * <p>Thread-safe. Who entered leaves once.
 */
public final class ConnectionCounts {
    private final Map<ClientId, Integer> counts = new ConcurrentHashMap<>();
    private volatile int limit;

    /** {@code limit}: of each client; 0: any number. */
    public ConnectionCounts(int limit) {
        this.limit = limit;
    }

    /** Sets the limit for those who enter from now on; 0: any number. */
    public void limit(int next) {
        limit = next;
    }

    /** Counts another connection of a client. Returns false, and counts nothing, if it has as many as it may. */
    public boolean enter(ClientId client) {
        int most = limit == 0 ? Integer.MAX_VALUE : limit;
        boolean[] entered = new boolean[1];
        counts.compute(client, (id, count) -> {
            int before = count == null ? 0 : count;
            entered[0] = before < most;
            return entered[0] ? Integer.valueOf(before + 1) : count;
        });
        return entered[0];
    }

    /** A connection that entered has ended. */
    public void leave(ClientId client) {
        counts.computeIfPresent(client, (id, count) -> count == 1 ? null : Integer.valueOf(count - 1));
    }

    /** Returns how many connections of a client are counted. */
    public int of(ClientId client) {
        return counts.getOrDefault(client, 0);
    }

    /** Returns how many clients have a connection that is counted. */
    public int clients() {
        return counts.size();
    }
}
