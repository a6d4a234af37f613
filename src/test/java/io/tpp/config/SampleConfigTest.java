package io.tpp.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The config.yaml that TPP comes with. */
class SampleConfigTest {
    private static final Path SAMPLE = Path.of("config.yaml");
    private static final Pattern COMMENTED_KEY = Pattern.compile("(?m)^( *)#([a-z_]+:.*)$");

    @Test
    void theSampleLoadsAsItIs() throws Exception {
        LoadedConfig loaded = new ConfigLoader(Map.of()).load(SAMPLE);

        assertThat(loaded.config().credentials().users()).hasSize(2);
        assertThat(loaded.config().healthListen()).isEqualTo(new HostPort("0.0.0.0", 9090));
    }

    @Test
    void everyKeyStandsInTheSampleUnderItsComment() throws Exception {
        List<String> lines = Files.readAllLines(SAMPLE);
        assertThat(Key.values()).allSatisfy(key -> {
            int line = indexOf(lines, key);
            assertThat(lines.get(line - 1).strip()).as("the comment of " + key).startsWith("# ");
        });
    }

    private static int indexOf(List<String> lines, Key key) {
        int start = key.section().isEmpty() ? 0 : lineOf(lines, 0, "#?" + key.section() + ":");
        return lineOf(lines, start, " *#?" + key.leaf() + ":.*");
    }

    private static int lineOf(List<String> lines, int start, String regex) {
        for (int i = start; i < lines.size(); i++) {
            if (lines.get(i).matches(regex)) {
                return i;
            }
        }
        throw new AssertionError("config.yaml has no line like " + regex);
    }

    @Test
    void everyCommentedKeyStandsAtItsDefault(@TempDir Path folder) throws Exception {
        String yaml = COMMENTED_KEY.matcher(Files.readString(SAMPLE)).replaceAll("$1$2");
        String withoutExamples = yaml.replaceAll(
                "(?m)^ *(credentials_file|tokens_file|credential|tls_ca_file|tls_server_name|password_file|otlp_endpoint"
                        + "|cert_file|key_file|client_ca_file|token_file"
                        + "|allow|api_keys_file|client_subjects|allowed_paths|allowed_methods):.*$",
                "");
        // The two lines left of `credential`, now without their section.
        String oneForm = withoutExamples.replaceAll("(?m)^  (username|password): .*$", "");

        LoadedConfig loaded = new ConfigFixture(folder).load(oneForm);

        assertThat(loaded.config())
                .isEqualTo(new ConfigLoader(Map.of()).load(SAMPLE).config());
        assertThat(loaded.values().stream().filter(value -> value.source().equals("default")))
                .extracting(EffectiveValue::key)
                .containsExactly(
                        "upstream.tls_ca_file",
                        "upstream.tls_server_name",
                        "tls.cert_file",
                        "tls.key_file",
                        "tls.client_ca_file",
                        "access.allow",
                        "access.api_keys_file",
                        "access.client_subjects",
                        "access.allowed_paths",
                        "access.allowed_methods",
                        "admin.token_file",
                        "telemetry.otlp_endpoint");
    }

    @Test
    void theTableOfKeysFollowsTheRecords() {
        // One key for each component; credentials have six keys, one of them not in the table.
        long components = Arrays.stream(TppConfig.class.getRecordComponents())
                .mapToLong(component -> {
                    boolean section = component.getType().isRecord() && component.getType() != HostPort.class;
                    return section ? component.getType().getRecordComponents().length : 1;
                })
                .sum();
        int credentials = Credentials.class.getRecordComponents().length;
        assertThat(Key.values()).hasSize((int) components - credentials + 5);
    }
}
