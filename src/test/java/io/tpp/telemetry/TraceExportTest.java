package io.tpp.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether and how the OpenTelemetry agent is started; that it then works is a test of the jar. */
class TraceExportTest {
    private static final String ENDPOINT = "http://localhost:4317";

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

    @Test
    void thePlanNamesTheDestination() {
        assertThat(TraceExport.plan(ENDPOINT, Map.of()))
                .isEqualTo("Traces and metrics go to http://localhost:4317 over OTLP, grpc");
        assertThat(TraceExport.plan("http://otel:4318", Map.of()))
                .isEqualTo("Traces and metrics go to http://otel:4318 over OTLP, http/protobuf");
        assertThat(TraceExport.plan(ENDPOINT, Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://other:1")))
                .contains("http://other:1", "OTEL_EXPORTER_OTLP_ENDPOINT");
    }

    @Test
    void whoSwitchesTheAgentOffFindsItSaid() {
        assertThat(TraceExport.plan(ENDPOINT, Map.of("OTEL_SDK_DISABLED", "true")))
                .startsWith("No traces");
        assertThat(TraceExport.plan(ENDPOINT, Map.of("OTEL_JAVAAGENT_ENABLED", "false")))
                .startsWith("No traces");
    }
}
