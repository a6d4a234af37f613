package io.tpp.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.testing.Readme;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The README's table of metrics. */
class ReadmeMetricsTest {
    @Test
    void theTableHasEveryMetricInOrder() {
        assertThat(Readme.table("metric"))
                .extracting(row -> row.get(0))
                .isEqualTo(Stream.of(MetricName.values()).map(name -> name.text).toList());
    }
}
