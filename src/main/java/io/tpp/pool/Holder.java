package io.tpp.pool;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What may hold a lease: one client connection, or one request with {@code token.binding: request}.
 *
 * <p>Made by {@link TokenPool#newHolder}; holds no token until its first request, and at most one at a
 * time. All fields are guarded by the pool's lock; {@link LeaseLedger} is the only one to touch them.
 *
 * <p>It stands in the queue for a token while a request of it waits, or among the idle holders while none is there at
 * all, never in both.
 */
public final class Holder extends Chain.Link<Holder> {
    /** Whose it is, for whoever looks at the pool; 0: nobody's in particular. */
    final long owner;

    /** The token on lease; null: none. */
    @Nullable
    PooledToken token;

    /** Requests granted and not ended. */
    int running;

    /** Set when the connection is gone; the token follows once no request is running. */
    boolean closed;

    /** Set while the token is to be released as soon as no request is running, although the connection is there. */
    boolean lettingGo;

    /** Since when no request is running. */
    long idleSince;

    /** Its place in the queue for a token, the number of a request; {@link WaitLine#NOWHERE}: it is not in it. */
    long place = WaitLine.NOWHERE;

    /** Requests that wait, first come first; for a token, or for the held one to become usable. */
    final List<ParkedRequest> parked = new ArrayList<>(0);

    Holder(long owner) {
        this.owner = owner;
    }
}
