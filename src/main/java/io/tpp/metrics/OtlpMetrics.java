package io.tpp.metrics;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Counting;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.Metric;
import com.codahale.metrics.MetricRegistry;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.ObservableDoubleMeasurement;
import io.opentelemetry.api.metrics.ObservableLongMeasurement;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Hands the registry's metrics to the OpenTelemetry agent, under the names they have for Prometheus; without an agent
 * nobody asks for them.
 *
 * <p>Counters and gauges are read when the agent exports. Histograms it keeps itself, of the same durations in the
 * same buckets.
 *
 * <h2>Threads</h2>
 *
 * Opened and closed by one thread; read by the agent's.
 */
public final class OtlpMetrics {
    private final List<AutoCloseable> instruments = new ArrayList<>();

    private OtlpMetrics() {}

    /** Begins to publish what is registered now. */
    public static OtlpMetrics of(MetricRegistry registry) {
        OtlpMetrics metrics = new OtlpMetrics();
        Meter meter = GlobalOpenTelemetry.getMeter("io.tpp");
        byName(registry).forEach((name, values) -> metrics.publish(meter, name, values));
        return metrics;
    }

    private static Map<MetricName, Map<Attributes, Metric>> byName(MetricRegistry registry) {
        Map<MetricName, Map<Attributes, Metric>> metrics = new EnumMap<>(MetricName.class);
        registry.getMetrics().forEach((text, metric) -> {
            RegistryKey key = RegistryKey.parse(text);
            if (key != null) {
                metrics.computeIfAbsent(key.metric(), absent -> new LinkedHashMap<>())
                        .put(attributes(key), metric);
            }
        });
        return metrics;
    }

    private static Attributes attributes(RegistryKey key) {
        AttributesBuilder attributes = Attributes.builder();
        for (int i = 0; i < key.labelValues().size(); i++) {
            attributes.put(key.metric().labels.get(i), key.labelValues().get(i));
        }
        return attributes.build();
    }

    private void publish(Meter meter, MetricName name, Map<Attributes, Metric> values) {
        switch (name.type) {
            case HISTOGRAM -> publishHistogram(meter, name, values);
            case COUNTER ->
                instruments.add(meter.counterBuilder(name.text)
                        .setDescription(name.help)
                        .buildWithCallback(measurement -> observeCounts(measurement, values)));
            default ->
                instruments.add(meter.gaugeBuilder(name.text)
                        .setDescription(name.help)
                        .setUnit(unit(name))
                        .buildWithCallback(measurement -> observe(measurement, values)));
        }
    }

    private static String unit(MetricName name) {
        return name.text.endsWith("_seconds") ? "s" : "";
    }

    private static void observeCounts(ObservableLongMeasurement measurement, Map<Attributes, Metric> values) {
        values.forEach((attributes, metric) -> measurement.record(((Counting) metric).getCount(), attributes));
    }

    private static void observe(ObservableDoubleMeasurement measurement, Map<Attributes, Metric> values) {
        values.forEach((attributes, metric) -> {
            double value = value(metric);
            if (!Double.isNaN(value)) {
                measurement.record(value, attributes);
            }
        });
    }

    private static double value(Metric metric) {
        if (metric instanceof Counter counter) {
            return counter.getCount();
        }
        return metric instanceof Gauge<?> gauge && gauge.getValue() instanceof Number number
                ? number.doubleValue()
                : Double.NaN;
    }

    private void publishHistogram(Meter meter, MetricName name, Map<Attributes, Metric> values) {
        DoubleHistogram histogram = meter.histogramBuilder(name.text)
                .setDescription(name.help)
                .setUnit("s")
                .setExplicitBucketBoundariesAdvice(BucketHistogram.BOUNDS)
                .build();
        values.forEach((attributes, metric) -> {
            BucketHistogram own = (BucketHistogram) metric;
            own.alsoTo(seconds -> histogram.record(seconds, attributes));
            instruments.add(() -> own.alsoTo(seconds -> {}));
        });
    }

    /** Ends it. */
    public void close() throws Exception {
        for (AutoCloseable instrument : instruments) {
            instrument.close();
        }
    }
}
