package io.tpp.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import io.prometheus.client.Collector.MetricFamilySamples;
import io.prometheus.client.CollectorRegistry;
import io.tpp.pool.PoolSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PrometheusExportTest {
    private static final PoolSnapshot POOL = new PoolSnapshot(3, 2, 1, 1, 0, Duration.ZERO, null);

    private final MetricRegistry registry = new MetricRegistry();

    @Test
    void everyDescribedMetricIsPublishedInOrderWithItsTypeAndHelp() {
        CollectorRegistry exported = exportAll();

        List<String> published = families(exported)
                .filter(family -> family.name.startsWith("tpp_"))
                .map(family -> realName(family) + " " + family.type + " " + family.help)
                .toList();

        assertThat(published)
                .containsExactlyElementsOf(Stream.of(MetricName.values())
                        .map(name -> name.text + " " + name.type + " " + name.help)
                        .toList());
    }

    @Test
    void noHelpTextIsGenerated() {
        assertThat(families(exportAll()))
                .noneMatch(family -> family.help.contains("Generated") || family.help.isBlank());
    }

    @Test
    void whatIsNotDescribedIsNotPublished() {
        registry.counter("org.example.alice.requests").inc();
        registry.timer("tpp_requests_total");
        registry.gauge("tpp_logins_total{outcome=ok,user=alice}", () -> () -> 1);

        assertThat(Scrape.of(registry).families()).isEmpty();
    }

    @Test
    void buildInfoNamesTheVersions() {
        assertThat(exportAll().getSampleValue("tpp_build_info", new String[] {"version", "java"}, new String[] {
                    "1.2.3", System.getProperty("java.version")
                }))
                .isEqualTo(1.0);
    }

    @Test
    void theJavaMachineAndTheProcessAreShown() {
        assertThat(families(exportAll()).map(PrometheusExportTest::realName))
                .contains("process_cpu_seconds_total", "jvm_memory_bytes_used", "jvm_threads_current", "jvm_info");
    }

    @Test
    void nothingIsLeftInTheLibrarysStaticRegistry() {
        assertThat(families(exportAll())).isNotEmpty();
        assertThat(families(CollectorRegistry.defaultRegistry)).isEmpty();
    }

    private CollectorRegistry exportAll() {
        new HttpMetrics(registry).connectionOpened();
        new PoolMetrics(registry, () -> POOL, () -> Duration.ZERO, () -> 0).reclaimed();
        ReloadMetrics.register(registry, () -> true, () -> Instant.EPOCH);
        return PrometheusExport.of(registry, "1.2.3");
    }

    private static Stream<MetricFamilySamples> families(CollectorRegistry exported) {
        return Collections.list(exported.metricFamilySamples()).stream();
    }

    /** The library cuts {@code _total} off a counter's name and puts it back when it writes. */
    private static String realName(MetricFamilySamples family) {
        return switch (family.type) {
            case COUNTER -> family.name + "_total";
            case INFO -> family.name + "_info";
            default -> family.name;
        };
    }
}
