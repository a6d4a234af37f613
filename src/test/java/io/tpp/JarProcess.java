package io.tpp;

import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.simulator.DolphinDbSimulator;
import io.tpp.testing.ChildProcess;
import io.tpp.testing.RawClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code target/tpp.jar} as a process of its own, started as a user starts it. Every wait has a limit. */
public final class JarProcess implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Pattern STARTED = Pattern.compile(
            ".* serves clients on 127\\.0\\.0\\.1:(\\d+)(?: over TLS)?(, health and metrics on 127\\.0\\.0\\.1:(\\d+))?;.*");

    /** Free ports on the loopback address. */
    public static final Map<String, String> FREE_PORTS =
            Map.of("TPP_LISTEN", "127.0.0.1:0", "TPP_HEALTH_LISTEN", "127.0.0.1:0");

    /** Returns what is needed to run in front of a simulator on free ports, and {@code further} pairs. */
    static Map<String, String> environment(DolphinDbSimulator simulator, String... further) {
        Map<String, String> environment = new HashMap<>(FREE_PORTS);
        environment.put("TPP_UPSTREAM_HOST", "127.0.0.1");
        environment.put("TPP_UPSTREAM_PORT", String.valueOf(simulator.port()));
        environment.put("TPP_CREDENTIAL_USERNAME", "admin");
        environment.put("TPP_CREDENTIAL_PASSWORD", "123456");
        for (int i = 0; i < further.length; i += 2) {
            environment.put(further[i], further[i + 1]);
        }
        return environment;
    }

    private final ChildProcess process;

    private JarProcess(ChildProcess process) {
        this.process = process;
    }

    /** Starts it with nothing in its environment but these variables. */
    public static JarProcess start(Map<String, String> environment, String... arguments) throws IOException {
        return startJava(environment, List.of("-jar", "target/tpp.jar"), arguments);
    }

    /** Starts it with options of the Java machine, up to the jar. */
    static JarProcess startJava(Map<String, String> environment, List<String> options, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // Only for a quicker start.
        command.add("-XX:TieredStopAtLevel=1");
        command.addAll(options);
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().clear();
        builder.environment().putAll(environment);
        return new JarProcess(ChildProcess.start(builder));
    }

    /** Runs a command that ends by itself, and returns it ended. */
    static JarProcess run(Map<String, String> environment, String... arguments) throws Exception {
        try (JarProcess process = start(environment, arguments)) {
            process.exitCode();
            return process;
        }
    }

    /** Waits for a line of standard output, the earlier ones included. */
    Matcher awaitLine(String regex) throws InterruptedException {
        return process.awaitLine(Pattern.compile(regex));
    }

    /** Waits until it serves; returns the port for clients. */
    public int awaitStart() throws InterruptedException {
        return Integer.parseInt(process.awaitLine(STARTED).group(1));
    }

    private int healthPort() throws InterruptedException {
        return Integer.parseInt(process.awaitLine(STARTED).group(3));
    }

    RawClient connect() throws InterruptedException {
        return RawClient.connect(awaitStart());
    }

    public HttpResponse<String> health(String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + healthPort() + path);
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).timeout(LIMIT).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Returns where the health connector listens, as {@code host:port}. */
    public String healthAddress() throws InterruptedException {
        return "127.0.0.1:" + healthPort();
    }

    /** Sends a signal, such as {@code TERM}. */
    void signal(String name) throws Exception {
        Process kill = new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                .inheritIO()
                .start();
        assertThat(kill.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Waits for the end of the process and of its output. */
    int exitCode() throws InterruptedException {
        return process.exitCode();
    }

    /** Returns the lines of standard output so far. */
    List<String> out() {
        return process.out();
    }

    /** Returns the lines of standard error so far. */
    List<String> err() {
        return process.err();
    }

    /** Returns all that was written so far. */
    public String everything() {
        return process.everything();
    }

    @Override
    public void close() {
        process.close();
    }
}
