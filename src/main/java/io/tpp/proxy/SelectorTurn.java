package io.tpp.proxy;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.ref.WeakReference;
import java.nio.channels.SelectionKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is known of a turn of a selector's thread: which sockets it has found ready, and what it is to write at the end.
 *
 * <p>Short writes wait until it has done all that has come, and follow one another then. A peer on the same machine that
 * waits for something is woken by each message, which costs the sender more than to write it, unless the peer is still busy
 * with the one before. So what follows a write waits too, until all are written. Nothing waits if only one socket has
 * something, so where there is nothing to gain there is nothing to lose either.
 *
 * <h2>Threads</h2>
 *
 * Each thread has its own, for the selector whose turn it takes. All is called by that thread, but for the end, which is the
 * selector's: nearly always the same thread, but another may have taken over meanwhile. The monitor guards what both touch,
 * and is not held while anything is written.
 */
final class SelectorTurn {
    private static final Logger LOG = LoggerFactory.getLogger(SelectorTurn.class);

    /** Weak, because the threads of a standalone Jetty outlive the WAR; the selector keeps it. */
    private static final ThreadLocal<WeakReference<SelectorTurn>> CURRENT = new ThreadLocal<>();

    /** If as many sockets are ready, there may be more: the system tells Java of no more than 512 at once, or fewer elsewhere. */
    private static final int MAX_KNOWN = 200;

    private final ManagedSelector.SelectorUpdate end = unused -> end();

    /** Null: this thread has not been a selector's yet. */
    private @Nullable ManagedSelector selector;

    /** The selector's own, which it clears at the end of the turn. */
    private Set<SelectionKey> ready = Set.of();

    /** Whether this thread takes its turn from beginning to end. */
    private boolean steady;

    /** What is to be written is not to be written now, but to be {@linkplain #add added}; null: nothing. */
    private @Nullable ArmedEndPoint postponed;

    /** What follows the writes that this thread is doing now; null: it does not do them now. */
    private @Nullable List<Callback> following;

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

    /**
     * The calling thread is the selector's, and does the next step of its turn.
     *
     * @param job to be run for a socket that was found ready; null: none
     */
    void step(ManagedSelector of, @Nullable Runnable job) {
        if (selector != of) {
            selector = of;
            of.addBean(this);
        }
        ready = of.getSelector().selectedKeys();
        // What may block may leave the turn to another thread.
        steady = job == null || Invocable.getInvocationType(job) == InvocationType.NON_BLOCKING;
        synchronized (this) {
            open = ready.size() > 1;
        }
    }

    /** Returns whether this is a turn of that selector, and began when it had nothing for that key, which it watches. */
    boolean beganWithout(ManagedSelector of, SelectionKey key) {
        return steady && selector == of && ready.size() < MAX_KNOWN && !ready.contains(key);
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
        current().write(ending);
    }

    private void write(List<ArmedEndPoint> ending) {
        // What is watched from now on was not when the turn began.
        steady = false;
        List<Callback> written = new ArrayList<>(ending.size());
        following = written;
        ending.forEach(endPoint -> runApart(endPoint::writeOn));
        following = null;
        written.forEach(callback -> runApart(callback::succeeded));
    }

    /** Something that waited has been written. */
    void written(Callback callback) {
        if (following == null) {
            callback.succeeded();
        } else {
            following.add(callback);
        }
    }

    /** What goes wrong with one must not keep the others from being written, or from what follows that. */
    private static void runApart(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error failure) {
            LOG.warn("At the end of a selector's turn", failure);
        }
    }
}
