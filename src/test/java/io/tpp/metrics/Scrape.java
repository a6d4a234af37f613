package io.tpp.metrics;

import com.codahale.metrics.MetricRegistry;
import io.prometheus.client.Collector.MetricFamilySamples;
import io.prometheus.client.Collector.MetricFamilySamples.Sample;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What one scrape shows of a Dropwizard registry, by series: {@code name{label=value}}. */
record Scrape(List<MetricFamilySamples> families) {
    static Scrape of(MetricRegistry registry) {
        return new Scrape(new RegistryCollector(registry).collect());
    }

    Map<String, Double> values() {
        Map<String, Double> values = new TreeMap<>();
        families.stream().flatMap(family -> family.samples.stream()).forEach(sample -> {
            if (values.put(series(sample), sample.value) != null) {
                throw new AssertionError("twice: " + series(sample));
            }
        });
        return values;
    }

    /** Returns the series whose value is not 0. */
    Map<String, Double> moved() {
        Map<String, Double> moved = values();
        moved.values().removeIf(value -> value == 0);
        return moved;
    }

    private static String series(Sample sample) {
        StringBuilder series = new StringBuilder(sample.name);
        for (int i = 0; i < sample.labelNames.size(); i++) {
            series.append(i == 0 ? '{' : ',')
                    .append(sample.labelNames.get(i))
                    .append('=')
                    .append(sample.labelValues.get(i));
        }
        return series.append(sample.labelNames.isEmpty() ? "" : "}").toString();
    }
}
