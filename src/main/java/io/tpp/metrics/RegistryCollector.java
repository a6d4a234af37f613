package io.tpp.metrics;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.Metric;
import com.codahale.metrics.MetricRegistry;
import io.prometheus.client.Collector;
import io.prometheus.client.Collector.MetricFamilySamples.Sample;
import io.prometheus.client.dropwizard.DropwizardExports;
import io.tpp.pool.PoolSnapshot;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Gives the described metrics of a Dropwizard registry to Prometheus, under their real names, types,
 * help texts and labels.
 *
 * <p>Counters and plain gauges go through {@link DropwizardExports}, which however calls counters
 * gauges, writes its own help texts and knows no buckets; those three things are done here. All
 * figures of the pool in one collection come from one snapshot. Thread-safe.
 */
final class RegistryCollector extends Collector {
    private final MetricRegistry registry;
    private final DropwizardExports plainMetrics;
    // Parsed once for each metric, not at each scrape. Bounded by the size of the registry.
    private final Map<String, Optional<RegistryKey>> keys = new ConcurrentHashMap<>();

    RegistryCollector(MetricRegistry registry) {
        this.registry = registry;
        this.plainMetrics = new DropwizardExports(registry, this::isPlain, this::sample);
    }

    @Override
    public List<MetricFamilySamples> collect() {
        Map<MetricName, List<Sample>> samples = new EnumMap<>(MetricName.class);
        collectPlainMetrics(samples);
        collectOwnMetrics(samples);
        return samples.entrySet().stream()
                .map(family -> family(family.getKey(), family.getValue()))
                .toList();
    }

    private static MetricFamilySamples family(MetricName name, List<Sample> samples) {
        return new MetricFamilySamples(name.text, name.type, name.help, samples);
    }

    private boolean isPlain(String key, Metric metric) {
        boolean plain = metric instanceof Counter || (metric instanceof Gauge && !(metric instanceof PoolGauge));
        return plain && key(key).isPresent();
    }

    private void collectPlainMetrics(Map<MetricName, List<Sample>> samples) {
        for (MetricFamilySamples family : plainMetrics.collect()) {
            MetricName name = Objects.requireNonNull(MetricName.find(family.name));
            samplesOf(name, samples).addAll(family.samples);
        }
    }

    /** Called back by {@link DropwizardExports}; suffix and labels are empty for counters and gauges. */
    private Sample sample(
            String key, String suffix, List<String> extraLabels, List<String> extraLabelValues, double value) {
        return sample(key(key).orElseThrow(), value);
    }

    private static Sample sample(RegistryKey key, double value) {
        return new Sample(key.metric().text, key.metric().labels, key.labelValues(), value);
    }

    private void collectOwnMetrics(Map<MetricName, List<Sample>> samples) {
        @Nullable PoolSnapshot pool = null;
        for (Map.Entry<String, Metric> entry : registry.getMetrics().entrySet()) {
            RegistryKey key = key(entry.getKey()).orElse(null);
            if (key != null && entry.getValue() instanceof PoolGauge gauge) {
                pool = pool == null ? gauge.snapshot() : pool;
                samplesOf(key.metric(), samples).add(sample(key, gauge.valueIn(pool)));
            } else if (key != null && entry.getValue() instanceof BucketHistogram histogram) {
                samplesOf(key.metric(), samples).addAll(HistogramSamples.of(key, histogram.read()));
            }
        }
    }

    private static List<Sample> samplesOf(MetricName name, Map<MetricName, List<Sample>> samples) {
        return samples.computeIfAbsent(name, absent -> new ArrayList<>());
    }

    private Optional<RegistryKey> key(String text) {
        return keys.computeIfAbsent(text, unknown -> Optional.ofNullable(RegistryKey.parse(unknown)));
    }
}
