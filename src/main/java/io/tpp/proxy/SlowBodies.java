package io.tpp.proxy;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Ends requests whose bodies come too slowly.
 *
 * <h2>Threads</h2>
 *
 * The sweep runs on the timer's thread, the rest on any; nothing blocks.
 */
final class SlowBodies {
    private final Map<Exchange, BodyMeter> underWay = new ConcurrentHashMap<>();
    private final Supplier<RequestLimits> limits;
    private final LongSupplier nanoTime;
    private final Consumer<Exchange> onTooSlow;

    SlowBodies(Supplier<RequestLimits> limits, LongSupplier nanoTime, Consumer<Exchange> onTooSlow) {
        this.limits = limits;
        this.nanoTime = nanoTime;
        this.onTooSlow = onTooSlow;
    }

    /** Starts the sweep; it ends with the timer. */
    void start(ScheduledExecutorService timer) {
        try {
            var unused = timer.schedule(() -> sweepAndGoOn(timer), pause().toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException stopped) {
            return;
        }
    }

    private void sweepAndGoOn(ScheduledExecutorService timer) {
        try {
            sweep();
        } finally {
            // The timeout may be another one by now.
            start(timer);
        }
    }

    private Duration pause() {
        Duration timeout = limits.get().bodyTimeout();
        Duration tenth = timeout.dividedBy(10);
        Duration second = Duration.ofSeconds(1);
        return timeout.isZero() || tenth.compareTo(second) > 0 ? second : tenth.plusMillis(1);
    }

    private void sweep() {
        underWay.forEach((exchange, meter) -> {
            if (meter.isTooSlow() && underWay.remove(exchange, meter)) {
                onTooSlow.accept(exchange);
            }
        });
    }

    /** A request with a body begins. Returns what measures it. */
    BodyMeter begin(Exchange exchange) {
        BodyMeter meter = new BodyMeter(limits.get(), nanoTime);
        underWay.put(exchange, meter);
        return meter;
    }

    /** The exchange is over. */
    void end(Exchange exchange) {
        underWay.remove(exchange);
    }
}
