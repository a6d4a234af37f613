package io.tpp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of the jar that end by themselves: what they print and their exit codes. */
class JarCommandsIT {
    private static final Path SEED_CONFIG = Path.of("src/test/resources/io/tpp/config/seed-config.yaml");

    private final Path folder;

    JarCommandsIT(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void helpNamesTheCommandsAndTheExitCodes() throws Exception {
        JarProcess help = JarProcess.run(Map.of(), "--help");

        assertThat(help.exitCode()).isZero();
        assertThat(help.everything())
                .contains("--config", "run", "demo", "check", "healthcheck", "--version", "Exit codes: 0");
        assertThat(help.err()).isEmpty();
    }

    @Test
    void versionIsOneLine() throws Exception {
        JarProcess version = JarProcess.run(Map.of(), "--version");

        assertThat(version.exitCode()).isZero();
        assertThat(version.out()).singleElement().asString().matches("tpp \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?");
        assertThat(version.err()).isEmpty();
    }

    @Test
    void checkPrintsTheValuesOfThePredecessorsFile() throws Exception {
        JarProcess check = JarProcess.run(Map.of(), "check", "--config", SEED_CONFIG.toString());

        assertThat(check.exitCode()).isZero();
        assertThat(check.out())
                .anyMatch(line -> line.matches("upstream.host +dolphindb.example.com +seed-config.yaml:9"))
                .anyMatch(line -> line.matches("credentials\\[1\\].password +\\*\\*\\*\\* +seed-config.yaml:\\d+"))
                .noneMatch(line -> line.contains("password1") || line.contains("password2"));
        assertThat(check.err()).isEmpty();
    }

    @Test
    void everyMistakeIsALineOfItsOwnAndNothingIsStarted() throws Exception {
        Path bad = Files.writeString(folder.resolve("bad.yaml"), """
                listen: "0.0.0.0"
                upstream:
                  hots: "h"
                credentials:
                  - username: "u"
                    password: "hunter2"
                token:
                  pool_size: 0
                """);

        for (String command : new String[] {"check", "run"}) {
            JarProcess process = JarProcess.run(Map.of(), command, "--config", bad.toString());

            assertThat(process.exitCode()).isEqualTo(2);
            assertThat(process.out()).isEmpty();
            assertThat(process.err())
                    .hasSize(4)
                    .allMatch(line -> line.startsWith("tpp: bad.yaml"))
                    .anyMatch(line -> line.matches(".*bad.yaml:3: .*hots.*upstream.host.*"))
                    .noneMatch(line -> line.contains("hunter2"));
        }
    }

    @Test
    void withoutAnyConfigurationTheUserIsToldWhatToDo() throws Exception {
        JarProcess process = JarProcess.run(Map.of());

        assertThat(process.exitCode()).isEqualTo(2);
        assertThat(process.err()).singleElement().asString().contains("--config FILE", "tpp demo");
    }

    @Test
    void anUnknownOptionIsAMistakeOfUsage() throws Exception {
        JarProcess process = JarProcess.run(Map.of(), "--confg", "x");

        assertThat(process.exitCode()).isEqualTo(2);
        assertThat(process.err()).first().asString().contains("unknown option '--confg'");
    }

    @Test
    void aFileThatIsNotThereIsNamed() throws Exception {
        JarProcess process = JarProcess.run(Map.of(), "--config", "nowhere/config.yaml");

        assertThat(process.exitCode()).isEqualTo(2);
        assertThat(process.err()).singleElement().asString().contains("nowhere/config.yaml");
    }

    @Test
    void theDemoRefusesAVariableThatIsWrong() throws Exception {
        JarProcess process = JarProcess.run(Map.of("TPP_TOKEN_POOL_SIZE", "abc"), "demo");

        assertThat(process.exitCode()).isEqualTo(2);
        assertThat(process.err()).singleElement().asString().contains("TPP_TOKEN_POOL_SIZE", "whole number", "abc");
    }

    @Test
    void healthcheckOfNobodyFails() throws Exception {
        // A port that was free a moment ago; discard's, below 1024, cannot be taken meanwhile.
        JarProcess process = JarProcess.run(Map.of("TPP_HEALTH_LISTEN", "127.0.0.1:9"), "healthcheck");

        assertThat(process.exitCode()).isEqualTo(1);
        assertThat(process.out()).singleElement().asString().contains("unhealthy", "127.0.0.1:9", "is TPP running?");
    }
}
