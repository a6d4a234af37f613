package io.tpp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Prometheus' own tool accepts the alert rules, and their tests pass; Debian's package is {@code prometheus}. */
@Tag("conformance")
class PromtoolTest {
    @ParameterizedTest
    @ValueSource(strings = {"check rules alerts.yaml", "test rules alerts_test.yaml"})
    void passes(String arguments) throws Exception {
        List<String> command = Stream.concat(Stream.of("promtool"), Stream.of(arguments.split(" ")))
                .toList();
        Process promtool = new ProcessBuilder(command)
                .directory(Path.of("deploy/prometheus").toFile())
                .redirectErrorStream(true)
                .start();
        try {
            assertThat(promtool.waitFor(30, TimeUnit.SECONDS)).isTrue();
            String output = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(promtool.exitValue()).as(output).isZero();
            assertThat(output).contains("SUCCESS").doesNotContain("FAILED");
        } finally {
            promtool.destroyForcibly();
        }
    }
}
