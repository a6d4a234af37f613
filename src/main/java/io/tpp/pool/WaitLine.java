package io.tpp.pool;

import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Who waits: the requests, and the holders in the order in which they are served, which is that in which
 * they began to wait.
 *
 * <p>Guarded by the pool's lock.
 */
final class WaitLine {
    /** The place of a holder that does not wait for a token. */
    static final long NOWHERE = -1;

    /** Holders that wait for any token, first come first. */
    private final NavigableSet<Holder> queue = new TreeSet<>(Comparator.comparingLong(holder -> holder.place));

    /** All requests that wait, oldest first, those that can only be served by their holder's token included. */
    private final Set<ParkedRequest> parked = new LinkedHashSet<>();

    private long requests;

    ParkedRequest park(Holder holder, Waiter waiter, long now) {
        ParkedRequest request = new ParkedRequest(holder, waiter, now, requests++);
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
        List<ParkedRequest> all = List.copyOf(holder.parked);
        all.forEach(parked::remove);
        holder.parked.clear();
        return all;
    }

    /**
     * Lets a holder with a request that waits wait for any token, among the others by when that request
     * came. Its place stays even if that request leaves.
     */
    void queue(Holder holder) {
        if (holder.place == NOWHERE) {
            holder.place = holder.parked.element().number();
            queue.add(holder);
        }
    }

    void leave(Holder holder) {
        if (holder.place != NOWHERE) {
            queue.remove(holder);
            holder.place = NOWHERE;
        }
    }

    /** Takes the holder whose turn it is; null: none waits for a token. */
    @Nullable
    Holder takeFirst() {
        Holder first = queue.pollFirst();
        if (first != null) {
            first.place = NOWHERE;
        }
        return first;
    }

    /** Returns whether no holder waits for any token. */
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

    List<WaiterView> views(long now) {
        return parked.stream()
                .map(request -> new WaiterView(request.holder().owner, Duration.ofNanos(now - request.since())))
                .toList();
    }

    int size() {
        return parked.size();
    }
}
