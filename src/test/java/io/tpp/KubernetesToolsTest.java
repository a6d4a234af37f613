package io.tpp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tpp.testing.Readme;
import io.tpp.testing.Yaml;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What helm, kustomize and kubeconform say of {@code deploy/}; they are built with Go, once, into {@code target/tools}. */
@Tag("conformance")
@Timeout(1200)
class KubernetesToolsTest {
    private static final Map<String, String> MODULES = Map.of(
            "helm", "helm.sh/helm/v3/cmd/helm@v3.19.0",
            "kubeconform", "github.com/yannh/kubeconform/cmd/kubeconform@v0.7.0",
            "kustomize", "sigs.k8s.io/kustomize/kustomize/v5@v5.7.1");

    private static final String SCHEMAS =
            "src/test/resources/kubernetes-schemas/{{.ResourceKind}}-{{.ResourceAPIVersion}}.json";

    private static final String[] USERS = {
        "--set", "credentials.users[0].username=user1", "--set", "credentials.users[0].password=a:b"
    };

    private static final String[] ALL = {"--set", "autoscaling.enabled=true", "--set", "serviceMonitor.enabled=true"};

    private final Path folder;

    KubernetesToolsTest(@TempDir Path folder) {
        this.folder = folder;
    }

    /** Runs a tool to its end; returns its output, errors included, after its exit code. */
    private String run(boolean succeeds, String tool, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(built(tool).toString()));
        command.addAll(Arrays.asList(arguments));
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        String text = Files.readString(output);
        assertThat(process.exitValue() == 0).as("%s: %s", command, text).isEqualTo(succeeds);
        return text;
    }

    private static Path built(String tool) throws Exception {
        Path tools = Path.of("target/tools").toAbsolutePath();
        if (!Files.isExecutable(tools.resolve(tool))) {
            ProcessBuilder install = new ProcessBuilder("go", "install", MODULES.get(tool)).inheritIO();
            install.environment().put("GOBIN", tools.toString());
            Process process = install.start();
            assertThat(process.waitFor(15, TimeUnit.MINUTES)).isTrue();
            assertThat(process.exitValue()).as("go install " + tool).isZero();
        }
        return tools.resolve(tool);
    }

    private void assertValid(String manifests, int count) throws Exception {
        Path file = Files.writeString(folder.resolve("manifests.yaml"), manifests);
        assertThat(run(true, "kubeconform", "-strict", "-summary", "-schema-location", SCHEMAS, file.toString()))
                .contains("Valid: " + count + ", Invalid: 0, Errors: 0, Skipped: 0");
    }

    private String template(String... further) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("template", "release", "deploy/helm/tpp"));
        arguments.addAll(Arrays.asList(USERS));
        arguments.addAll(Arrays.asList(further));
        return run(true, "helm", arguments.toArray(String[]::new));
    }

    @Test
    void theManifestsAreValid() throws Exception {
        assertValid(run(true, "kustomize", "build", "deploy/kubernetes"), 8);
    }

    @Test
    void theChartIsValid() throws Exception {
        run(true, "helm", "lint", "--strict", "deploy/helm/tpp", USERS[0], USERS[1], USERS[2], USERS[3]);
        assertValid(template(), 6);
        assertValid(template(ALL), 8);
    }

    /** {@code helm install} needs a cluster; it makes what {@code helm template} shows. */
    @Test
    void theCommandOfThePageMakesValidManifests() throws Exception {
        String install = "helm install tpp deploy/helm/tpp ";
        String arguments = Readme.text(Path.of("src/site/markdown/deploying.md"))
                .lines()
                .filter(line -> line.startsWith(install))
                .map(line -> line.substring(install.length()))
                .findFirst()
                .orElseThrow();
        List<String> command = new ArrayList<>(List.of("template", "tpp", "deploy/helm/tpp"));
        command.addAll(Arrays.asList(arguments.split(" ", -1)));
        assertValid(run(true, "helm", command.toArray(String[]::new)), 5);
    }

    @Test
    void theSchemasFindMistakes() throws Exception {
        String broken = template().replace("readinessProbe:", "readynessProbe:");
        Path file = Files.writeString(folder.resolve("manifests.yaml"), broken);
        assertThat(run(false, "kubeconform", "-strict", "-schema-location", SCHEMAS, file.toString()))
                .contains("readynessProbe");
    }

    @Test
    void theChartRefusesWhatItSetsItself() throws Exception {
        for (String wrong :
                Set.of("config.listen=0.0.0.0:1", "replicaCount=none", "unknown=1", "config.upstream.host=")) {
            assertThat(run(
                            false,
                            "helm",
                            "template",
                            "deploy/helm/tpp",
                            USERS[0],
                            USERS[1],
                            USERS[2],
                            USERS[3],
                            "--set",
                            wrong))
                    .contains("values don't meet the specifications of the schema");
        }
        assertThat(run(false, "helm", "template", "deploy/helm/tpp"))
                .contains("give credentials.users or credentials.existingSecret");
    }

    private static JsonNode one(Map<String, JsonNode> kinds, String kind) {
        return Objects.requireNonNull(kinds.get(kind), kind);
    }

    @Test
    void selectorsMeetTheirPodsAndOnlyThose() throws Exception {
        for (String manifests : List.of(template(ALL), run(true, "kustomize", "build", "deploy/kubernetes"))) {
            Map<String, JsonNode> kinds = kinds(manifests);
            JsonNode labels = one(kinds, "Deployment").at("/spec/template/metadata/labels");
            assertThat(one(kinds, "Deployment").at("/spec/selector/matchLabels").properties())
                    .isSubsetOf(labels.properties());
            assertThat(one(kinds, "PodDisruptionBudget")
                            .at("/spec/selector/matchLabels")
                            .properties())
                    .isNotEmpty()
                    .isSubsetOf(labels.properties());
            assertThat(one(kinds, "NetworkPolicy")
                            .at("/spec/podSelector/matchLabels")
                            .properties())
                    .isNotEmpty()
                    .isSubsetOf(labels.properties());
            assertThat(one(kinds, "NetworkPolicy")
                            .at("/spec/ingress/0/from/0/podSelector/matchLabels")
                            .toString())
                    .isEqualTo("{\"tpp-client\":\"true\"}");
            assertThat(one(kinds, "Service").at("/spec/selector").properties())
                    .isNotEmpty()
                    .isSubsetOf(labels.properties());
            assertThat(one(kinds, "ServiceMonitor")
                            .at("/spec/selector/matchLabels")
                            .properties())
                    .isNotEmpty()
                    .isSubsetOf(one(kinds, "Service").at("/metadata/labels").properties());
        }
    }

    private static Map<String, JsonNode> kinds(String manifests) {
        return Yaml.documents(manifests).stream()
                .collect(Collectors.toMap(document -> document.path("kind").asText(), document -> document));
    }
}
