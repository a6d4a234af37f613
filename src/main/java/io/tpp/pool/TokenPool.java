package io.tpp.pool;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.tpp.token.BearerToken;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
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
 * ended.
 *
 * <p>This class is the lock around the rules, which {@link PoolCore} puts together: leasing is in {@link
 * LeaseLedger}, waiting in {@link WaitLine}, the tokens' condition in {@link TokenShelf}, refusals in
 * {@link Door}, time in {@link WaitLimits}.
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

    private final ScheduledExecutorService timer;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final PoolCore core;

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
        this.timer = timer;
        this.core = new PoolCore(settings, nanoTime, new PoolNews(listener, executor, this::end));
    }

    // Holders and their requests

    /** Returns a holder without a token; to be {@linkplain #close(Holder) closed} in the end. */
    public Holder newHolder() {
        return newHolder(0);
    }

    /**
     * Returns one that {@link #view} tells from others.
     *
     * @param owner the number of the client connection it stands for; 0: none
     */
    public Holder newHolder(long owner) {
        return new Holder(owner);
    }

    /**
     * Begins a request.
     *
     * @return the use, to be ended by {@link #end}; null if the request has to wait, and then the
     *     waiter is told
     * @throws RefusedException if it may not even wait
     */
    public @Nullable TokenUse begin(Holder holder, Waiter waiter) throws RefusedException {
        return this.<TokenUse, RefusedException>locked(pool -> pool.begin(holder, waiter));
    }

    /** Ends a request's use. Only the first call counts; the lease stays with the holder unless that is closed. */
    public void end(TokenUse use) {
        change(pool -> pool.end(use));
    }

    /**
     * Takes one waiting request out of the queue, for a client that left.
     *
     * @return false if the request was not waiting (any more): it was granted or refused, and is or will
     *     be told so
     */
    public boolean cancel(Holder holder, Waiter waiter) {
        return ask(pool -> pool.cancel(holder, waiter));
    }

    /**
     * Ends a holder: its waiting requests leave the queue untold, and its token is released as soon as
     * its last use has ended. Only the first call counts.
     */
    public void close(Holder holder) {
        change(pool -> pool.close(holder));
    }

    /**
     * Ends a holder's lease as soon as none of its requests is running, although it is not closed: its next request
     * takes another one.
     */
    public void letGo(Holder holder) {
        change(pool -> pool.letGo(holder));
    }

    // The pause

    /**
     * Lets no request begin from now on: all wait, those of holders with a token too, and no wait ends by its timeout or
     * because no token is usable. Running ones go on. Returns false if it was paused before.
     */
    public boolean pause() {
        return ask(PoolCore::pause);
    }

    /**
     * Ends the pause: holders go on with their tokens, the others are served in the order in which they came; their
     * timeouts count from now. Returns false if there was no pause.
     */
    public boolean resume() {
        return ask(PoolCore::resume);
    }

    /** Returns whether it is paused. */
    public boolean isPaused() {
        return ask(PoolCore::paused);
    }

    // Tokens the upstream does not accept

    /**
     * Says that the upstream refused the value of this use.
     *
     * <p>If it is still the token's present value, nobody is given it any more, and the token is logged
     * in again, once, however often this is called; all others are suspect until one of them is known to be
     * alive. If any value of the token was refused within the minute before, it is only suspect, as after
     * {@link #suspect}: else requests that are refused whichever token they carry would each cost a login.
     * The lease stays with its holder, whose next request waits for the new value or for another token.
     */
    public void refused(TokenUse use) {
        change(pool -> pool.refused(use));
    }

    /**
     * Says that the answer to this use looked as if the token were dead.
     *
     * <p>If its value is still the present one, no further request is given it until a probe has shown
     * it alive; if it is dead, the token is logged in again. The probe starts when the use has {@linkplain
     * #end ended}. The other tokens are suspect as after {@link #refused}.
     */
    public void suspect(TokenUse use) {
        change(pool -> pool.suspect(use));
    }

    /**
     * Says that the upstream was restarted, or refuses connections: no token obtained before is used
     * until a probe or a new login has shown that it can be. Not to be called for a connection that
     * merely broke, or because of too many connections, while the upstream serves others.
     */
    public void suspectAll() {
        change(PoolCore::suspectAll);
    }

    // States

    /** Returns the figures of this instant. */
    public PoolSnapshot snapshot() {
        return ask(PoolCore::snapshot);
    }

    /** Returns everything there is to see at this instant; takes time for each token and each that waits. */
    public PoolView view() {
        return ask(PoolCore::view);
    }

    /** Returns how long the token lives that has the least left, zero if one is dead; null: none ends by its age. */
    public @Nullable Duration shortestRemaining() {
        OptionalLong nanos = ask(PoolCore::shortestRemaining);
        return nanos.isPresent() ? Duration.ofNanos(nanos.getAsLong()) : null;
    }

    /** Refuses all that wait, and from now on everything that would have to wait; leases go on. */
    public void drain() {
        change(PoolCore::drain);
    }

    /** Forgets all token values, for good: one that a login brings later is dropped. */
    public void clear() {
        change(PoolCore::clear);
    }

    // Tokens, for the refresher

    /**
     * Takes other settings. Of a pool that is to be smaller, free tokens go at once and leased ones when they come back;
     * {@code dispensable} ones before all others.
     *
     * @return the tokens there are now, those that will go included
     */
    List<PooledToken> apply(PoolSettings settings, Set<PooledToken> dispensable) {
        return ask(pool -> pool.apply(settings, dispensable));
    }

    void care(TokenCare care) {
        change(pool -> pool.care(care));
    }

    List<PooledToken> tokens() {
        return ask(PoolCore::tokens);
    }

    /** Notes which credential a token is logged in with from now on; a login that was under way counts no more. */
    void credential(PooledToken token, int position) {
        change(pool -> pool.credential(token, position));
    }

    void loginStarted(PooledToken token) {
        change(pool -> pool.loginStarted(token));
    }

    void loginFailed(PooledToken token) {
        change(pool -> pool.loginFailed(token));
    }

    /**
     * Puts a newly obtained value in place; returns whether there was one before.
     *
     * @param obtainedAt when its login began: its age counts from there
     * @param ages whether it ends by its age
     */
    boolean renew(PooledToken token, BearerToken value, long obtainedAt, boolean ages) {
        return ask(pool -> pool.renew(token, value, obtainedAt, ages));
    }

    /** Holds a token back until it has been probed, unless it is known to be dead. */
    void suspect(PooledToken token) {
        change(pool -> pool.suspect(token));
    }

    /** Does so if the token is usable and nobody holds it; returns whether. */
    boolean suspectIfIdle(PooledToken token) {
        return ask(pool -> pool.suspectIfIdle(token));
    }

    /** Returns what to probe now; null if the token is not suspect any more, or a request is under way with it. */
    @Nullable
    Suspect toProbe(PooledToken token) {
        return this.<Suspect, RuntimeException>locked(pool -> pool.toProbe(token));
    }

    /** A value that may be dead; {@code raises} is {@link Suspicion#raises} now. */
    record Suspect(BearerToken value, int generation, int raises) {}

    /** Tells what a probe of that value found; if the token has another one meanwhile, it is no news. */
    void probed(PooledToken token, Suspect suspect, Verdict verdict) {
        change(pool -> pool.probed(token, suspect, verdict));
    }

    /** Takes the value of a token out of use, without asking for another. */
    void withdraw(PooledToken token) {
        change(pool -> pool.withdraw(token));
    }

    /** Marks the tokens whose ttl has passed. */
    void expire() {
        change(PoolCore::expire);
    }

    void lastLoginError(@Nullable String message) {
        change(pool -> pool.lastLoginError(message));
    }

    /** While no token is usable, refuses all that wait and all that come, until a token is obtained. */
    void outage(String reason) {
        change(pool -> pool.outage(reason));
    }

    // The lock

    private interface Action<T, X extends Exception> {
        @Nullable
        T on(PoolCore pool) throws X;
    }

    /** The only way to the pool's state; what an action has to tell is told once the lock is released. */
    private <T, X extends Exception> @Nullable T locked(Action<T, X> action) throws X {
        PoolCore.Afterwards afterwards = PoolCore.Afterwards.NOTHING;
        lock.lock();
        try {
            try {
                return action.on(core);
            } finally {
                afterwards = core.afterwards();
            }
        } finally {
            lock.unlock();
            tell(afterwards);
        }
    }

    private <T> T ask(Function<PoolCore, T> question) {
        return Objects.requireNonNull(this.<T, RuntimeException>locked(question::apply));
    }

    private void change(Consumer<PoolCore> action) {
        var unused = this.<Void, RuntimeException>locked(pool -> {
            action.accept(pool);
            return null;
        });
    }

    private void tell(PoolCore.Afterwards afterwards) {
        if (afterwards.wakeAt() != WaitLimits.NEVER) {
            setTimer(afterwards.wakeAt(), afterwards.wakeIn());
        }
        PoolNews.tell(afterwards.calls());
    }

    private void setTimer(long at, long delay) {
        try {
            var unused = timer.schedule(() -> change(pool -> pool.wake(at)), delay, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException stopped) {
            logger.debug("The timer has stopped: nobody's wait is timed any more");
        }
    }
}
