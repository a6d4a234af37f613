package io.tpp.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Measures everything that {@link Settings} asks for, and writes the report. Asserts no figure: the machine decides. */
@Tag("bench")
class BenchmarkIT {
    @Test
    void everyRowIsMeasured() throws Exception {
        Settings settings = Settings.ofSystemProperties();
        Report report = Benchmark.run(settings);
        assertThat(report.rows()).hasSameSizeAs(settings.rows());
    }
}
