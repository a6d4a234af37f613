package io.tpp.pool;

import io.tpp.token.BearerToken;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who holds which token and who waits: the pool's rules, without its lock, clock and threads.
 *
 * <p>Guarantees: a token is held by one holder at most; it is never free while someone waits for one;
 * waiters are served strictly in the order in which they came, and a newcomer never passes them; every
 * operation takes constant time, however many wait.
 *
 * <p>Not thread-safe: {@link TokenPool} calls it under its lock, and passes the time in. What is to be
 * told to the outside is handed to {@link Events} and told after the lock is released.
 */
final class LeaseLedger {
    /** What happened; collected under the lock, told without it. */
    interface Events {
        /** A lease began, after {@code waitedNanos} if it was {@code queued}. */
        void leased(boolean queued, long waitedNanos);

        void granted(ParkedRequest request, TokenUse use);

        void released(long heldNanos);

        void reclaimed();
    }

    private final long ttlNanos;
    private final Events events;
    private final List<PooledToken> tokens;

    /** Valid tokens nobody holds; the one unused for longest first. */
    private final Set<PooledToken> idle = new LinkedHashSet<>();

    /** Holders that wait for a token, first come first. */
    private final Set<Holder> queue = new LinkedHashSet<>();

    /** All requests that wait, oldest first, those for a held token's new value included. */
    private final Set<ParkedRequest> parked = new LinkedHashSet<>();

    /** Holders with a token and no running request, the longest idle first. */
    private final Set<Holder> idleHolders = new LinkedHashSet<>();

    /** How many tokens were ever obtained. */
    private int held;

    /** How many valid tokens are on lease. */
    private int inUse;

    LeaseLedger(int size, long ttlNanos, Events events) {
        this.ttlNanos = ttlNanos;
        this.events = events;
        this.tokens = new ArrayList<>(size);
        for (int number = 1; number <= size; number++) {
            tokens.add(new PooledToken(number));
        }
    }

    List<PooledToken> tokens() {
        return tokens;
    }

    // Requests

    /** Returns the use if the request can go at once; null: it has to wait, or be refused. */
    @Nullable
    TokenUse tryBegin(Holder holder, long now) {
        PooledToken token = holder.token;
        if (token == null) {
            token = queue.isEmpty() ? takeIdle(now) : null;
            if (token == null) {
                return null;
            }
            lease(token, holder, now);
            events.leased(false, 0);
        } else if (!stillUsable(token, now)) {
            return null;
        }
        return use(holder, token, 0);
    }

    /** Lets a request wait; only after {@link #tryBegin} gave null. */
    ParkedRequest park(Holder holder, Waiter waiter, long now) {
        ParkedRequest request = new ParkedRequest(holder, waiter, now);
        holder.parked.add(request);
        parked.add(request);
        if (holder.token == null) {
            queue.add(holder);
        } else {
            idleHolders.remove(holder);
        }
        return request;
    }

