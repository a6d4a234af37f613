package io.tpp.telemetry;

import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.lang.reflect.InvocationTargetException;
import java.util.Map;
import java.util.jar.JarFile;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The export of traces and metrics over OTLP, which TPP leaves to the OpenTelemetry Java agent: it knows Jetty's
 * server and client. Without an endpoint the agent is not loaded, and costs nothing.
 *
 * <h2>Threads</h2>
 *
 * To be started by the main thread, before the classes are used that the agent changes: Jetty's and the loggers'.
 */
public final class TraceExport {
    /** The agent's entry, which is on the system's class path once {@code -javaagent:} was given. */
    private static final String AGENT = "io.opentelemetry.javaagent.OpenTelemetryAgent";

    private final @Nullable String news;
    private final boolean wrong;

    private TraceExport(@Nullable String news, boolean wrong) {
        this.news = news;
        this.wrong = wrong;
    }

    private static TraceExport is(String news) {
        return new TraceExport(news, false);
    }

    private static TraceExport isMissing(String why) {
        return new TraceExport("telemetry.otlp_endpoint has no effect: " + why, true);
    }

    /**
     * Starts the agent if an endpoint is configured, null being none. An agent that the user has started is left as
     * it is: there must not be two.
     *
     * @param environment the environment variables
     * @return what came of it; never fails, because clients can be served without traces
     */
    public static TraceExport start(@Nullable String endpoint, Map<String, String> environment) {
        if (endpoint == null) {
            return new TraceExport(null, false);
        }
        AgentSettings settings = new AgentSettings(environment, System.getProperties());
        String plan = plan(endpoint, environment);
        if (settings.off() || isPresent(ClassLoader.getSystemClassLoader())) {
            return is(plan);
        }
        Instrumentation instrumentation = LauncherAgent.instrumentation();
        if (instrumentation == null) {
            return isMissing("TPP was not started with java -jar, nor with -javaagent:opentelemetry-javaagent.jar");
        }
        try {
            AgentJar jar = AgentJar.find();
            if (jar == null) {
                return isMissing("there is no opentelemetry-javaagent.jar inside or beside tpp.jar");
            }
            settings.toSet(endpoint).forEach(System::setProperty);
            start(jar, instrumentation);
            return is(plan);
        } catch (IOException | ReflectiveOperationException | RuntimeException | LinkageError e) {
            Throwable cause = e instanceof InvocationTargetException ? e.getCause() : e;
            return isMissing("the OpenTelemetry agent could not be started: " + cause);
        }
    }

    /** As Java itself does it for {@code -javaagent:}. */
    private static void start(AgentJar jar, Instrumentation instrumentation)
            throws IOException, ReflectiveOperationException {
        try (JarFile file = new JarFile(jar.path().toFile())) {
            instrumentation.appendToSystemClassLoaderSearch(file);
            Class.forName(AGENT, true, ClassLoader.getSystemClassLoader())
                    .getMethod("premain", String.class, Instrumentation.class)
                    .invoke(null, "", instrumentation);
        } finally {
            jar.deleteIfTemporary();
        }
    }

    /** Returns what a start will do with that endpoint, for people. */
    public static String plan(String endpoint, Map<String, String> environment) {
        AgentSettings settings = new AgentSettings(environment, System.getProperties());
        if (settings.off()) {
            return "No traces and metrics are exported: OTEL_SDK_DISABLED or OTEL_JAVAAGENT_ENABLED switches it off";
        }
        return !isPresent(ClassLoader.getSystemClassLoader())
                ? "Traces and metrics go to " + settings.destination(endpoint)
                : "Traces and metrics are exported by the OpenTelemetry agent that was started with -javaagent, as"
                        + " its own settings say; telemetry.otlp_endpoint has no effect";
    }

    /** Logs what came of the start; for afterwards, when logging is set up. */
    public void log() {
        if (news != null) {
            LoggerFactory.getLogger(TraceExport.class)
                    .atLevel(wrong ? org.slf4j.event.Level.WARN : org.slf4j.event.Level.INFO)
                    .log(news);
        }
    }

    /** Returns whether a class loader knows the agent. */
    static boolean isPresent(ClassLoader classes) {
        return classes.getResource(AGENT.replace('.', '/') + ".class") != null;
    }
}
