package io.tpp;

import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.testing.Readme;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What can be said of the image without building it; {@link ContainerIT} runs its commands. */
class DockerfileTest {
    private final Dockerfile file = Dockerfile.read();

    @Test
    void itRunsOnThePinnedJavaAsANumberedUserThatIsNotRoot() {
        assertThat(file.only("FROM")).isEqualTo("eclipse-temurin:25-jre");
        assertThat(file.only("USER")).matches("[1-9]\\d*:[1-9]\\d*");
    }

    @Test
    void itExposesThePortsOfTheSampleConfiguration() {
        assertThat(file.only("EXPOSE").split(" ", -1)).containsExactly("8080", "9090");
        assertThat(Readme.text(Path.of("config.yaml")))
                .contains("#listen: \"0.0.0.0:8080\"", "health_listen: \"0.0.0.0:9090\"");
    }

    @Test
    void javaIsTheFirstProcessAndGetsTheSignals() {
        assertThat(file.command("ENTRYPOINT")).startsWith("java").endsWith("-jar", "/app/tpp.jar");
        assertThat(file.command("CMD")).containsExactly("--config", "/app/config.yaml");
        assertThat(file.command("HEALTHCHECK"))
                .startsWith("java")
                .endsWith("-jar", "/app/tpp.jar", "healthcheck", "--config", "/app/config.yaml");
        assertThat(file.only("STOPSIGNAL")).isEqualTo("SIGTERM");
    }

    @Test
    void whatItCopiesIsThereAndNotIgnored() throws IOException {
        List<String> let = Files.readAllLines(Path.of(".dockerignore"));
        assertThat(let).startsWith("*");
        Readme.text(Path.of("Dockerfile"))
                .lines()
                .filter(line -> line.startsWith("COPY ") && !line.contains("--from"))
                .flatMap(line -> Arrays.stream(line.split(" ", -1)).skip(1))
                .filter(source -> !source.startsWith("./"))
                .forEach(source -> {
                    assertThat(Path.of(source)).exists();
                    assertThat(let)
                            .anyMatch(
                                    line -> line.startsWith("!") && (source + "/").startsWith(line.substring(1) + "/"));
                });
    }

    @Test
    void itSaysWhatItIs() {
        assertThat(file.only("LABEL"))
                .contains("image.title=\"TPP\"", "image.licenses=\"MIT\"", "image.version=", "image.revision=");
    }
}
