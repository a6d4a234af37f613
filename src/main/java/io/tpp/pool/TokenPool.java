package io.tpp.pool;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.tpp.pool.PoolListener.Outcome;
import io.tpp.pool.PoolListener.RefreshReason;
import io.tpp.pool.RefusedException.Reason;
import io.tpp.token.BearerToken;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pool: leases tokens to holders, one each, strictly first come first served.
 *
 * <p>A {@linkplain #newHolder holder} stands for one client connection. Each of its requests
 * {@linkplain #begin begins} a use of the holder's token and {@linkplain #end ends} it; the first one
 * takes the lease, which lasts until the holder is {@linkplain #close(Holder) closed} and its last use
 * ended. The rules themselves are in {@link LeaseLedger}.
 *
 * <h2>Threads</h2>
 *
 * Every method may be called on any thread and none blocks. One lock guards everything, the state of
 * {@link Holder}, {@link PooledToken} and {@link TokenUse} included. Under it only fields are read and
 * written, and the clock is, so that no two times are in another order than what they are of; waiters,
 * the listener and the timer are called after it is released, waiters on the executor, so that none of
 * them runs in the stack of whoever released a token.
 */
public final class TokenPool {
    private static final Logger logger = LoggerFactory.getLogger(TokenPool.class);
    private static final long NEVER = Long.MAX_VALUE;

    /** A wait this long is told, and while it lasts again after {@link #NOTICE_AGAIN}. */
    private static final Duration LONG_WAIT = Duration.ofSeconds(5);

    private static final Duration NOTICE_AGAIN = Duration.ofMinutes(1);

    private final PoolSettings settings;
    private final ScheduledExecutorService timer;
    private final LongSupplier nanoTime;

    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final LeaseLedger ledger;

    @GuardedBy("lock")
    private final PoolNews news;

    /** When the timer wakes the pool next. */
    @GuardedBy("lock")
    private long wakeAt = NEVER;

    /** When a long wait may be told again. */
    @GuardedBy("lock")
    private long noticeNotBefore;

    @GuardedBy("lock")
    private boolean draining;

    @GuardedBy("lock")
    private boolean cleared;

    /** Why no token is coming soon; null: one is, as far as is known. */
    @GuardedBy("lock")
    private @Nullable String outage;

    @GuardedBy("lock")
    private @Nullable String lastLoginError;

    /**
     * Makes a pool without tokens; {@link TokenRefresher} brings them.
     *
     * @param timer for wait timeouts and reclaims; only ever given short tasks
     * @param executor where waiters are called
     * @param nanoTime the clock, as {@link System#nanoTime}
     */
    public TokenPool(
            PoolSettings settings,
            ScheduledExecutorService timer,
            Executor executor,
            LongSupplier nanoTime,
            PoolListener listener) {
        this.settings = settings;
        this.timer = timer;
        this.nanoTime = nanoTime;
        this.noticeNotBefore = nanoTime.getAsLong();
        this.news = new PoolNews(listener, executor, this::end);
        this.ledger = new LeaseLedger(settings.size(), settings.ttl().toNanos(), news);
    }

    // Holders and their requests

    /** Returns a holder without a token; to be {@linkplain #close(Holder) closed} in the end. */
    public Holder newHolder() {
        return new Holder();
    }

    /**
     * Begins a request.
     *
     * @return the use, to be ended by {@link #end}; null if the request has to wait, and then the
     *     waiter is told
     * @throws RefusedException if it may not even wait
     */
    public @Nullable TokenUse begin(Holder holder, Waiter waiter) throws RefusedException {
        lock.lock();
        try {
            long now = nanoTime.getAsLong();
            TokenUse use = holder.closed ? null : ledger.tryBegin(holder, now);
            if (use == null) {
                park(holder, waiter, now);
            }
            return use;
        } finally {
            Afterwards afterwards = afterwards();
            lock.unlock();
            tell(afterwards);
        }
    }

    @GuardedBy("lock")
    private void park(Holder holder, Waiter waiter, long now) throws RefusedException {
        RefusedException refusal = refusal(holder);
        if (refusal != null) {
            news.acquireEnded(Outcome.REJECTED, 0);
            throw refusal;
        }
        ledger.park(holder, waiter, now);
    }

    @GuardedBy("lock")
    private @Nullable RefusedException refusal(Holder holder) {
        if (holder.closed) {
            return new RefusedException(Reason.CLIENT_GONE, "the client left");
        }
        if (draining) {
            return shuttingDown();
        }
        if (outage != null && !usable()) {
            return noToken(outage);
        }
        if (settings.maxWaiting() > 0 && ledger.waiting() >= settings.maxWaiting()) {
            return new RefusedException(
                    Reason.QUEUE_FULL,
                    "no token is free and the queue is full (token.max_waiting " + settings.maxWaiting() + "): "
                            + state());
        }
        return null;
    }

    /** Ends a request's use. Only the first call counts; the lease stays with the holder unless that is closed. */
    public void end(TokenUse use) {
        lock.lock();
        try {
            long now = nanoTime.getAsLong();
            ledger.end(use, now);
        } finally {
            Afterwards afterwards = afterwards();
            lock.unlock();
            tell(afterwards);
        }
    }

    /**
     * Takes one waiting request out of the queue, for a client that left.
     *
     * @return false if the request was not waiting (any more): it was granted or refused, and is or will
     *     be told so
     */
    public boolean cancel(Holder holder, Waiter waiter) {
        lock.lock();
        try {
            long now = nanoTime.getAsLong();
            for (ParkedRequest request : ledger.parkedRequests(holder)) {
                if (request.waiter() == waiter) {
                    cancel(request, now);
                    return true;
                }
            }
            return false;
        } finally {
            Afterwards afterwards = afterwards();
            lock.unlock();
            tell(afterwards);
        }
    }

    /**
     * Ends a holder: its waiting requests leave the queue untold, and its token is released as soon as
     * its last use has ended. Only the first call counts.
     */
    public void close(Holder holder) {
        lock.lock();
        try {
            long now = nanoTime.getAsLong();
            ledger.parkedRequests(holder).forEach(request -> cancel(request, now));
            ledger.close(holder, now);
        } finally {
            Afterwards afterwards = afterwards();
            lock.unlock();
            tell(afterwards);
        }
    }

    @GuardedBy("lock")
    private void cancel(ParkedRequest request, long now) {
        ledger.unpark(request, now);
        news.acquireEnded(Outcome.CANCELLED, now - request.since());
    }

    // Tokens the upstream does not accept

    /**
     * Says that the upstream refused the value of this use.
     *
     * <p>If it is still the token's present value, nobody is given it any more, and the token is logged
     * in again, once, however often this is called. The lease stays with its holder, whose next request
     * waits for the new value; to send a refused one again, {@link #begin} it before its use is
     * {@linkplain #end ended}, so that the lease cannot be lost in between.
     */
    public void refused(TokenUse use) {
        lock.lock();
        try {
            if (ledger.refuse(use)) {
                news.loginNeeded(use.token(), use.generation(), RefreshReason.UNAUTHORIZED);
            }
        } finally {
            Afterwards afterwards = afterwards();
            lock.unlock();
            tell(afterwards);
        }
    }

    /**
     * Says that the answer to this use looked as if the token were dead.
     *
     * <p>If its value is still the present one, no further request is given it until a probe has shown
     * it alive; if it is dead, the token is logged in again.
     */
    public void suspect(TokenUse use) {
        lock.lock();
        try {
            if (use.generation() == use.token().generation && ledger.suspect(use.token())) {
                news.probesNeeded(List.of(use.token()));
            }
        } finally {
            Afterwards afterwards = afterwards();
            lock.unlock();
            tell(afterwards);
        }
    }

    /**
     * Says that the upstream was restarted, or refuses connections: no token obtained before is used
     * until a probe or a new login has shown that it can be.
     */
    public void suspectAll() {
        lock.lock();
        try {
            news.probesNeeded(ledger.suspectAll());
        } finally {
            Afterwards afterwards = afterwards();
            lock.unlock();
            tell(afterwards);
        }
    }

    // States

    /** Returns the figures of this instant. */
    public PoolSnapshot snapshot() {
        lock.lock();
        try {
            return state();
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private PoolSnapshot state() {
        ParkedRequest oldest = ledger.oldest();
        return new PoolSnapshot(
                settings.size(),
                ledger.held(),
                ledger.inUse(),
                ledger.available(),
                ledger.waiting(),
                oldest == null ? Duration.ZERO : Duration.ofNanos(nanoTime.getAsLong() - oldest.since()),
                lastLoginError);
    }

    @GuardedBy("lock")
    private boolean usable() {
        return ledger.available() + ledger.inUse() > 0;
    }

    /** Refuses all that wait, and from now on everything that would have to wait; leases go on. */
    public void drain() {
        lock.lock();
        try {
            long now = nanoTime.getAsLong();
            draining = true;
            RefusedException refusal = shuttingDown();
            ledger.parkedRequests().forEach(request -> refuse(request, refusal, Outcome.REJECTED, now));
        } finally {
            Afterwards afterwards = afterwards();
            lock.unlock();
            tell(afterwards);
        }
    }

    /** Forgets all token values, for good: one that a login brings later is dropped. */
    public void clear() {
        lock.lock();
        try {
            cleared = true;
            ledger.clear();
        } finally {
            lock.unlock();
        }
    }

    // Tokens, for the refresher

    void care(TokenCare care) {
        lock.lock();
        try {
            news.care(care);
        } finally {
            lock.unlock();
        }
    }

    /** Returns what to probe; null if the token is not suspect any more. */
    @Nullable
    Suspect suspect(PooledToken token) {
        lock.lock();
        try {
            BearerToken value = token.value;
            return token.suspect && value != null ? new Suspect(value, token.generation) : null;
        } finally {
            lock.unlock();
        }
    }

    /** A value that may be dead. */
    record Suspect(BearerToken value, int generation) {}

    /** Tells what a probe found; of an earlier generation it is no news. */
    void probed(PooledToken token, int generation, boolean alive) {
        lock.lock();
        try {
            long now = nanoTime.getAsLong();
            if (token.generation != generation) {
                return;
            }
            if (alive) {
                ledger.vouch(token, now);
            } else if (ledger.confirm(token)) {
                news.loginNeeded(token, generation, RefreshReason.PROBE);
            }
        } finally {
            Afterwards afterwards = afterwards();
            lock.unlock();
            tell(afterwards);
        }
    }

    List<PooledToken> tokens() {
        lock.lock();
        try {
            return List.copyOf(ledger.tokens());
        } finally {
            lock.unlock();
        }
    }

    /** Puts a newly obtained value in place; its age counts from {@code obtainedAt}. Returns whether there was one before. */
    boolean renew(PooledToken token, BearerToken value, long obtainedAt) {
        lock.lock();
        try {
            long now = nanoTime.getAsLong();
            if (cleared) {
                return false;
            }
            outage = null;
            return ledger.renew(token, value, obtainedAt, now);
        } finally {
            Afterwards afterwards = afterwards();
            lock.unlock();
            tell(afterwards);
        }
    }

    /** Marks the tokens whose ttl has passed. */
    void expire() {
        lock.lock();
        try {
            long now = nanoTime.getAsLong();
            ledger.expire(now);
        } finally {
            Afterwards afterwards = afterwards();
            lock.unlock();
            tell(afterwards);
        }
    }

    void lastLoginError(@Nullable String message) {
        lock.lock();
        try {
            lastLoginError = message;
        } finally {
            lock.unlock();
        }
    }

    /** While no token is usable, refuses all that wait and all that come, until a token is obtained. */
    void outage(String reason) {
        lock.lock();
        try {
            long now = nanoTime.getAsLong();
            outage = reason;
            if (!usable()) {
                RefusedException refusal = noToken(reason);
                ledger.parkedRequests().forEach(request -> refuse(request, refusal, Outcome.REJECTED, now));
            }
        } finally {
            Afterwards afterwards = afterwards();
            lock.unlock();
            tell(afterwards);
        }
    }

    // Time

    private void wake(long at) {
        lock.lock();
        try {
            long now = nanoTime.getAsLong();
            if (at != wakeAt) {
                // An earlier timer was set since; going on here would set another one for good.
                return;
            }
            wakeAt = NEVER;
            timeOutWaiters(now);
            noticeLongWait(now);
            if (!settings.idleReclaim().isZero()) {
                ledger.reclaim(now - settings.idleReclaim().toNanos(), now);
            }
        } finally {
            Afterwards afterwards = afterwards();
            lock.unlock();
            tell(afterwards);
        }
    }

    @GuardedBy("lock")
    private void timeOutWaiters(long now) {
        ParkedRequest oldest = settings.waitTimeout().isZero() ? null : ledger.oldest();
        while (oldest != null && now - timeOutAt(oldest) >= 0) {
            RefusedException refusal = new RefusedException(
                    Reason.WAIT_TIMEOUT,
                    "no token came free within token.wait_timeout_seconds "
                            + settings.waitTimeout().toMillis() / 1000.0 + ": " + state());
            refuse(oldest, refusal, Outcome.TIMEOUT, now);
            oldest = ledger.oldest();
        }
    }

    @GuardedBy("lock")
    private void noticeLongWait(long now) {
        ParkedRequest oldest = ledger.oldest();
        if (oldest != null && now - noticeAt(oldest) >= 0) {
            noticeNotBefore = now + NOTICE_AGAIN.toNanos();
            news.longWait(state());
        }
    }

    @GuardedBy("lock")
    private long noticeAt(ParkedRequest request) {
        return later(request.since() + LONG_WAIT.toNanos(), noticeNotBefore);
    }

    @GuardedBy("lock")
    private void refuse(ParkedRequest request, RefusedException refusal, Outcome outcome, long now) {
        ledger.unpark(request, now);
        news.acquireEnded(outcome, now - request.since());
        news.refused(request, refusal);
    }

    private long timeOutAt(ParkedRequest request) {
        return request.since() + settings.waitTimeout().toNanos();
    }

    /**
     * Takes the news, and finds whether the timer is to be set.
     *
     * @return null if there is nothing to do, as on most requests
     */
    @SuppressWarnings("GuardedBy") // called in a finally block, before the lock is released there
    private @Nullable Afterwards afterwards() {
        long nextWake = ledger.waiting() == 0 ? NEVER : nextWake();
        boolean setTimer = nextWake != NEVER && (wakeAt == NEVER || nextWake - wakeAt < 0);
        List<Runnable> calls = news.take();
        if (calls.isEmpty() && !setTimer) {
            return null;
        }
        if (!setTimer) {
            return new Afterwards(calls, NEVER, NEVER);
        }
        wakeAt = nextWake;
        return new Afterwards(calls, nextWake, nextWake - nanoTime.getAsLong());
    }

    /** Only after the lock was released. */
    private void tell(@Nullable Afterwards afterwards) {
        if (afterwards == null) {
            return;
        }
        if (afterwards.wakeAt() != NEVER) {
            setTimer(afterwards.wakeAt(), afterwards.wakeIn());
        }
        PoolNews.tell(afterwards.calls());
    }

    private void setTimer(long at, long delay) {
        try {
            var unused = timer.schedule(() -> wake(at), delay, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException stopped) {
            logger.debug("The timer has stopped: nobody's wait is timed any more");
        }
    }

    /** What is to be done once the lock is released. */
    private record Afterwards(List<Runnable> calls, long wakeAt, long wakeIn) {}

    @GuardedBy("lock")
    private long nextWake() {
        ParkedRequest oldest = ledger.oldest();
        if (oldest == null) {
            return NEVER;
        }
        long next = noticeAt(oldest);
        if (!settings.waitTimeout().isZero()) {
            next = earlier(next, timeOutAt(oldest));
        }
        Long idleSince = settings.idleReclaim().isZero() ? null : ledger.longestIdleSince();
        return idleSince == null
                ? next
                : earlier(next, idleSince + settings.idleReclaim().toNanos());
    }

    private static long earlier(long a, long b) {
        return a - b < 0 ? a : b;
    }

    private static long later(long a, long b) {
        return a - b < 0 ? b : a;
    }

    private static RefusedException shuttingDown() {
        return new RefusedException(Reason.SHUTTING_DOWN, "shutting down");
    }

    @GuardedBy("lock")
    private RefusedException noToken(String reason) {
        return new RefusedException(Reason.NO_TOKEN, "no usable token: " + reason + ": " + state().figures());
    }
}
