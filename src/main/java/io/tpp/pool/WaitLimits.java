package io.tpp.pool;

import java.time.Duration;

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

    private final PoolSettings settings;
    private final LeaseLedger ledger;
    private final Door door;
    private final PoolNews news;

    /** When a long wait may be told again. */
    private long noticeNotBefore;

    WaitLimits(PoolSettings settings, LeaseLedger ledger, Door door, PoolNews news, long now) {
        this.settings = settings;
        this.ledger = ledger;
        this.door = door;
        this.news = news;
        this.noticeNotBefore = now;
    }

    /** Does what has become due. */
    void apply(long now) {
        timeOutWaiters(now);
        noticeLongWait(now);
        if (!settings.idleReclaim().isZero()) {
            ledger.reclaim(now - settings.idleReclaim().toNanos(), now);
        }
    }

    private void timeOutWaiters(long now) {
        ParkedRequest oldest =
                settings.waitTimeout().isZero() ? null : ledger.line().oldest();
        while (oldest != null && now - timeOutAt(oldest) >= 0) {
            door.timeOut(oldest, now);
            oldest = ledger.line().oldest();
        }
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
        if (!settings.waitTimeout().isZero()) {
            next = Times.earlier(next, timeOutAt(oldest));
        }
        Long idleSince = settings.idleReclaim().isZero() ? null : ledger.longestIdleSince();
        return idleSince == null
                ? next
                : Times.earlier(next, idleSince + settings.idleReclaim().toNanos());
    }

    private long noticeAt(ParkedRequest request) {
        return Times.later(request.since() + LONG_WAIT.toNanos(), noticeNotBefore);
    }

    private long timeOutAt(ParkedRequest request) {
        return request.since() + settings.waitTimeout().toNanos();
    }
}
