package io.tpp.proxy;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;

/**
 * What a socket is watched for, and what somebody waits for. All is told as a set of {@link SelectionKey}'s operations.
 *
 * <p>A socket that was watched for reading goes on being so when something has come, unless nobody waited for it: the selector
 * would tell of that again and again.
 *
 * <h2>Threads</h2>
 *
 * {@link #found} and {@link #update} are the selector's thread's, all else may be called by any. The monitor guards all
 * fields; nothing is called under it but the key.
 */
final class Interest {
    /** What somebody waits for. */
    @GuardedBy("this")
    private int wanted;

    /** What the selector watches for. */
    @GuardedBy("this")
    private int watched;

    /** What was there that nobody waits for. */
    @GuardedBy("this")
    private int stray;

    /** Whether the selector's thread is about to look at the above. */
    @GuardedBy("this")
    private boolean updates;

    /** Somebody waits for that. Returns whether the selector has to be told so, to {@link #update}. */
    synchronized boolean want(int operation) {
        wanted |= operation;
        return !updates && (watched & operation) == 0;
    }

    /** Nobody waits for that any more. */
    synchronized void drop(int operation) {
        wanted &= ~operation;
    }

    /** The selector has found the socket ready for that, and updates soon. Returns what of it somebody waited for. */
    synchronized int found(int ready) {
        int due = ready & wanted;
        updates = true;
        stray |= ready & ~wanted;
        wanted &= ~ready;
        return due;
    }

    synchronized boolean isWatched(int operation) {
        return (watched & operation) != 0;
    }

    /**
     * Has the selector watch for what is wanted.
     *
     * @throws CancelledKeyException if the socket is closed
     */
    synchronized void update(SelectionKey key) {
        updates = false;
        int next = wanted | (watched & SelectionKey.OP_READ & ~stray);
        stray = 0;
        if (next != watched) {
            watched = next;
            key.interestOps(next);
        }
    }
}
