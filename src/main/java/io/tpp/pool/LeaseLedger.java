package io.tpp.pool;

import io.tpp.token.BearerToken;
import org.jspecify.annotations.Nullable;

/**
 * Who holds which token and who waits: the pool's rules, without its lock, clock and threads.
 *
 * <p>Guarantees: a token is held by one holder at most; it is never free while someone waits for one;
 * waiters are served strictly in the order in which they came, and a newcomer never passes them; no
 * operation takes noticeably longer because many wait.
 *
 * <p>A holder whose token cannot be used, because it is expired, refused or suspect, does not depend on
 * that one: its next request takes a free token instead, or waits for whichever comes first, its own
 * token's new value or its turn in the queue. So no lease is stuck with a credential that is refused or
 * slow. Only while another of its requests is still running on the old value, as with HTTP/2, does it
 * wait for its own token alone, because a holder never uses two at once.
 *
 * <p>While it is paused, no request begins: all wait, those of holders with a usable token too, and tokens that come
 * free lie ready. Afterwards holders go on with their tokens, and the others are served in the order in which they came.
 *
 * <p>Not thread-safe: {@link TokenPool} calls it under its lock, and passes the time in. What is to be
 * told to the outside is handed to {@link Events} and told after the lock is released.
 */
final class LeaseLedger implements TokenShelf.Taker {
    /** What happened; collected under the lock, told without it. */
    interface Events {
        /** A lease began, after {@code waitedNanos} if it was {@code queued}. */
        void leased(boolean queued, long waitedNanos);

        void granted(ParkedRequest request, TokenUse use);

        void released(long heldNanos);

        void reclaimed();

        /** A token left the pool. */
        void retired(PooledToken token);
    }

    private final Events events;
    private final TokenShelf shelf;
    private final WaitLine line = new WaitLine();

    /** Holders with a token and no running request, the longest idle first. */
    private final Chain<Holder> idleHolders = new Chain<>();

    private boolean paused;

    LeaseLedger(int size, long ttlNanos, Events events) {
        this.events = events;
        this.shelf = new TokenShelf(size, ttlNanos, this);
    }

    /** The tokens; their condition may be changed through this, but leases only here. */
    TokenShelf shelf() {
        return shelf;
    }

    /** Who waits; to be looked at. */
    WaitLine line() {
        return line;
    }

    // The pause

    boolean paused() {
        return paused;
    }

    void pause() {
        paused = true;
    }

    void resume(long now) {
        paused = false;
        for (ParkedRequest request : line.requests()) {
            Holder holder = request.holder();
            if (!holder.parked.isEmpty() && holder.token != null && shelf.usable(holder.token, now)) {
                line.leave(holder);
                grantParked(holder, holder.token, now);
            }
        }
        PooledToken free = null;
        while (!line.isEmpty() && (free = shelf.takeIdle(now)) != null) {
            offer(free, now);
        }
    }

    // Requests

    /** Returns the use if the request can go at once; null: it has to wait, or be refused. */
    @Nullable
    TokenUse tryBegin(Holder holder, long now) {
        if (paused) {
            return null;
        }
        PooledToken token = holder.token;
        if (token == null || !shelf.usable(token, now)) {
            token = holder.running == 0 && line.isEmpty() ? shelf.takeIdle(now) : null;
            if (token == null) {
                return null;
            }
            lease(token, holder, now);
            events.leased(false, 0);
        }
        return use(holder, token, 0);
    }

    /** Lets a request wait; only after {@link #tryBegin} gave null. */
    ParkedRequest park(Holder holder, Waiter waiter, long now) {
        ParkedRequest request = line.park(holder, waiter, now);
        idleHolders.remove(holder);
        if (holder.running == 0) {
            line.queue(holder);
        }
        return request;
    }

    /** Takes a waiting request out; returns false if it is not waiting any more. */
    boolean unpark(ParkedRequest request, long now) {
        if (!line.unpark(request)) {
            return false;
        }
        Holder holder = request.holder();
        if (holder.parked.isEmpty()) {
            line.leave(holder);
            becomeIdle(holder, now);
        }
        return true;
    }

