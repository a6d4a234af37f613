package io.tpp.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.testing.Readme;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of metrics in operating.md. */
class OperatingMetricsTest {
    @Test
    void theTableHasEveryMetricInOrder() {
        assertThat(Readme.table(Readme.text(Path.of("src/site/markdown/operating.md")), "metric"))
                .extracting(row -> row.get(0))
                .isEqualTo(Stream.of(MetricName.values()).map(name -> name.text).toList());
    }
}