    /** Takes a waiting request out; returns false if it is not waiting any more. */
    boolean unpark(ParkedRequest request, long now) {
        if (!parked.remove(request)) {
            return false;
        }
        Holder holder = request.holder();
        holder.parked.remove(request);
        if (holder.parked.isEmpty()) {
            queue.remove(holder);
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
        becomeIdle(holder, now);
    }

    /** Ends a holder; its token is released when its last running request ends. Waiting requests were taken out before. */
    void close(Holder holder, long now) {
        holder.closed = true;
        becomeIdle(holder, now);
    }

    private void becomeIdle(Holder holder, long now) {
        if (holder.token == null || holder.running > 0 || !holder.parked.isEmpty()) {
            return;
        }
        if (holder.closed) {
            release(holder.token, holder, now);
        } else if (idleHolders.add(holder)) {
            holder.idleSince = now;
        }
    }

    // Tokens

    /** Puts a newly obtained value in place; returns whether it replaces an earlier one. */
    boolean renew(PooledToken token, BearerToken value, long obtainedAt, long now) {
        boolean replaced = token.value != null;
        if (!replaced) {
            held++;
        }
        token.value = value;
        token.generation++;
        token.suspect = false;
        token.obtainedAt = obtainedAt;
        // Does nothing if the login took longer than the ttl.
        validate(token, now);
        return replaced;
    }

    /** Marks a value as not to be sent any more; its holder keeps the lease and waits for the next value. */
    void invalidate(PooledToken token) {
        if (token.valid) {
            token.valid = false;
            if (token.holder != null) {
                inUse--;
            }
            idle.remove(token);
        }
    }

    /** Marks the value of a use as refused; returns false if that is no news. */
    boolean refuse(TokenUse use) {
        return use.generation() == use.token().generation && refuse(use.token());
    }

    private boolean refuse(PooledToken token) {
        boolean news = token.valid || token.suspect;
        token.suspect = false;
        invalidate(token);
        return news;
    }

    /** Marks a value as perhaps dead; returns false if it was marked already, or is known to be dead. */
    boolean suspect(PooledToken token) {
        if (!token.valid) {
            return false;
        }
        invalidate(token);
        token.suspect = true;
        return true;
    }

    /** Marks all values as perhaps dead; returns those that were not marked before. */
    List<PooledToken> suspectAll() {
        return tokens.stream().filter(this::suspect).toList();
    }

    /** Lets a suspect value be used again. */
    void vouch(PooledToken token, long now) {
        if (token.suspect) {
            token.suspect = false;
            validate(token, now);
        }
    }

    /** Ends a suspicion: the value is dead. Returns false if it was not suspect any more. */
    boolean confirm(PooledToken token) {
        return token.suspect && refuse(token);
    }

    private void validate(PooledToken token, long now) {
        if (!token.valid && fresh(token, now)) {
            token.valid = true;
            welcome(token, now);
        }
    }

    /** Marks every token whose age has passed the ttl. */
    void expire(long now) {
        for (PooledToken token : tokens) {
            stillUsable(token, now);
        }
    }

    /** Gives tokens of holders idle since {@code idleBefore} or longer to waiters, the longest idle first. */
    void reclaim(long idleBefore, long now) {
        while (!queue.isEmpty() && !idleHolders.isEmpty()) {
            Holder holder = idleHolders.iterator().next();
            PooledToken token = holder.token;
            if (token == null || holder.idleSince - idleBefore > 0) {
                return;
            }
            events.reclaimed();
            release(token, holder, now);
        }
    }

    /** Returns since when the holder that {@link #reclaim} would take first is idle; null: nothing to reclaim. */
    @Nullable
    Long longestIdleSince() {
        return queue.isEmpty() || idleHolders.isEmpty()
                ? null
                : idleHolders.iterator().next().idleSince;
    }

    /** Forgets all values. */
    void clear() {
        for (PooledToken token : tokens) {
            invalidate(token);
            token.suspect = false;
            token.value = null;
        }
        held = 0;
    }

    private void welcome(PooledToken token, long now) {
        Holder holder = token.holder;
        if (holder == null) {
            offer(token, now);
        } else {
            inUse++;
            grantParked(holder, token, now);
        }
    }

    private void offer(PooledToken token, long now) {
        if (queue.isEmpty()) {
            idle.add(token);
            return;
        }
        Holder first = queue.iterator().next();
        queue.remove(first);
        lease(token, first, now);
        events.leased(true, now - first.parked.element().since());
        grantParked(first, token, now);
    }

    private @Nullable PooledToken takeIdle(long now) {
        while (!idle.isEmpty()) {
            PooledToken token = idle.iterator().next();
            if (stillUsable(token, now)) {
                idle.remove(token);
                return token;
            }
        }
        return null;
    }

    private void lease(PooledToken token, Holder holder, long now) {
        token.holder = holder;
        token.leasedAt = now;
        holder.token = token;
        inUse++;
    }

    private void release(PooledToken token, Holder holder, long now) {
        idleHolders.remove(holder);
        holder.token = null;
        token.holder = null;
        events.released(now - token.leasedAt);
        if (!token.valid) {
            return;
        }
        inUse--;
        if (stillUsable(token, now)) {
            offer(token, now);
        }
    }

    private void grantParked(Holder holder, PooledToken token, long now) {
        for (ParkedRequest request : holder.parked) {
            parked.remove(request);
            events.granted(request, use(holder, token, now - request.since()));
        }
        holder.parked.clear();
    }

    private TokenUse use(Holder holder, PooledToken token, long waitedNanos) {
        BearerToken value = token.value;
        if (value == null || !token.valid) {
            throw new IllegalStateException(token + " is not usable");
        }
        if (holder.running++ == 0) {
            idleHolders.remove(holder);
        }
        return new TokenUse(holder, token, value, token.generation, waitedNanos);
    }

    /** Returns whether the value may be sent now; one that has just expired is marked. */
    private boolean stillUsable(PooledToken token, long now) {
        if (!fresh(token, now)) {
            invalidate(token);
        }
        return token.valid;
    }

    private boolean fresh(PooledToken token, long now) {
        return now - token.obtainedAt < ttlNanos;
    }

    // Figures

    /** Returns the request that has waited longest; null if none waits. */
    @Nullable
    ParkedRequest oldest() {
        return parked.isEmpty() ? null : parked.iterator().next();
    }

    List<ParkedRequest> parkedRequests() {
        return List.copyOf(parked);
    }

    List<ParkedRequest> parkedRequests(Holder holder) {
        return List.copyOf(holder.parked);
    }

    int waiting() {
        return parked.size();
    }

    int held() {
        return held;
    }

    int inUse() {
        return inUse;
    }

    int available() {
        return idle.size();
    }
}
