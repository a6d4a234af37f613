package io.tpp.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BucketHistogramTest {
    private final BucketHistogram histogram = new BucketHistogram();

    @Test
    void boundsRunFromOneMillisecondToThreeHundredSeconds() {
        assertThat(BucketHistogram.BOUNDS)
                .containsExactly(
                        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0,
                        300.0);
    }

    @Test
    void aDurationEqualToABoundFallsBelowIt() {
        histogram.record(Duration.ofNanos(2_500_000));

        assertThat(histogram.read().cumulative()).startsWith(0L, 1L, 1L);
    }

    @Test
    void aDurationJustAboveABoundFallsIntoTheNextBucket() {
        histogram.record(Duration.ofNanos(2_500_001));

        assertThat(histogram.read().cumulative()).startsWith(0L, 0L, 1L, 1L);
    }

    @Test
    void everyBucketHoldsAllShorterDurations() {
        histogram.record(Duration.ZERO);
        histogram.record(Duration.ofMillis(3));
        histogram.record(Duration.ofSeconds(7));
        histogram.record(Duration.ofHours(2));

        BucketHistogram.Reading reading = histogram.read();
        assertThat(reading.cumulative())
                .containsExactly(1L, 1L, 2L, 2L, 2L, 2L, 2L, 2L, 2L, 2L, 2L, 2L, 3L, 3L, 3L, 3L, 4L);
        assertThat(reading.count()).isEqualTo(4);
        assertThat(reading.sumSeconds()).isEqualTo(7207.003);
    }

    @Test
    void aNegativeDurationCountsAsZero() {
        histogram.record(Duration.ofMillis(-5));

        assertThat(histogram.read().cumulative()).startsWith(1L);
        assertThat(histogram.read().sumSeconds()).isZero();
    }

    @Test
    void threadsLoseNoDurationAndReadersNeverSeeACountFall() throws Exception {
        int threads = 4;
        // With far fewer, one thread is done before the next begins and a lost update goes unseen.
        int each = 1_000_000;
        CyclicBarrier start = new CyclicBarrier(threads + 1);
        ExecutorService executor = Executors.newFixedThreadPool(threads + 1);
        try {
            List<Future<?>> tasks = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                tasks.add(executor.submit(() -> recordMany(start, each)));
            }
            tasks.add(executor.submit(() -> readUntil(start, (long) threads * each)));
            for (Future<?> task : tasks) {
                task.get(20, TimeUnit.SECONDS);
            }
        } finally {
            executor.shutdownNow();
        }
        assertThat(histogram.read().count()).isEqualTo((long) threads * each);
        assertThat(histogram.read().sumSeconds()).isEqualTo(threads * each * 0.002);
    }

    private Void recordMany(CyclicBarrier start, int times) throws Exception {
        start.await(10, TimeUnit.SECONDS);
        for (int i = 0; i < times; i++) {
            histogram.record(Duration.ofMillis(i % 5));
        }
        return null;
    }

    private Void readUntil(CyclicBarrier start, long expected) throws Exception {
        start.await(10, TimeUnit.SECONDS);
        BucketHistogram.Reading last = histogram.read();
        while (last.count() < expected && !Thread.currentThread().isInterrupted()) {
            BucketHistogram.Reading next = histogram.read();
            assertThat(next.cumulative()).isSorted();
            assertThat(next.count()).isGreaterThanOrEqualTo(last.count()).isLessThanOrEqualTo(expected);
            last = next;
        }
        return null;
    }
}
