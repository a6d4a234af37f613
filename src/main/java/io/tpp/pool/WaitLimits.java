package io.tpp.pool;

import java.time.Duration;
import java.util.function.Supplier;

/**
 * What time does to those who wait: their wait ends by the timeout, idle holders give their tokens up to
 * them, and a long wait is told.
 *
 * <p>Guarded by the pool's lock.
 */
final class WaitLimits {
    /** No time: there is nothing to be done at any. */
    static final long NEVER = Long.MAX_VALUE;

    /** A wait this long is told, and while it lasts again after {@link #NOTICE_AGAIN}. */
    private static final Duration LONG_WAIT = Duration.ofSeconds(5);

    private static final Duration NOTICE_AGAIN = Duration.ofMinutes(1);

    private final Supplier<PoolSettings> settings;
    private final LeaseLedger ledger;
    private final Door door;
    private final PoolNews news;

    /** When a long wait may be told again. */
    private long noticeNotBefore;

    /** When the last pause ended. */
    private long countFrom;

    private boolean resumed;

    WaitLimits(Supplier<PoolSettings> settings, LeaseLedger ledger, Door door, PoolNews news, long now) {
        this.settings = settings;
        this.ledger = ledger;
        this.door = door;
        this.news = news;
        this.noticeNotBefore = now;
    }

    /** Nobody has waited in vain for a token while there were none to be had: timeouts count from now. */
    void resumed(long now) {
        countFrom = now;
        resumed = true;
    }

    /** Does what has become due. */
    void apply(long now) {
        timeOutWaiters(now);
        noticeLongWait(now);
        Duration idleReclaim = settings.get().idleReclaim();
        if (!idleReclaim.isZero()) {
            ledger.reclaim(now - idleReclaim.toNanos(), now);
        }
    }

    private void timeOutWaiters(long now) {
        while (true) {
            ParkedRequest oldest = timed() ? ledger.line().oldest() : null;
            if (oldest == null || now - timeOutAt(oldest) < 0) {
                return;
            }
            door.timeOut(oldest, now);
        }
    }

    /** Returns whether waits end by their length; in a pause none does. */
    private boolean timed() {
        return !settings.get().waitTimeout().isZero() && !ledger.paused();
    }

    private void noticeLongWait(long now) {
        ParkedRequest oldest = ledger.line().oldest();
        if (oldest != null && now - noticeAt(oldest) >= 0) {
            noticeNotBefore = now + NOTICE_AGAIN.toNanos();
            news.longWait(door.state());
        }
    }

    /** Returns when something becomes due; {@link #NEVER}: nothing will. */
    long next() {
        ParkedRequest oldest = ledger.line().oldest();
        if (oldest == null) {
            return NEVER;
        }
        long next = noticeAt(oldest);
        if (timed()) {
            next = Times.earlier(next, timeOutAt(oldest));
        }
        Duration idleReclaim = settings.get().idleReclaim();
        long nextReclaim = idleReclaim.isZero() ? NEVER : ledger.nextReclaim(idleReclaim.toNanos());
        return nextReclaim == NEVER ? next : Times.earlier(next, nextReclaim);
    }

    private long noticeAt(ParkedRequest request) {
        return Times.later(request.since() + LONG_WAIT.toNanos(), noticeNotBefore);
    }

    private long timeOutAt(ParkedRequest request) {
        long since = resumed ? Times.later(request.since(), countFrom) : request.since();
        return since + settings.get().waitTimeout().toNanos();
    }
}
