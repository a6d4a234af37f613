package io.tpp.metrics;

import com.codahale.metrics.Metric;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleConsumer;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Counts durations in fixed buckets from 1 ms to 300 s.
 *
 * <p>Unlike Dropwizard's histograms it keeps no sample and computes no quantiles: buckets of several
 * TPPs can be added up, quantiles cannot.
 *
 * <h2>Threads</h2>
 *
 * Any thread may record or read at any time, without a lock. A reading taken meanwhile holds each
 * recorded duration either wholly in its bucket or not at all; its sum may be a few durations ahead
 * or behind.
 */
final class BucketHistogram implements Metric {
    /** The longest duration of each bucket but the last, in seconds; the last one has no limit. */
    static final List<Double> BOUNDS = DoubleStream.of(
                    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)
            .boxed()
            .toList();

    private static final double NANOS_PER_SECOND = 1e9;

    private final long[] boundNanos = BOUNDS.stream()
            .mapToLong(bound -> Math.round(bound * NANOS_PER_SECOND))
            .toArray();
    private final List<LongAdder> buckets =
            Stream.generate(LongAdder::new).limit(BOUNDS.size() + 1L).toList();
    private final LongAdder sumNanos = new LongAdder();
    private volatile DoubleConsumer another = seconds -> {};

    /** Counts one duration; a negative one counts as zero. */
    void record(Duration duration) {
        long nanos = Math.max(0, duration.toNanos());
        buckets.get(bucketOf(nanos)).increment();
        sumNanos.add(nanos);
        another.accept(nanos / NANOS_PER_SECOND);
    }

    /** Sets who is told each duration in seconds from now on, on the thread that records it. */
    void alsoTo(DoubleConsumer consumer) {
        another = consumer;
    }

    private int bucketOf(long nanos) {
        int bucket = 0;
        while (bucket < boundNanos.length && nanos > boundNanos[bucket]) {
            bucket++;
        }
        return bucket;
    }

    Reading read() {
        long[] counts = buckets.stream().mapToLong(LongAdder::sum).toArray();
        for (int i = 1; i < counts.length; i++) {
            counts[i] += counts[i - 1];
        }
        return new Reading(LongStream.of(counts).boxed().toList(), sumNanos.sum() / NANOS_PER_SECOND);
    }

    Distribution distribution() {
        return new Distribution(read().cumulative());
    }

    /**
     * The histogram at about one instant.
     *
     * @param cumulative for each bucket, how many durations were no longer than its bound
     * @param sumSeconds all durations added up
     */
    record Reading(List<Long> cumulative, double sumSeconds) {
        long count() {
            return cumulative.get(cumulative.size() - 1);
        }
    }
}
