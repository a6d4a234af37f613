package io.tpp.proxy;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.io.ManagedSelector;
import org.jspecify.annotations.Nullable;

/**
 * The short writes of one turn of a selector's thread: they wait until it has done all that has come, and follow one another
 * then.
 *
 * <p>A peer on the same machine that waits for something is woken by each message, which costs the sender more than to write
 * it, unless the peer is still busy with the one before. Nothing waits if only one socket has something, so where there is
 * nothing to gain there is nothing to lose either.
 *
 * <h2>Threads</h2>
 *
 * Each thread has its own, for the selector whose turn it takes. All is called by that thread, but for the end, which is the
 * selector's: nearly always the same thread, but another may have taken over meanwhile. The monitor guards what both touch,
 * and is not held while anything is written.
 */
final class SelectorTurn {
    /** Weak, because the threads of a standalone Jetty outlive the WAR; the selector keeps it. */
    private static final ThreadLocal<WeakReference<SelectorTurn>> CURRENT = new ThreadLocal<>();

    private final ManagedSelector.SelectorUpdate end = unused -> end();

    /** Null: this thread has not been a selector's yet. */
    private @Nullable ManagedSelector selector;

    /** What is to be written is not to be written now, but to be {@linkplain #add added}; null: nothing. */
    private @Nullable ArmedEndPoint postponed;

    @GuardedBy("this")
    private boolean open;

    /** If it is not empty, the selector has been asked for the end. */
    @GuardedBy("this")
    private List<ArmedEndPoint> waiting = new ArrayList<>();

    private SelectorTurn() {}

    /** Returns the calling thread's. */
    static SelectorTurn current() {
        WeakReference<SelectorTurn> known = CURRENT.get();
        SelectorTurn turn = known == null ? null : known.get();
        if (turn == null) {
            turn = new SelectorTurn();
            CURRENT.set(new WeakReference<>(turn));
        }
        return turn;
    }

    /** Returns the selector that the calling thread takes turns of, or did last; null: it took none. */
    @Nullable
    ManagedSelector selector() {
        return selector;
    }

    /** The calling thread is the selector's, which has found this many sockets ready. */
    void turn(ManagedSelector of, int ready) {
        if (selector != of) {
            selector = of;
            of.addBean(this);
        }
        synchronized (this) {
            open = ready > 1;
        }
    }

    /** What this thread writes in the rest of its step does not wait: more may follow that must not overtake it. */
    synchronized void close() {
        open = false;
    }

    /** Returns whether a write may wait. */
    synchronized boolean isOpen() {
        return open;
    }

    /** Sets whose writes are to wait: those of the end point that is being told to write; null: nobody's. */
    void postpone(@Nullable ArmedEndPoint endPoint) {
        postponed = endPoint;
    }

    boolean isPostponed(ArmedEndPoint endPoint) {
        return postponed == endPoint;
    }

    /** Adds one whose write waits. */
    void add(ArmedEndPoint endPoint) {
        boolean first;
        synchronized (this) {
            first = waiting.isEmpty();
            waiting.add(endPoint);
        }
        if (first && selector != null) {
            selector.submit(end);
        }
    }

    private void end() {
        List<ArmedEndPoint> ending;
        synchronized (this) {
            open = false;
            ending = waiting;
            waiting = new ArrayList<>();
        }
        ending.forEach(ArmedEndPoint::writeOn);
    }
}
