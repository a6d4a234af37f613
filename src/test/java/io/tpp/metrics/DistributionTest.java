package io.tpp.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class DistributionTest {
    private final BucketHistogram histogram = new BucketHistogram();

    private void record(int times, Duration duration) {
        for (int i = 0; i < times; i++) {
            histogram.record(duration);
        }
    }

    @Test
    void withoutDurationsThereIsNoQuantile() {
        assertThat(histogram.distribution().quantile(0.5)).isEmpty();
    }

    @Test
    void quantilesAreSpreadEvenlyWithinTheirBucket() {
        record(100, Duration.ofMillis(70));

        assertThat(histogram.distribution().quantile(0.5).orElseThrow()).isCloseTo(0.075, within(1e-9));
        assertThat(histogram.distribution().quantile(1).orElseThrow()).isCloseTo(0.1, within(1e-9));
    }

    @Test
    void aFewSlowOnesShowInTheHighQuantileOnly() {
        record(94, Duration.ofMillis(2));
        record(6, Duration.ofSeconds(40));

        assertThat(histogram.distribution().quantile(0.5).orElseThrow()).isBetween(0.001, 0.0025);
        assertThat(histogram.distribution().quantile(0.95).orElseThrow()).isBetween(30.0, 60.0);
    }

    @Test
    void whatExceedsAllBoundsCountsAsTheHighest() {
        record(1, Duration.ofHours(2));

        assertThat(histogram.distribution().quantile(0.5)).hasValue(300);
    }

    @Test
    void onlyWhatCameSinceCounts() {
        record(1000, Duration.ofSeconds(5));
        Distribution before = histogram.distribution();
        record(10, Duration.ofMillis(1));

        Distribution since = histogram.distribution().since(before);
        assertThat(since.count()).isEqualTo(10);
        assertThat(since.quantile(0.95).orElseThrow()).isLessThanOrEqualTo(0.001);
        assertThat(since.plus(before)).isEqualTo(histogram.distribution());
    }

    @Test
    void otherBucketsAreRefused() {
        assertThatThrownBy(() -> new Distribution(List.of(1L, 2L))).isInstanceOf(IllegalArgumentException.class);
    }
}
