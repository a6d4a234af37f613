package io.tpp.pool;

import io.tpp.pool.PoolListener.RefreshReason;
import io.tpp.token.BearerToken;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The pool without its lock: what each call of {@link TokenPool}, where they are described, does with the
 * parts of the pool.
 *
 * <p>Guarded by the pool's lock.
 */
final class PoolCore {
    private final LongSupplier nanoTime;
    private final LeaseLedger ledger;
    private final TokenShelf shelf;
    private final PoolNews news;
    private final Door door;
    private final WaitLimits limits;

    /** When the timer wakes the pool next. */
    private long wakeAt = WaitLimits.NEVER;

    private boolean cleared;

    PoolCore(PoolSettings settings, LongSupplier nanoTime, PoolNews news) {
        this.nanoTime = nanoTime;
        this.news = news;
        this.ledger = new LeaseLedger(settings.size(), settings.ttl().toNanos(), news);
        this.shelf = ledger.shelf();
        this.door = new Door(settings, ledger, news, nanoTime);
        this.limits = new WaitLimits(settings, ledger, door, news, now());
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
        }
        return use;
    }

    void end(TokenUse use) {
        ledger.end(use, now());
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

    // Tokens the upstream does not accept

    void refused(TokenUse use) {
        if (shelf.refuse(use)) {
            news.loginNeeded(use.token(), use.generation(), RefreshReason.UNAUTHORIZED);
        }
    }

    void suspect(TokenUse use) {
        if (use.generation() == use.token().generation && shelf.suspect(use.token())) {
            news.probesNeeded(List.of(use.token()));
        }
    }

    void suspectAll() {
        news.probesNeeded(shelf.suspectAll());
    }

    // States

    PoolSnapshot snapshot() {
        return door.state();
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

    boolean renew(PooledToken token, BearerToken value, long obtainedAt) {
        if (cleared) {
            return false;
        }
        door.endOutage();
        return shelf.renew(token, value, obtainedAt, now());
    }

    TokenPool.@Nullable Suspect suspect(PooledToken token) {
        BearerToken value = token.value;
        return token.suspect && value != null ? new TokenPool.Suspect(value, token.generation) : null;
    }

    void probed(PooledToken token, int generation, boolean alive) {
        if (token.generation != generation) {
            return;
        }
        if (alive) {
            shelf.vouch(token, now());
        } else if (shelf.confirm(token)) {
            news.loginNeeded(token, generation, RefreshReason.PROBE);
        }
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