    /** Ends a request's use; only the first call counts. */
    void end(TokenUse use, long now) {
        if (use.ended) {
            return;
        }
        use.ended = true;
        Holder holder = use.holder();
        holder.running--;
        if (holder.running == 0 && !holder.parked.isEmpty()) {
            seek(holder, now);
        } else {
            becomeIdle(holder, now);
        }
    }

    /** Now that nothing runs on its unusable token any more, a holder may have any other. */
    private void seek(Holder holder, long now) {
        line.queue(holder);
        PooledToken token = paused ? null : shelf.takeIdle(now);
        if (token != null) {
            offer(token, now);
        }
    }

    /** Ends a holder; its token is released when its last running request ends. Waiting requests were taken out before. */
    void close(Holder holder, long now) {
        holder.closed = true;
        becomeIdle(holder, now);
    }

    /** Ends a holder's lease as soon as none of its requests runs; it may have another one later. */
    void letGo(Holder holder, long now) {
        if (holder.token != null) {
            holder.lettingGo = true;
            becomeIdle(holder, now);
        }
    }

    private void becomeIdle(Holder holder, long now) {
        if (holder.token == null || holder.running > 0 || !holder.parked.isEmpty()) {
            return;
        }
        if (holder.closed || holder.lettingGo) {
            release(holder.token, holder, now);
        } else if (idleHolders.add(holder)) {
            holder.idleSince = now;
        }
    }

    private void grantParked(Holder holder, PooledToken token, long now) {
        ParkedRequest request;
        while ((request = line.unparkFirst(holder)) != null) {
            events.granted(request, use(holder, token, now - request.since()));
        }
    }

    private TokenUse use(Holder holder, PooledToken token, long waitedNanos) {
        BearerToken value = token.value;
        if (value == null || !token.valid) {
            throw new IllegalStateException(token + " is not usable");
        }
        if (holder.running++ == 0) {
            idleHolders.remove(holder);
        }
        token.requests++;
        return new TokenUse(holder, token, value, token.generation, waitedNanos);
    }

    // Leases

    @Override
    public void usable(PooledToken token, long now) {
        Holder holder = token.holder;
        if (holder == null) {
            offer(token, now);
        } else if (!paused) {
            line.leave(holder);
            grantParked(holder, token, now);
        }
    }

    private void offer(PooledToken token, long now) {
        Holder first = paused ? null : line.takeFirst();
        if (first == null) {
            shelf.putIdle(token);
            return;
        }
        lease(token, first, now);
        events.leased(true, now - first.parked.get(0).since());
        grantParked(first, token, now);
    }

    private void lease(PooledToken token, Holder holder, long now) {
        if (holder.token != null) {
            // It cannot be used, or this would not be called.
            release(holder.token, holder, now);
        }
        shelf.leased(token, holder);
        token.leasedAt = now;
        holder.token = token;
    }

    private void release(PooledToken token, Holder holder, long now) {
        idleHolders.remove(holder);
        holder.token = null;
        holder.lettingGo = false;
        events.released(now - token.leasedAt);
        boolean usable = shelf.released(token, now);
        if (token.retiring) {
            shelf.remove(token);
            events.retired(token);
        } else if (usable) {
            offer(token, now);
        }
    }

    /** Gives tokens of holders idle since {@code idleBefore} or longer to waiters, the longest idle first. */
    void reclaim(long idleBefore, long now) {
        Holder holder;
        while ((holder = firstToReclaim()) != null && holder.token != null && holder.idleSince - idleBefore <= 0) {
            events.reclaimed();
            release(holder.token, holder, now);
        }
    }

    /**
     * Returns when the holder that {@link #reclaim} would take first will have been idle for so long; {@link
     * WaitLimits#NEVER}: there is nothing to reclaim.
     */
    long nextReclaim(long idleNanos) {
        Holder holder = firstToReclaim();
        return holder == null ? WaitLimits.NEVER : holder.idleSince + idleNanos;
    }

    private @Nullable Holder firstToReclaim() {
        return paused || line.isEmpty() ? null : idleHolders.first();
    }
}
