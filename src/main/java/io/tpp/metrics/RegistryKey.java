package io.tpp.metrics;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a metric is called in the Dropwizard registry, which knows no labels: {@code
 * tpp_logins_total{outcome=ok}}.
 *
 * @param labelValues one for each of the metric's labels, in their order, without {@code ,} and
 *     braces
 */
record RegistryKey(MetricName metric, List<String> labelValues) {
    private static final Pattern TEXT = Pattern.compile("([^{}]+)(?:\\{([^{}]*)})?");

    RegistryKey {
        labelValues = List.copyOf(labelValues);
        if (labelValues.size() != metric.labels.size()) {
            throw new IllegalArgumentException(metric.text + " has the labels " + metric.labels);
        }
        if (labelValues.stream().anyMatch(value -> value.matches(".*[,{}].*"))) {
            throw new IllegalArgumentException("a label's value must not hold a comma or a brace");
        }
    }

    /** Returns the key that prints as {@code text}, or null if that is none of a described metric. */
    static @Nullable RegistryKey parse(String text) {
        Matcher parts = TEXT.matcher(text);
        MetricName metric = parts.matches() ? MetricName.find(parts.group(1)) : null;
        if (metric == null) {
            return null;
        }
        List<String> values = parts.group(2) == null ? List.of() : valuesOf(parts.group(2));
        return values.size() == metric.labels.size() ? new RegistryKey(metric, values) : null;
    }

    private static List<String> valuesOf(String labels) {
        return Stream.of(labels.split(",", -1))
                .map(label -> label.substring(label.indexOf('=') + 1))
                .toList();
    }

    @Override
    public String toString() {
        if (labelValues.isEmpty()) {
            return metric.text;
        }
        return IntStream.range(0, labelValues.size())
                .mapToObj(i -> metric.labels.get(i) + "=" + labelValues.get(i))
                .collect(Collectors.joining(",", metric.text + "{", "}"));
    }
}
