package io.tpp.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A strict reader of the Prometheus text format 0.0.4: each family once, with HELP before TYPE before
 * its samples, no series twice, counters not negative, histograms cumulative and complete.
 */
final class PrometheusText {
    private static final String NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
    private static final String LABEL = "[a-zA-Z_][a-zA-Z0-9_]*=\"(?:[^\"\\\\\\n]|\\\\[\\\\\"n])*\"";
    private static final Pattern HELP = Pattern.compile("# HELP (" + NAME + ") (\\S.*)");
    private static final Pattern TYPE = Pattern.compile("# TYPE (" + NAME + ") (counter|gauge|histogram|summary)");
    private static final Pattern SAMPLE =
            Pattern.compile("(" + NAME + ")(\\{(?:" + LABEL + ",?)*})? (NaN|[+-]Inf|-?[0-9.]+(?:E-?[0-9]+)?)");
    private static final Pattern BOUND = Pattern.compile("(,?)le=\"([^\"]*)\",?");

    private final Map<String, Double> samples = new LinkedHashMap<>();
    private final Map<String, String> types = new LinkedHashMap<>();
    private final Map<String, String> helps = new LinkedHashMap<>();
    private final Map<String, List<Double>> bucketsBySeries = new LinkedHashMap<>();
    private final Set<String> withInfinity = new HashSet<>();
    private @Nullable String helpedFamily;
    private String family = "";

    private PrometheusText() {}

    static PrometheusText parse(String text) {
        assertThat(text).endsWith("\n");
        PrometheusText parsed = new PrometheusText();
        text.lines().forEach(parsed::line);
        parsed.checkHistograms();
        return parsed;
    }

    Map<String, Double> samples() {
        return samples;
    }

    Map<String, String> types() {
        return types;
    }

    private void line(String line) {
        Matcher help = HELP.matcher(line);
        Matcher type = TYPE.matcher(line);
        if (help.matches()) {
            helpedFamily = help.group(1);
            assertThat(helps.put(help.group(1), help.group(2)))
                    .as("twice: " + line)
                    .isNull();
        } else if (type.matches()) {
            family = type.group(1);
            assertThat(family).as("HELP goes first: " + line).isEqualTo(helpedFamily);
            assertThat(types.put(family, type.group(2))).as("twice: " + line).isNull();
        } else {
            sample(line);
        }
    }

    private void sample(String line) {
        Matcher sample = SAMPLE.matcher(line);
        assertThat(sample.matches()).as("not a sample: " + line).isTrue();
        String name = sample.group(1);
        String labels = sample.group(2) == null ? "" : sample.group(2);
        double value = number(sample.group(3));
        assertThat(name).as("in family " + family + ": " + line).matches(family + suffixes(types.get(family)));
        assertThat(samples.put(name + labels, value)).as("twice: " + line).isNull();
        if ("counter".equals(types.get(family))) {
            assertThat(value).as(line).isNotNegative();
        }
        if ("histogram".equals(types.get(family)) && name.endsWith("_bucket")) {
            bucket(labels, value);
        }
    }

    private static String suffixes(@Nullable String type) {
        return switch (String.valueOf(type)) {
            case "histogram" -> "_(bucket|count|sum)";
            case "summary" -> "(_count|_sum)?";
            default -> "";
        };
    }

    private void bucket(String labels, double value) {
        Matcher bound = BOUND.matcher(labels);
        assertThat(bound.find()).as(family + labels).isTrue();
        String series =
                family + "%s" + (labels.substring(0, bound.start()) + bound.group(1) + labels.substring(bound.end()));
        bucketsBySeries.computeIfAbsent(series, absent -> new ArrayList<>()).add(value);
        if (bound.group(2).equals("+Inf")) {
            withInfinity.add(series);
        }
    }

    private void checkHistograms() {
        bucketsBySeries.forEach((series, buckets) -> {
            String plain = series.endsWith("%s{}") ? series.substring(0, series.length() - 2) : series;
            assertThat(buckets).as(series).isSorted();
            assertThat(withInfinity).contains(series);
            assertThat(samples).containsEntry(plain.formatted("_count"), buckets.get(buckets.size() - 1));
            assertThat(samples).containsKey(plain.formatted("_sum"));
        });
    }

    private static double number(String text) {
        return switch (text) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }
}
