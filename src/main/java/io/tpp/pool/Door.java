package io.tpp.pool;

import io.tpp.pool.PoolListener.Outcome;
import io.tpp.pool.RefusedException.Reason;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who may wait and who is turned away, and with which words.
 *
 * <p>Guarded by the pool's lock.
 */
final class Door {
    private final Supplier<PoolSettings> settings;
    private final LeaseLedger ledger;
    private final PoolNews news;
    private final LongSupplier nanoTime;
    private boolean draining;

    /** Why no token is coming soon; null: one is, as far as is known. */
    private @Nullable String outage;

    private @Nullable String lastLoginError;

    Door(Supplier<PoolSettings> settings, LeaseLedger ledger, PoolNews news, LongSupplier nanoTime) {
        this.settings = settings;
        this.ledger = ledger;
        this.news = news;
        this.nanoTime = nanoTime;
    }

    /** Lets a request wait, or says why it may not. */
    void park(Holder holder, Waiter waiter, long now) throws RefusedException {
        RefusedException refusal = refusal(holder);
        if (refusal != null) {
            news.acquireEnded(Outcome.REJECTED, 0);
            throw refusal;
        }
        ledger.park(holder, waiter, now);
    }

    private @Nullable RefusedException refusal(Holder holder) {
        if (holder.closed) {
            return new RefusedException(Reason.CLIENT_GONE, "the client left");
        }
        if (draining) {
            return shuttingDown();
        }
        if (outage != null && !ledger.paused() && !usable()) {
            return noToken(outage);
        }
        int maxWaiting = settings.get().maxWaiting();
        if (maxWaiting > 0 && ledger.line().size() >= maxWaiting) {
            return new RefusedException(
                    Reason.QUEUE_FULL,
                    "no token is free and the queue is full (token.max_waiting " + maxWaiting + "): " + state());
        }
        return null;
    }

    /** Takes a request out whose client left. */
    void cancel(ParkedRequest request, long now) {
        ledger.unpark(request, now);
        news.acquireEnded(Outcome.CANCELLED, now - request.since());
    }

    /** Refuses all that wait, and from now on everything that would have to wait. */
    void drain(long now) {
        draining = true;
        refuseAll(shuttingDown(), now);
    }

    /** While no token is usable, refuses all that wait and all that come; nobody while the pool is paused. */
    void outage(String reason, long now) {
        outage = reason;
        if (!ledger.paused() && !usable()) {
            refuseAll(noToken(reason), now);
        }
    }

    @Nullable
    String outage() {
        return outage != null && !usable() ? outage : null;
    }

    void endOutage() {
        outage = null;
    }

    /** Refuses a request that has waited for as long as it may. */
    void timeOut(ParkedRequest request, long now) {
        RefusedException refusal = new RefusedException(
                Reason.WAIT_TIMEOUT,
                "no token came free within token.wait_timeout_seconds "
                        + settings.get().waitTimeout().toMillis() / 1000.0 + ": " + state());
        refuse(request, refusal, Outcome.TIMEOUT, now);
    }

    private void refuseAll(RefusedException refusal, long now) {
        ledger.line().requests().forEach(request -> refuse(request, refusal, Outcome.REJECTED, now));
    }

    private void refuse(ParkedRequest request, RefusedException refusal, Outcome outcome, long now) {
        ledger.unpark(request, now);
        news.acquireEnded(outcome, now - request.since());
        news.refused(request, refusal);
    }

    void lastLoginError(@Nullable String message) {
        lastLoginError = message;
    }

    private boolean usable() {
        return ledger.shelf().available() + ledger.shelf().inUse() > 0;
    }

    PoolSnapshot state() {
        ParkedRequest oldest = ledger.line().oldest();
        return new PoolSnapshot(
                settings.get().size(),
                ledger.shelf().held(),
                ledger.shelf().inUse(),
                ledger.shelf().available(),
                ledger.line().size(),
                oldest == null ? Duration.ZERO : Duration.ofNanos(nanoTime.getAsLong() - oldest.since()),
                lastLoginError);
    }

    private static RefusedException shuttingDown() {
        return new RefusedException(Reason.SHUTTING_DOWN, "shutting down");
    }

    private RefusedException noToken(String reason) {
        return new RefusedException(Reason.NO_TOKEN, "no usable token: " + reason + ": " + state().figures());
    }
}
