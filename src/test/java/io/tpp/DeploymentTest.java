package io.tpp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tpp.config.ConfigLoader;
import io.tpp.config.TppConfig;
import io.tpp.testing.Readme;
import io.tpp.testing.Yaml;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code deploy/} says fits what TPP does. */
class DeploymentTest {
    private static final Path DEPLOY = Path.of("deploy");
    private static final Path KUBERNETES = DEPLOY.resolve("kubernetes");
    private static final Path CHART = DEPLOY.resolve("helm/tpp");

    private final Path folder;

    DeploymentTest(@TempDir Path folder) {
        this.folder = folder;
    }

    private static JsonNode pod() {
        return Yaml.file(KUBERNETES.resolve("deployment.yaml")).at("/spec/template/spec");
    }

    /** Loads the configuration of the pods, with the credentials where they are here. */
    private TppConfig config() throws Exception {
        String text = Readme.text(KUBERNETES.resolve("config.yaml"));
        String mounted = pod().at("/containers/0/volumeMounts/1/mountPath").asText() + "/credentials.txt";
        assertThat(text).contains("credentials_file: \"" + mounted + "\"");
        Path here = KUBERNETES.resolve("credentials.txt").toAbsolutePath();
        Path file = Files.writeString(folder.resolve("config.yaml"), text.replace(mounted, here.toString()));
        return new ConfigLoader(Map.of()).load(file).config();
    }

    @Test
    void thePodsConfigurationIsRightAndItsPortsAreOpen() throws Exception {
        TppConfig config = config();
        assertThat(config.credentials().users()).hasSize(2);
        JsonNode ports = pod().at("/containers/0/ports");
        assertThat(ports.at("/0/containerPort").asInt())
                .isEqualTo(config.listen().port());
        assertThat(ports.at("/1/containerPort").asInt())
                .isEqualTo(Objects.requireNonNull(config.healthListen()).port());
        assertThat(Yaml.file(KUBERNETES.resolve("networkpolicy.yaml"))
                        .at("/spec/egress/0/ports/0/port")
                        .asInt())
                .isEqualTo(config.upstream().port());
    }

    @Test
    void everythingThatStopsTppGivesItTime() throws Exception {
        TppConfig.Shutdown inPods = config().shutdown();
        assertThat(inPods.delay()).isPositive();
        assertThat(pod().path("terminationGracePeriodSeconds").asLong())
                .isGreaterThan(inPods.delay().plus(inPods.grace()).toSeconds());
        TppConfig.Shutdown sample =
                new ConfigLoader(Map.of()).load(Path.of("config.yaml")).config().shutdown();
        long needed = sample.delay().plus(sample.grace()).toSeconds();
        String compose = Yaml.file(DEPLOY.resolve("compose.yaml"))
                .at("/services/tpp/stop_grace_period")
                .asText();
        assertThat(Long.parseLong(compose.replace("s", ""))).isGreaterThan(needed);
        assertThat(Long.parseLong(unit("TimeoutStopSec"))).isGreaterThan(needed);
    }

    @Test
    void everyoneRunsAsTheImagesUserWithoutRights() {
        String[] user = Dockerfile.read().only("USER").split(":", -1);
        JsonNode context = pod().path("securityContext");
        assertThat(context.path("runAsUser").asText()).isEqualTo(user[0]);
        assertThat(context.path("runAsGroup").asText()).isEqualTo(user[1]);
        assertThat(context.path("runAsNonRoot").asBoolean()).isTrue();
        JsonNode own = pod().at("/containers/0/securityContext");
        assertThat(own.path("readOnlyRootFilesystem").asBoolean()).isTrue();
        assertThat(own.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
        assertThat(own.at("/capabilities/drop/0").asText()).isEqualTo("ALL");
        assertThat(Readme.text(CHART.resolve("templates/deployment.yaml")))
                .contains("runAsUser: " + user[0], "runAsGroup: " + user[1], "fsGroup: " + user[1]);
    }

    @Test
    void theProbesAskPathsThatAreServed() throws Exception {
        try (Rig rig = Rig.start(1)) {
            for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
                JsonNode get = pod().at("/containers/0/" + probe + "/httpGet");
                assertThat(get.path("port").asText()).isEqualTo("health");
                assertThat(rig.health(get.path("path").asText()).statusCode()).isEqualTo(200);
            }
            String metric = Yaml.file(KUBERNETES.resolve("hpa.yaml"))
                    .at("/spec/metrics/0/pods/metric/name")
                    .asText();
            assertThat(rig.health("/metrics").body()).contains(metric + " 0.0");
            assertThat(Readme.text(CHART.resolve("templates/hpa.yaml"))).contains("name: " + metric);
        }
    }

