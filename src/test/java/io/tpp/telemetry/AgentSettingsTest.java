package io.tpp.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What TPP sets for the agent, and what it leaves to the user. */
class AgentSettingsTest {
    private static final String ENDPOINT = "otel.exporter.otlp.endpoint";
    private static final String PROTOCOL = "otel.exporter.otlp.protocol";

    private static Map<String, String> settings(String endpoint, Map<String, String> environment) {
        return new AgentSettings(environment, new Properties()).toSet(endpoint);
    }

    @ParameterizedTest
    @CsvSource({
        "http://localhost:4317, http://localhost:4317, grpc",
        "https://otel.example.com, https://otel.example.com, grpc",
        "http://localhost:4317/, http://localhost:4317/, grpc",
        "http://localhost:4318, http://localhost:4318, http/protobuf",
        "http://collector:80/otlp, http://collector:80/otlp, http/protobuf",
        "http://collector:80/v1/traces, http://collector:80, http/protobuf",
        "http://collector:80/otlp/v1/metrics, http://collector:80/otlp, http/protobuf"
    })
    void theUrlSaysHowToExport(String endpoint, String base, String protocol) {
        assertThat(settings(endpoint, Map.of()))
                .containsEntry(ENDPOINT, base)
                .containsEntry(PROTOCOL, protocol)
                .containsEntry("otel.service.name", "tpp")
                .containsEntry("otel.logs.exporter", "none");
    }

    @Test
    void standardVariablesWin() {
        assertThat(settings(
                        "http://localhost:4317",
                        Map.of(
                                "OTEL_EXPORTER_OTLP_ENDPOINT", "http://other:4318",
                                "OTEL_LOGS_EXPORTER", "otlp",
                                "OTEL_INSTRUMENTATION_COMMON_DEFAULT_ENABLED", "true",
                                "OTEL_RESOURCE_ATTRIBUTES", "a=b,service.name=mine")))
                .doesNotContainKeys(
                        ENDPOINT,
                        PROTOCOL,
                        "otel.logs.exporter",
                        "otel.instrumentation.common.default-enabled",
                        "otel.service.name");
    }

    @Test
    void standardPropertiesWin() {
        Properties properties = new Properties();
        properties.setProperty(PROTOCOL, "http/protobuf");
        properties.setProperty("otel.service.name", "mine");
        assertThat(new AgentSettings(Map.of(), properties).toSet("http://localhost:4317"))
                .containsKey(ENDPOINT)
                .doesNotContainKeys(PROTOCOL, "otel.service.name");
    }

    @Test
    void headersThatHoldSecretsAreNotCopiedIntoSpans() {
        String name = "OTEL_INSTRUMENTATION_HTTP_CLIENT_CAPTURE_REQUEST_HEADERS";
        assertThat(settings("http://localhost:4317", Map.of(name, "Accept, Authorization,X-Api-Key")))
                .containsEntry("otel.instrumentation.http.client.capture-request-headers", "Accept");
    }
}
