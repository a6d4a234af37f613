package io.tpp.pool;

import io.tpp.pool.PoolListener.RefreshReason;
import java.time.Duration;
import java.util.Collection;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/**
 * When each token is due: for a login, ahead of its ttl or at once; for the end of its ttl; for a probe
 * while it is idle. Random parts keep them from all falling together.
 *
 * <p>Owned by {@link TokenRefresher}'s thread.
 */
final class RefreshSchedule {
    /** The ages of a very large pool are not looked at more often than this. */
    private static final Duration SHORTEST_CHECK = Duration.ofMillis(100);

    /** How long a token lasts that does not age. */
    private static final Duration FOR_EVER = Duration.ofDays(36_500);

    private final TokenPool pool;
    private final Supplier<PoolSettings> settings;
    private final LoginQueue queue;
    private final DoubleSupplier random;

    /** When something happens that {@link #check} has to see. */
    private long nextCheckAt;

    private long checkedAt;

    RefreshSchedule(
            TokenPool pool, Supplier<PoolSettings> settings, LoginQueue queue, DoubleSupplier random, long now) {
        this.pool = pool;
        this.settings = settings;
        this.queue = queue;
        this.random = random;
        this.nextCheckAt = now;
        this.checkedAt = now - SHORTEST_CHECK.toNanos();
    }

    long nextCheckAt() {
        return Times.later(nextCheckAt, checkedAt + SHORTEST_CHECK.toNanos());
    }

    /** Makes the next check come at this time, or earlier. */
    void checkAt(long time) {
        nextCheckAt = Times.earlier(nextCheckAt, time);
    }

    /** Looks at all ages, lines up what is due and holds idle tokens back that are to be probed. */
    void check(Collection<TokenPlan> plans, long now) {
        pool.expire();
        checkedAt = now;
        nextCheckAt = now + settings.get().refreshCheck().toNanos();
        int probes = 0;
        for (TokenPlan plan : plans) {
            lineUp(plan, now);
            if (probes < settings.get().loginConcurrency() && validate(plan, now)) {
                probes++;
            }
        }
    }

    private void lineUp(TokenPlan plan, long now) {
        if (!plan.scheduled && now - plan.dueAt >= 0) {
            plan.scheduled = true;
            queue.add(plan, now);
        }
        if (plan.expiresAt - now <= 0) {
            plan.alive = false;
        }
        if (!plan.scheduled) {
            checkAt(plan.dueAt);
        } else if (plan.expiresAt - now > 0) {
            // Until its next login has worked, the end of the old value is what the pool has to notice.
            checkAt(plan.expiresAt);
        }
    }

    private boolean validate(TokenPlan plan, long now) {
        if (settings.get().validate().isZero() || !plan.alive) {
            return false;
        }
        boolean due = now - plan.validateAt >= 0;
        if (due) {
            plan.validateAt = now + jittered(settings.get().validate());
        }
        checkAt(plan.validateAt);
        return due && pool.suspectIfIdle(plan.token);
    }

    private long jittered(Duration interval) {
        return (long) (interval.toNanos() * (1 - random.getAsDouble() / 4));
    }

    /** A token's login, begun then, has worked. */
    void renewed(TokenPlan plan, boolean ages, long startedAt, long now) {
        plan.obtainedAt = startedAt;
        plan.expiresAt = startedAt + (ages ? settings.get().ttl() : FOR_EVER).toNanos();
        plan.dueAt = ages ? startedAt + lifeUntilRefresh() : plan.expiresAt;
        checkAt(plan.dueAt);
        if (!settings.get().validate().isZero()) {
            plan.validateAt = now + jittered(settings.get().validate());
            checkAt(plan.validateAt);
        }
    }

    /** The settings have changed: finds again when each token is due, of those that are alive. */
    void changed(Collection<TokenPlan> plans, PoolSettings before, long now) {
        PoolSettings after = settings.get();
        boolean life =
                !after.ttl().equals(before.ttl()) || !after.refreshAhead().equals(before.refreshAhead());
        boolean probes = !after.validate().equals(before.validate());
        for (TokenPlan plan : plans) {
            if (life && plan.alive && plan.credential.source().expires()) {
                plan.expiresAt = plan.obtainedAt + after.ttl().toNanos();
                plan.dueAt = plan.obtainedAt + lifeUntilRefresh();
            }
            if (probes) {
                plan.validateAt = now + jittered(after.validate());
            }
        }
        checkAt(now);
    }

    /** Returns the age in nanoseconds at which a token is replaced: ahead of the ttl, less a random half of that. */
    private long lifeUntilRefresh() {
        double ahead = settings.get().refreshAhead().toNanos() * (1 - random.getAsDouble() / 2);
        return settings.get().ttl().toNanos() - (long) ahead;
    }

    /** Lines up a login out of turn, unless one is on its way. */
    void dueNow(TokenPlan plan, RefreshReason reason, long now) {
        plan.reason = reason;
        plan.dueAt = now;
        lineUp(plan, now);
    }
}
