package io.tpp.proxy;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Ends requests whose bodies come too slowly.
 *
 * <h2>Threads</h2>
 *
 * The sweep runs on the timer's thread, the rest on any; nothing blocks.
 */
final class SlowBodies {
    private final Map<Exchange, BodyMeter> underWay = new ConcurrentHashMap<>();
    private final RequestLimits limits;
    private final LongSupplier nanoTime;
    private final Consumer<Exchange> onTooSlow;

    SlowBodies(RequestLimits limits, LongSupplier nanoTime, Consumer<Exchange> onTooSlow) {
        this.limits = limits;
        this.nanoTime = nanoTime;
        this.onTooSlow = onTooSlow;
    }

    /** Starts the sweep; it ends with the timer. */
    void start(ScheduledExecutorService timer) {
        if (!limits.bodyTimeout().isZero()) {
            Duration pause = sweep(limits.bodyTimeout());
            var unused =
                    timer.scheduleWithFixedDelay(this::sweep, pause.toNanos(), pause.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private static Duration sweep(Duration timeout) {
        Duration tenth = timeout.dividedBy(10);
        Duration second = Duration.ofSeconds(1);
        return tenth.compareTo(second) > 0 ? second : tenth.plusMillis(1);
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
        BodyMeter meter = new BodyMeter(limits, nanoTime);
        underWay.put(exchange, meter);
        return meter;
    }

    /** The exchange is over. */
    void end(Exchange exchange) {
        underWay.remove(exchange);
    }
}
