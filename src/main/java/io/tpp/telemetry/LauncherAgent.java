package io.tpp.telemetry;

import java.lang.instrument.Instrumentation;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Gets hold of the Java machine's instrumentation, with which an agent can be started without {@code -javaagent}.
 *
 * <p>Named by {@code Launcher-Agent-Class} in the jar's manifest, so that Java calls it before {@code main}; of all
 * ways to start an agent from within, the only one that Java 21 and later do not warn of (JEP 451). It starts
 * nothing, because whether an agent is wanted is in the configuration, which is not read yet.
 */
public final class LauncherAgent {
    private static final AtomicReference<@Nullable Instrumentation> INSTRUMENTATION = new AtomicReference<>();

    private LauncherAgent() {}

    /** Called by Java, once, on the main thread. */
    public static void agentmain(@Nullable String arguments, Instrumentation instrumentation) {
        INSTRUMENTATION.set(instrumentation);
    }

    /** Returns null if TPP was started in another way than by {@code java -jar}. */
    static @Nullable Instrumentation instrumentation() {
        return INSTRUMENTATION.get();
    }
}
