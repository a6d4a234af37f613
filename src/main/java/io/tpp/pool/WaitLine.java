package io.tpp.pool;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
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
    private final Chain<Holder> queue = new Chain<>();

    /**
     * Those that wait for any token too, but began to when one that came after them was in the queue already. That is
     * rare: a request waits beside a running one of its holder, which joins the queue when that ends. Such a holder has
     * a token, if not one it can use now, so there are as many of them as tokens at most, whoever else waits.
     */
    private final NavigableSet<Holder> late = new TreeSet<>(Comparator.comparingLong(holder -> holder.place));

    /** All requests that wait, oldest first, those that can only be served by their holder's token included. */
    private final Chain<ParkedRequest> parked = new Chain<>();

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

    /** Takes out the oldest request of a holder; null: it has none. */
    @Nullable
    ParkedRequest unparkFirst(Holder holder) {
        if (holder.parked.isEmpty()) {
            return null;
        }
        ParkedRequest first = holder.parked.remove(0);
        parked.remove(first);
        return first;
    }

    /**
     * Lets a holder with a request that waits wait for any token, among the others by when that request
     * came. Its place stays even if that request leaves.
     */
    void queue(Holder holder) {
        if (holder.place == NOWHERE) {
            holder.place = holder.parked.get(0).number();
            Holder last = queue.last();
            if (last == null || last.place < holder.place) {
                queue.add(holder);
            } else {
                late.add(holder);
            }
        }
    }

    void leave(Holder holder) {
        if (holder.place != NOWHERE) {
            if (!queue.remove(holder)) {
                late.remove(holder);
            }
            holder.place = NOWHERE;
        }
    }

    /** Takes the holder whose turn it is; null: none waits for a token. */
    @Nullable
    Holder takeFirst() {
        Holder first = queue.first();
        if (!late.isEmpty() && (first == null || late.first().place < first.place)) {
            first = late.first();
        }
        if (first != null) {
            leave(first);
        }
        return first;
    }

    /** Returns whether no holder waits for any token. */
    boolean isEmpty() {
        return queue.isEmpty() && late.isEmpty();
    }

    /** Returns the request that has waited longest; null if none waits. */
    @Nullable
    ParkedRequest oldest() {
        return parked.first();
    }

    List<ParkedRequest> requests() {
        return parked.toList();
    }

    List<WaiterView> views(long now) {
        return requests().stream()
                .map(request -> new WaiterView(request.holder().owner, Duration.ofNanos(now - request.since())))
                .toList();
    }

    int size() {
        return parked.size();
    }
}
