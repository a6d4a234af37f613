package io.tpp.pool;

import io.tpp.pool.PoolListener.RefreshReason;
import io.tpp.token.BearerToken;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The pool without its lock: what each call of {@link TokenPool}, where they are described, does with the
 * parts of the pool.
 *
 * <p>Guarded by the pool's lock.
 */
final class PoolCore {
    /**
     * A token that is refused so soon after the last time is probed before it is logged in again: it may be the
     * request that is refused, whichever token it carries.
     */
    static final Duration REFUSED_AGAIN = Duration.ofMinutes(1);

    private final CurrentSettings settings;
    private final LongSupplier nanoTime;
    private final LeaseLedger ledger;
    private final TokenShelf shelf;
    private final PoolNews news;
    private final Door door;
    private final WaitLimits limits;
    private final Suspicion suspicion;

    /** When the timer wakes the pool next. */
    private long wakeAt = WaitLimits.NEVER;

    private boolean cleared;

    PoolCore(PoolSettings initial, LongSupplier nanoTime, PoolNews news) {
        this.settings = new CurrentSettings(initial);
        this.nanoTime = nanoTime;
        this.news = news;
        this.ledger = new LeaseLedger(initial.size(), initial.ttl().toNanos(), news);
        this.shelf = ledger.shelf();
        this.door = new Door(settings, ledger, news, nanoTime);
        this.limits = new WaitLimits(settings, ledger, door, news, now());
        this.suspicion = new Suspicion(shelf, now());
    }

    private long now() {
        return nanoTime.getAsLong();
    }

    // Holders and their requests

    @Nullable
    TokenUse begin(Holder holder, Waiter waiter) throws RefusedException {
        long now = now();
        TokenUse use = holder.closed ? null : ledger.tryBegin(holder, now);
        if (use == null) {
            door.park(holder, waiter, now);
            hurry(holder);
        }
        return use;
    }

    /**
     * A request waits for a token that cannot be probed while another one is under way with it, which may
     * take hours. A login disturbs nobody.
     */
    private void hurry(Holder holder) {
        PooledToken token = holder.token;
        if (token != null && token.busy() && token.suspectItself && token.ages) {
            shelf.refuse(token);
            news.loginNeeded(token, token.generation, RefreshReason.PROBE);
        }
    }

    void end(TokenUse use) {
        ledger.end(use, now());
        if (use.token().suspect && !use.token().busy()) {
            // Which it could not be while the request was under way: no token is ever sent twice at once.
            news.probesNeeded(List.of(use.token()));
        }
    }

    boolean cancel(Holder holder, Waiter waiter) {
        for (ParkedRequest request : holder.parked) {
            if (request.waiter() == waiter) {
                door.cancel(request, now());
                return true;
            }
        }
        return false;
    }

    void close(Holder holder) {
        long now = now();
        List.copyOf(holder.parked).forEach(request -> door.cancel(request, now));
        ledger.close(holder, now);
    }

    void letGo(Holder holder) {
        ledger.letGo(holder, now());
    }

    // Settings and the pause

    /** Takes other settings; returns the tokens there are now. */
    List<PooledToken> apply(PoolSettings next, Set<PooledToken> dispensable) {
        settings.set(next);
        shelf.ttl(next.ttl().toNanos());
        new Resizing(shelf).to(next.size(), dispensable);
        return shelf.tokens();
    }

    boolean paused() {
        return ledger.paused();
    }

    boolean pause() {
        boolean news = !ledger.paused();
        ledger.pause();
        return news;
    }

    boolean resume() {
        if (!ledger.paused()) {
            return false;
        }
        long now = now();
        door.endOutage();
        limits.resumed(now);
        ledger.resume(now);
        return true;
    }

    // Tokens the upstream does not accept

    void refused(TokenUse use) {
        PooledToken token = use.token();
        if (isAgain(token)) {
            suspect(use);
            return;
        }
        token.refusals++;
        boolean trusted = token.valid;
        if (use.generation() == token.generation && shelf.refuse(token)) {
            news.loginNeeded(token, use.generation(), RefreshReason.UNAUTHORIZED);
            if (trusted) {
                hint(token, "was refused");
            }
        }
    }

    /** Notes that a token was refused; returns whether it was a short while ago. */
    private boolean isAgain(PooledToken token) {
        long now = now();
        Long before = token.refusedAt;
        token.refusedAt = now;
        return before != null && now - before < REFUSED_AGAIN.toNanos();
    }

    void suspect(TokenUse use) {
        PooledToken token = use.token();
        token.refusals++;
        boolean trusted = token.valid;
        if (use.generation() == token.generation && shelf.suspect(token)) {
            news.probesNeeded(List.of(token));
            if (trusted) {
                hint(token, "looks dead");
            }
        }
    }

