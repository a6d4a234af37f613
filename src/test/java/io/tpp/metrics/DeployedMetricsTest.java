package io.tpp.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.prometheus.client.Collector;
import io.tpp.testing.Readme;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The dashboard and the alert rules ask for metrics that there are, and every rule says what to do. */
class DeployedMetricsTest {
    private static final Path DASHBOARD = Path.of("deploy/grafana/tpp-dashboard.json");
    private static final Path ALERTS = Path.of("deploy/prometheus/alerts.yaml");
    private static final Path OPERATING = Path.of("src/site/markdown/operating.md");
    private static final Pattern METRIC = Pattern.compile("\\b(tpp|jvm|process)_[a-z_]+\\b");

    /** What says little over time. */
    private static final Set<String> NOT_SHOWN = Set.of(
            "tpp_connection_duration_seconds",
            "tpp_config_last_reload_successful",
            "tpp_config_last_reload_success_timestamp_seconds");

    private static List<String> dashboardQueries() throws IOException {
        List<String> queries = new ArrayList<>();
        JsonNode dashboard = new ObjectMapper().readTree(DASHBOARD.toFile());
        dashboard.findValues("expr").forEach(expr -> queries.add(expr.asText()));
        assertThat(queries).hasSizeGreaterThan(30);
        return queries;
    }

    private static List<JsonNode> rules() throws IOException {
        JsonNode alerts = new ObjectMapper(new YAMLFactory()).readTree(ALERTS.toFile());
        List<JsonNode> rules = new ArrayList<>();
        alerts.get("groups").forEach(group -> group.get("rules").forEach(rules::add));
        assertThat(rules).hasSizeGreaterThan(10);
        return rules;
    }

    private static Set<String> metricsIn(String query) {
        return METRIC.matcher(query).results().map(found -> found.group()).collect(Collectors.toSet());
    }

    private static void assertKnown(String query) {
        // Of the Java machine and the process some are only there on some systems; these two families always are.
        Set<String> others =
                Set.of("jvm_memory_bytes_used", "jvm_gc_collection_seconds_sum", "process_cpu_seconds_total");
        assertThat(metricsIn(query))
                .as(query)
                .isNotEmpty()
                .allSatisfy(name -> assertThat(others.contains(name) || isPublished(name))
                        .as(name)
                        .isTrue());
    }

    private static boolean isPublished(String name) {
        return Stream.of(MetricName.values())
                .flatMap(metric -> metric.type == Collector.Type.HISTOGRAM
                        ? Stream.of("_bucket", "_count", "_sum").map(suffix -> metric.text + suffix)
                        : Stream.of(metric.text))
                .anyMatch(name::equals);
    }

    @Test
    void theDashboardAsksForMetricsThatThereAre() throws Exception {
        dashboardQueries().forEach(DeployedMetricsTest::assertKnown);
    }

    @Test
    void theDashboardShowsEveryMetricThatIsNoConstant() throws Exception {
        String all = String.join(" ", dashboardQueries());
        assertThat(Stream.of(MetricName.values()).map(metric -> metric.text))
                .allSatisfy(name -> assertThat(all.contains(name) || NOT_SHOWN.contains(name))
                        .as(name)
                        .isTrue());
    }

    @Test
    void everyQueryOfTheDashboardIsOfTheChosenInstances() throws Exception {
        assertThat(dashboardQueries()).allSatisfy(query -> {
            Matcher selectors = Pattern.compile("\\{[^}]*}").matcher(query);
            assertThat(selectors.results().map(found -> found.group()))
                    .isNotEmpty()
                    .allSatisfy(selector -> assertThat(selector).contains("instance=~\"$instance\""));
        });
    }

    @Test
    void theRulesAskForMetricsThatThereAre() throws Exception {
        rules().stream()
                .map(rule -> rule.get("expr").asText())
                .filter(expr -> !expr.startsWith("up{"))
                .forEach(DeployedMetricsTest::assertKnown);
    }

    @Test
    void everyRuleSaysWhatToDoAndHasItsSectionInOperating() throws Exception {
        String operating = Readme.text(OPERATING);
        for (JsonNode rule : rules()) {
            String name = rule.get("alert").asText();
            JsonNode annotations = rule.get("annotations");
            assertThat(annotations.get("summary").asText()).as(name).contains("{{ $labels.instance }}");
            assertThat(annotations.get("description").asText()).as(name).hasSizeGreaterThan(60);
            assertThat(annotations.get("runbook").asText()).isEqualTo(OPERATING + "#" + name.toLowerCase(Locale.ROOT));
            assertThat(operating).contains("\n### " + name + "\n");
        }
    }
}