    @Test
    void thePodsOfTheChartAreThoseOfTheManifests() {
        List<String> manifest = probesAndContext(KUBERNETES.resolve("deployment.yaml"));
        assertThat(manifest).hasSizeGreaterThan(20);
        assertThat(probesAndContext(CHART.resolve("templates/deployment.yaml"))).isEqualTo(manifest);
    }

    private static List<String> probesAndContext(Path file) {
        return Readme.text(file)
                .lines()
                .dropWhile(line -> !line.contains("startupProbe:"))
                .takeWhile(line -> !line.contains("volumes:"))
                .filter(line -> !line.contains("resources:") && !line.matches(" +(requests|limits|cpu|memory):.*"))
                .map(String::strip)
                .toList();
    }

    @Test
    void theChartDescribesEachOfItsValues() {
        JsonNode values = Yaml.file(CHART.resolve("values.yaml"));
        JsonNode schema = Yaml.file(CHART.resolve("values.schema.json")).path("properties");
        assertThat(undescribed("", values, schema)).isEmpty();
        Readme.text(CHART.resolve("values.yaml"))
                .lines()
                .forEach(line -> assertThat(line).hasSizeLessThan(125));
    }

    private static List<String> undescribed(String path, JsonNode values, JsonNode properties) {
        List<String> missing = new ArrayList<>();
        for (Map.Entry<String, JsonNode> value : values.properties()) {
            JsonNode schema = properties.path(value.getKey());
            if (schema.isMissingNode()) {
                missing.add(path + value.getKey());
            } else if (schema.has("properties") && !value.getKey().equals("config")) {
                missing.addAll(undescribed(path + value.getKey() + ".", value.getValue(), schema.path("properties")));
            }
        }
        return missing;
    }

    @Test
    void theServiceStartsWhatIsThere() {
        String start = unit("ExecStart");
        assertThat(start)
                .isEqualTo("/usr/bin/java @/opt/tpp/java.options -jar /opt/tpp/tpp.jar --config /etc/tpp/config.yaml");
        assertThat(unit("ExecReload")).isEqualTo("/bin/kill -HUP $MAINPID");
        assertThat(Readme.text(DEPLOY.resolve("systemd/tpp.conf"))).contains("\nu " + unit("User") + " ");
        assertThat(DEPLOY.resolve("docker/java.options")).exists();
    }

    private static String unit(String key) {
        return Readme.text(DEPLOY.resolve("systemd/tpp.service"))
                .lines()
                .filter(line -> line.startsWith(key + "="))
                .map(line -> line.substring(key.length() + 1))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whatComposeMountsIsThere() {
        Stream.of("compose.yaml", "compose.monitoring.yaml")
                .map(name -> Yaml.file(DEPLOY.resolve(name)).path("services"))
                .flatMap(services -> services.properties().stream())
                .forEach(service -> service.getValue()
                        .path("volumes")
                        .forEach(volume -> assertThat(
                                        DEPLOY.resolve(volume.asText().split(":", -1)[0]))
                                .exists()));
        assertThat(Yaml.file(DEPLOY.resolve("compose.yaml"))
                        .at("/services/tpp/ports")
                        .toString())
                .isEqualTo("[\"8080:8080\",\"9090:9090\"]");
    }

    @Test
    void prometheusScrapesTppAndReadsTheAlerts() {
        JsonNode prometheus = Yaml.file(DEPLOY.resolve("prometheus/prometheus.yaml"));
        assertThat(prometheus.at("/scrape_configs/0/static_configs/0/targets/0").asText())
                .isEqualTo("tpp:9090");
        assertThat(prometheus.at("/rule_files").toString()).isEqualTo("[\"alerts.yaml\"]");
    }
}