    private void hint(PooledToken token, String what) {
        long now = now();
        List<PooledToken> others = suspicion.hint(now);
        news.tokenBad(token, what, now - token.obtainedAt, others.size());
        news.probesNeeded(others);
    }

    void suspectAll() {
        List<PooledToken> suspects = suspicion.raise(now());
        news.allSuspect(suspects.size());
        news.probesNeeded(suspects);
    }

    // States

    PoolSnapshot snapshot() {
        return door.state();
    }

    PoolView view() {
        long now = now();
        return new PoolView(
                door.state(), door.outage(), shelf.views(now), ledger.line().views(now));
    }

    void drain() {
        door.drain(now());
    }

    void clear() {
        cleared = true;
        shelf.clear();
    }

    // Tokens, for the refresher

    void care(TokenCare care) {
        news.care(care);
    }

    List<PooledToken> tokens() {
        return shelf.tokens();
    }

    void credential(PooledToken token, int position) {
        token.credential = position;
        token.loggingIn = false;
    }

    void loginStarted(PooledToken token) {
        token.loggingIn = true;
    }

    void loginFailed(PooledToken token) {
        token.loggingIn = false;
        token.failedLogins++;
    }

    boolean renew(PooledToken token, BearerToken value, long obtainedAt, boolean ages) {
        if (cleared || token.gone) {
            return false;
        }
        boolean suspect = suspicion.covers(obtainedAt);
        boolean replaced = shelf.renew(token, value, obtainedAt, ages, suspect, now());
        if (suspect) {
            news.probesNeeded(List.of(token));
        } else {
            door.endOutage();
        }
        return replaced;
    }

    void suspect(PooledToken token) {
        if (shelf.suspect(token)) {
            news.probesNeeded(List.of(token));
        }
    }

    void withdraw(PooledToken token) {
        shelf.refuse(token);
    }

    boolean suspectIfIdle(PooledToken token) {
        boolean idle = shelf.isIdle(token) && shelf.usable(token, now());
        if (idle) {
            suspect(token);
        }
        return idle;
    }

    TokenPool.@Nullable Suspect toProbe(PooledToken token) {
        BearerToken value = token.value;
        if (!token.suspect || token.busy() || value == null) {
            return null;
        }
        // Whatever is found of others meanwhile: no token is ever sent twice at once.
        token.suspectItself = true;
        return new TokenPool.Suspect(value, token.generation, suspicion.raises());
    }

    void probed(PooledToken token, TokenPool.Suspect suspect, Verdict verdict) {
        long now = now();
        if (token.generation != suspect.generation() || !token.suspect) {
            return;
        }
        if (verdict == Verdict.ALIVE || verdict == Verdict.TRUST) {
            door.endOutage();
            shelf.vouch(token, now);
        } else {
            shelf.refuse(token);
            news.loginNeeded(token, suspect.generation(), RefreshReason.PROBE);
        }
        if (verdict == Verdict.ALIVE) {
            suspicion.alive(token, suspect.raises(), now);
        } else if (verdict == Verdict.DEAD) {
            news.probesNeeded(suspicion.hint(now));
        }
    }

    OptionalLong shortestRemaining() {
        return shelf.shortestRemaining(now());
    }

    void expire() {
        shelf.expire(now());
    }

    void lastLoginError(@Nullable String message) {
        door.lastLoginError(message);
    }

    void outage(String reason) {
        door.outage(reason, now());
    }

    // Time

    /** Called at the time for which the timer was set. */
    void wake(long at) {
        if (at != wakeAt) {
            // An earlier timer was set since; going on here would set another one for good.
            return;
        }
        wakeAt = WaitLimits.NEVER;
        limits.apply(now());
    }

    /** What is to be done once the lock is released; with {@link WaitLimits#NEVER} the timer is not to be set. */
    record Afterwards(List<Runnable> calls, long wakeAt, long wakeIn) {
        static final Afterwards NOTHING = new Afterwards(List.of(), WaitLimits.NEVER, 0);
    }

    /** Takes the news, and finds whether the timer is to be set. */
    Afterwards afterwards() {
        long nextWake = limits.next();
        boolean setTimer = nextWake != WaitLimits.NEVER && (wakeAt == WaitLimits.NEVER || nextWake - wakeAt < 0);
        List<Runnable> calls = news.take();
        if (!setTimer) {
            return calls.isEmpty() ? Afterwards.NOTHING : new Afterwards(calls, WaitLimits.NEVER, 0);
        }
        wakeAt = nextWake;
        return new Afterwards(calls, nextWake, nextWake - now());
    }
}
