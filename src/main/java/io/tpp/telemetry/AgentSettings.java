package io.tpp.telemetry;

import static java.util.Map.entry;

import java.net.URI;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What TPP sets for the OpenTelemetry agent: only what the user has not set with a standard {@code OTEL_…} variable
 * or {@code otel.…} property, which win.
 */
final class AgentSettings {
    private static final String ENDPOINT = "otel.exporter.otlp.endpoint";
    private static final String PROTOCOL = "otel.exporter.otlp.protocol";
    private static final String SERVICE_NAME = "otel.service.name";
    private static final String RESOURCE = "otel.resource.attributes";

    /** Where OTLP over HTTP is spoken by agreement; over gRPC it is 4317. */
    private static final int HTTP_PORT = 4318;

    private static final Map<String, String> DEFAULTS = Map.ofEntries(
            // Its lines come in the form of TPP's own, and through what keeps secrets out of them.
            entry("otel.javaagent.logging", "application"),
            // Log lines are TPP's standard output; whoever collects it would get them twice.
            entry("otel.logs.exporter", "none"),
            // The agent knows hundreds of libraries and looks for all of them, which takes seconds at the start.
            entry("otel.instrumentation.common.default-enabled", "false"),
            entry("otel.instrumentation.jetty.enabled", "true"),
            entry("otel.instrumentation.jetty-httpclient.enabled", "true"),
            entry("otel.instrumentation.opentelemetry-api.enabled", "true"),
            entry("otel.instrumentation.logback-mdc.enabled", "true"),
            entry("otel.instrumentation.runtime-telemetry.enabled", "true"),
            // Examples of slow requests, which would bring their queries with them.
            entry("otel.metrics.exemplar.filter", "always_off"),
            // The arguments of the Java machine may hold a secret.
            entry("otel.resource.disabled.keys", "process.command_args,process.command_line"),
            // With a collector that is silent a stop takes as long, to send what is left.
            entry("otel.exporter.otlp.timeout", "3000"));

    /** Settings that name headers to be copied into spans. */
    private static final List<String> CAPTURED = List.of(
            "otel.instrumentation.http.server.capture-request-headers",
            "otel.instrumentation.http.client.capture-request-headers",
            "otel.instrumentation.http.server.capture-response-headers",
            "otel.instrumentation.http.client.capture-response-headers");

    /** Headers that may hold secrets. */
    private static final List<String> SECRET =
            List.of("authorization", "proxy-authorization", "x-api-key", "cookie", "set-cookie");

    private final Map<String, String> environment;
    private final Properties properties;

    AgentSettings(Map<String, String> environment, Properties properties) {
        this.environment = environment;
        this.properties = properties;
    }

    /** Returns the system properties to set for that endpoint. */
    Map<String, String> toSet(String endpoint) {
        Map<String, String> settings = new LinkedHashMap<>(DEFAULTS);
        settings.put(ENDPOINT, base(endpoint));
        if (given(ENDPOINT) == null) {
            settings.put(PROTOCOL, protocol(endpoint));
        }
        if (!("," + given(RESOURCE)).contains(",service.name=")) {
            settings.put(SERVICE_NAME, "tpp");
        }
        settings.keySet().removeIf(name -> given(name) != null);
        settings.putAll(withoutSecretHeaders());
        return settings;
    }

    private Map<String, String> withoutSecretHeaders() {
        Map<String, String> changed = new LinkedHashMap<>();
        for (String name : CAPTURED) {
            String wanted = given(name);
            if (wanted != null) {
                changed.put(name, withoutSecrets(wanted));
            }
        }
        return changed;
    }

    private static String withoutSecrets(String headers) {
        return Arrays.stream(headers.split(","))
                .map(String::strip)
                .filter(header -> !SECRET.contains(header.toLowerCase(Locale.ROOT)))
                .collect(Collectors.joining(","));
    }

    /** Returns whether the user has switched the agent off. */
    boolean off() {
        return "false".equalsIgnoreCase(given("otel.javaagent.enabled"))
                || "true".equalsIgnoreCase(given("otel.sdk.disabled"));
    }

    /** Returns where traces and metrics go and how, for people. */
    String destination(String endpoint) {
        String given = given(ENDPOINT);
        if (given != null) {
            return given + " (OTEL_EXPORTER_OTLP_ENDPOINT, which wins over telemetry.otlp_endpoint)";
        }
        String protocol = given(PROTOCOL);
        return base(endpoint) + " over OTLP, " + (protocol == null ? protocol(endpoint) : protocol);
    }

    /** gRPC, unless the port is the one for HTTP or there is a path, which gRPC does not know. */
    private static String protocol(String endpoint) {
        URI uri = URI.create(base(endpoint));
        boolean http = uri.getPort() == HTTP_PORT
                || !uri.getPath().replace("/", "").isEmpty()
                || !endpoint.equals(base(endpoint));
        return http ? "http/protobuf" : "grpc";
    }

    /** Without the path of one signal, which the agent appends itself. */
    private static String base(String endpoint) {
        return endpoint.replaceFirst("/v1/(traces|metrics)/?$", "");
    }

    private @Nullable String given(String name) {
        String property = properties.getProperty(name);
        String value = property == null ? environment.get(variable(name)) : property;
        return value == null || value.isBlank() ? null : value;
    }

    private static String variable(String name) {
        return name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }
}
