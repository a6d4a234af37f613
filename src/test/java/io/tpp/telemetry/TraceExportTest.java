package io.tpp.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether the OpenTelemetry agent is noticed. */
class TraceExportTest {
    @Test
    void theAgentIsNoticedByItsClass(@TempDir Path folder) throws Exception {
        Path agent = folder.resolve("io/opentelemetry/javaagent/OpenTelemetryAgent.class");
        Files.createDirectories(agent.getParent());
        Files.createFile(agent);

        assertThat(TraceExport.isPresent(getClass().getClassLoader())).isFalse();
        try (URLClassLoader classes =
                new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
            assertThat(TraceExport.isPresent(classes)).isTrue();
        }
    }
}
