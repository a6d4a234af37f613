package io.tpp.telemetry;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The export of traces and metrics over OTLP, which TPP leaves to the OpenTelemetry Java agent: it knows
 * Jetty's server and client, and costs nothing where it is not wanted.
 */
public final class TraceExport {
    private static final Logger logger = LoggerFactory.getLogger(TraceExport.class);

    /** The agent's entry, which is on the system's class path once {@code -javaagent:} was given. */
    private static final String AGENT = "io.opentelemetry.javaagent.OpenTelemetryAgent";

    private TraceExport() {}

    /** Warns if an endpoint is configured, null being none, but the agent that would send there is missing. */
    public static void warnIfWithoutAgent(@Nullable String endpoint) {
        if (endpoint != null && !isPresent(ClassLoader.getSystemClassLoader())) {
            logger.warn(
                    "telemetry.otlp_endpoint {} has no effect by itself: traces and metrics are exported only when"
                            + " the OpenTelemetry Java agent runs; start with OTEL_EXPORTER_OTLP_ENDPOINT={}"
                            + " OTEL_EXPORTER_OTLP_PROTOCOL=grpc java -javaagent:opentelemetry-javaagent.jar"
                            + " -jar tpp.jar ...",
                    endpoint,
                    endpoint);
        }
    }

    /** Returns whether a class loader knows the agent. */
    static boolean isPresent(ClassLoader classes) {
        return classes.getResource(AGENT.replace('.', '/') + ".class") != null;
    }
}
