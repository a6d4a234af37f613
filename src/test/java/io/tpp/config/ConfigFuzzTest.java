package io.tpp.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** Whatever stands in the file: it is a configuration, or there are problems in words, a line each and without secrets. */
@Tag("fuzz")
class ConfigFuzzTest {
    private static final String PASSWORD = "Passw0rd-of-the-environment";

    @TempDir
    @SuppressWarnings("NullAway.Init") // By JUnit.
    static Path folder;

    @FuzzTest
    void aFileIsUnderstoodOrRefusedInWords(byte[] content) throws IOException {
        Path file = Files.write(folder.resolve("config.yaml"), content);
        ConfigLoader loader = new ConfigLoader(Map.of("TPP_CREDENTIAL_PASSWORD", PASSWORD));
        try {
            LoadedConfig loaded = loader.load(file);
            assertThat(loaded.toString()).doesNotContain(PASSWORD);
        } catch (ConfigException refused) {
            assertThat(refused.problems())
                    .isNotEmpty()
                    .allSatisfy(problem ->
                            assertThat(problem).isNotBlank().doesNotContain("\n", "\r", PASSWORD, "Exception"));
        }
    }
}
