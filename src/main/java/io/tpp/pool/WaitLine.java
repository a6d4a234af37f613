package io.tpp.pool;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who waits: the requests, and the holders in the order in which they are served.
 *
 * <p>Guarded by the pool's lock.
 */
final class WaitLine {
    /** Holders that wait for a token, first come first. */
    private final Set<Holder> queue = new LinkedHashSet<>();

    /** All requests that wait, oldest first, those for a held token's new value included. */
    private final Set<ParkedRequest> parked = new LinkedHashSet<>();

    ParkedRequest park(Holder holder, Waiter waiter, long now) {
        ParkedRequest request = new ParkedRequest(holder, waiter, now);
        holder.parked.add(request);
        parked.add(request);
        return request;
    }

    /** Returns false if the request is not waiting any more. */
    boolean unpark(ParkedRequest request) {
        if (!parked.remove(request)) {
            return false;
        }
        request.holder().parked.remove(request);
        return true;
    }

    /** Takes out all requests of a holder, oldest first. */
    List<ParkedRequest> unparkAll(Holder holder) {
        List<ParkedRequest> requests = List.copyOf(holder.parked);
        parked.removeAll(requests);
        holder.parked.clear();
        return requests;
    }

    /** Lets a holder wait for a token; only with a request that waits. */
    void queue(Holder holder) {
        queue.add(holder);
    }

    void leave(Holder holder) {
        queue.remove(holder);
    }

    /** Takes the holder whose turn it is; null: none waits for a token. */
    @Nullable
    Holder takeFirst() {
        if (queue.isEmpty()) {
            return null;
        }
        Holder first = queue.iterator().next();
        queue.remove(first);
        return first;
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** Returns the request that has waited longest; null if none waits. */
    @Nullable
    ParkedRequest oldest() {
        return parked.isEmpty() ? null : parked.iterator().next();
    }

    List<ParkedRequest> requests() {
        return List.copyOf(parked);
    }

    int size() {
        return parked.size();
    }
}
