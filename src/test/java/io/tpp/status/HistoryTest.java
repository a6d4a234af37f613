package io.tpp.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import io.tpp.metrics.Distribution;
import io.tpp.metrics.HttpMetrics;
import io.tpp.pool.PoolSnapshot;
import io.tpp.testing.ManualScheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class HistoryTest {
    private static final Distribution NO_WAITS = new Distribution(Collections.nCopies(17, 0L));

    private final ManualScheduler time = new ManualScheduler();
    private final long start = time.nanoTime();
    private final HttpMetrics http = new HttpMetrics(new MetricRegistry());
    private final History history = new History(
            () -> new PoolSnapshot(4, 3, 2, 1, 5, Duration.ofMillis(1500), null),
            () -> new Traffic(http.requests(), NO_WAITS, http.openConnections()),
            () -> Instant.EPOCH.plusNanos(time.nanoTime() - start),
            time::nanoTime);

    private List<Sample> after(int intervals) {
        history.start(time);
        time.advance(History.INTERVAL.multipliedBy(intervals));
        return history.samples(0);
    }

    @Test
    void aSampleHasTheRatesOfItsIntervalAndTheFiguresOfItsEnd() {
        http.connectionOpened();
        for (int i = 0; i < 10; i++) {
            http.requestEnded(200, Duration.ofMillis(70));
        }
        http.requestEnded(503, Duration.ofMillis(70));

        Sample sample = after(1).get(0);
        assertThat(sample.requests()).containsExactly(0.0, 2.0, 0.0, 0.0, 0.2);
        assertThat(sample.median().orElseThrow()).isBetween(0.05, 0.1);
        assertThat(sample.slowWait()).isEmpty();
        assertThat(sample.at()).isEqualTo(Instant.EPOCH.plus(History.INTERVAL));
        assertThat(List.of(sample.connections(), (long) sample.inUse(), (long) sample.available()))
                .containsExactly(1L, 2L, 1L);
        assertThat(sample.oldestWait()).isEqualTo(1.5);
        assertThat(sample.waiting()).isEqualTo(5);
    }

    @Test
    void anIntervalWithoutRequestsHasNoTimes() {
        http.requestEnded(200, Duration.ofMillis(70));

        List<Sample> samples = after(2);
        assertThat(samples.get(1).requests()).containsOnly(0.0);
        assertThat(samples.get(1).median()).isEmpty();
    }

    @Test
    void onlyTenMinutesAreKept() {
        List<Sample> samples = after(History.CAPACITY + 7);

        assertThat(samples).hasSize(History.CAPACITY);
        assertThat(samples.get(0).number()).isEqualTo(8);
        assertThat(History.INTERVAL.multipliedBy(History.CAPACITY)).isEqualTo(Duration.ofMinutes(10));
    }

    @Test
    void whoKnowsSomeGetsTheLaterOnes() {
        after(5);

        assertThat(history.samples(3)).extracting(Sample::number).containsExactly(4L, 5L);
        assertThat(history.samples(5)).isEmpty();
    }
}
