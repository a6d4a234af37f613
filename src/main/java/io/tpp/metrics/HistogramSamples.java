package io.tpp.metrics;

import io.prometheus.client.Collector;
import io.prometheus.client.Collector.MetricFamilySamples.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A histogram as Prometheus wants it: cumulative {@code _bucket}s, {@code _count} and {@code _sum}. */
final class HistogramSamples {
    private static final List<String> UPPER_BOUNDS = Stream.concat(
                    BucketHistogram.BOUNDS.stream(), Stream.of(Double.POSITIVE_INFINITY))
            .map(Collector::doubleToGoString)
            .toList();

    private HistogramSamples() {}

    static List<Sample> of(RegistryKey key, BucketHistogram.Reading reading) {
        List<Sample> samples = new ArrayList<>();
        List<String> bucketLabels = with("le", key.metric().labels);
        for (int i = 0; i < UPPER_BOUNDS.size(); i++) {
            List<String> values = with(UPPER_BOUNDS.get(i), key.labelValues());
            samples.add(new Sample(
                    key.metric().text + "_bucket",
                    bucketLabels,
                    values,
                    reading.cumulative().get(i)));
        }
        samples.add(sample(key, "_count", (double) reading.count()));
        samples.add(sample(key, "_sum", reading.sumSeconds()));
        return samples;
    }

    private static Sample sample(RegistryKey key, String suffix, double value) {
        return new Sample(key.metric().text + suffix, key.metric().labels, key.labelValues(), value);
    }

    private static List<String> with(String last, List<String> first) {
        return Stream.concat(first.stream(), Stream.of(last)).toList();
    }
}
