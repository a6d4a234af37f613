package io.tpp.proxy;

import io.tpp.proxy.ProxyListener.AccessRefusal;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts refusals, and logs them: the first at once, a flood of them in one line now and then.
 *
 * <h2>Threads</h2>
 *
 * Refusals are told on any thread, and only counted there. What is logged, and what was, belongs to the scheduler's
 * thread.
 */
public final class AccessLog implements ClientAccess.AccessListener, Runnable {
    private static final Logger logger = LoggerFactory.getLogger(AccessLog.class);

    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration PAUSE = Duration.ofSeconds(30);

    private final Map<AccessRefusal, Tally> tallies = new EnumMap<>(AccessRefusal.class);
    private final ProxyListener listener;
    private final LongSupplier nanoTime;

    /** Refusals for one reason. */
    private static final class Tally {
        final LongAdder count = new LongAdder();
        volatile @Nullable String latest;
        long nextLine;
        boolean logged;
    }

    public AccessLog(ProxyListener listener, LongSupplier nanoTime) {
        this.listener = listener;
        this.nanoTime = nanoTime;
        for (AccessRefusal reason : AccessRefusal.values()) {
            tallies.put(reason, new Tally());
        }
    }

    /** Logs from now on, until the end of the scheduler. */
    public void start(ScheduledExecutorService scheduler) {
        var unused = scheduler.scheduleWithFixedDelay(this, LOOK.toNanos(), LOOK.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void refused(AccessRefusal reason, String client) {
        listener.accessRefused(reason);
        Tally tally = tally(reason);
        tally.latest = client;
        tally.count.increment();
    }

    private Tally tally(AccessRefusal reason) {
        Tally tally = tallies.get(reason);
        if (tally == null) {
            throw new IllegalStateException("there is one for each reason");
        }
        return tally;
    }

    /** Logs what has come, unless that was done a moment ago. */
    @Override
    public void run() {
        long now = nanoTime.getAsLong();
        tallies.forEach((reason, tally) -> {
            if (!tally.logged || now - tally.nextLine >= 0) {
                log(reason, tally, now);
            }
        });
    }

    private static void log(AccessRefusal reason, Tally tally, long now) {
        long count = tally.count.sumThenReset();
        if (count == 0) {
            return;
        }
        tally.logged = true;
        tally.nextLine = now + PAUSE.toNanos();
        logger.warn("Refused {}: {}, the latest from {}", count, what(reason), tally.latest);
    }

    private static String what(AccessRefusal reason) {
        return switch (reason) {
            case ADDRESS -> "connections of addresses that are not in access.allow";
            case KEY -> "requests without a valid API key";
            case SUBJECT -> "requests with a certificate that is not one of access.client_subjects";
            case OTHER_CLIENT -> "requests on a connection of another client";
            case CONNECTIONS -> "connections beyond access.max_connections_per_client";
            case PATH -> "requests for a closed path";
            case METHOD -> "requests with a method that is not one of access.allowed_methods";
        };
    }
}
