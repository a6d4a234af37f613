package io.tpp.status;

import io.tpp.metrics.Distribution;
import io.tpp.pool.PoolSnapshot;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The last ten minutes, sampled every five seconds from the counters that metrics are made of.
 *
 * <h2>Threads</h2>
 *
 * Samples are taken on the timer's thread, to which all but {@link #samples} belongs; that may be read on any.
 */
public final class History {
    static final Duration INTERVAL = Duration.ofSeconds(5);
    static final int CAPACITY = 120;

    private static final double NANOS_PER_SECOND = 1e9;
    private static final double MEDIAN = 0.5;
    private static final double SLOW = 0.95;

    private final Supplier<PoolSnapshot> pool;
    private final Supplier<Traffic> traffic;
    private final InstantSource clock;
    private final LongSupplier nanoTime;

    /** Oldest first; replaced as a whole. */
    private volatile List<Sample> samples = List.of();

    private Traffic before;
    private long beforeAt;
    private long taken;

    /** {@code traffic} and {@code pool} are asked at once, and then at each sample. */
    public History(Supplier<PoolSnapshot> pool, Supplier<Traffic> traffic, InstantSource clock, LongSupplier nanoTime) {
        this.pool = pool;
        this.traffic = traffic;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.before = traffic.get();
        this.beforeAt = nanoTime.getAsLong();
    }

    /** Starts to sample; it ends with the timer. */
    public void start(ScheduledExecutorService timer) {
        var unused = timer.scheduleWithFixedDelay(
                this::sample, INTERVAL.toNanos(), INTERVAL.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void sample() {
        long now = nanoTime.getAsLong();
        Traffic current = traffic.get();
        add(sample(current, (now - beforeAt) / NANOS_PER_SECOND));
        before = current;
        beforeAt = now;
    }

    private Sample sample(Traffic current, double seconds) {
        PoolSnapshot figures = pool.get();
        Distribution requests = current.allRequests().since(before.allRequests());
        return new Sample(
                ++taken,
                clock.instant(),
                current.countsSince(before).stream()
                        .map(count -> seconds > 0 ? count / seconds : 0)
                        .toList(),
                requests.quantile(MEDIAN),
                requests.quantile(SLOW),
                current.waits().since(before.waits()).quantile(SLOW),
                figures.waiting(),
                figures.oldestWait().toNanos() / NANOS_PER_SECOND,
                current.connections(),
                figures.inUse(),
                figures.available(),
                figures.total());
    }

    private void add(Sample sample) {
        List<Sample> kept = new ArrayList<>(samples);
        kept.add(sample);
        samples = List.copyOf(kept.subList(Math.max(0, kept.size() - CAPACITY), kept.size()));
    }

    /** Returns the samples after the one with that number, oldest first. */
    List<Sample> samples(long after) {
        return samples.stream().filter(sample -> sample.number() > after).toList();
    }
}
