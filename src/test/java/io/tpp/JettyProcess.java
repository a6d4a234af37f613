package io.tpp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tpp.testing.ProcessOutput;
import io.tpp.testing.RawClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A standalone Jetty as a process of its own, with a copy of {@code jetty-base} and {@code target/tpp.war} in it. The build
 * unpacks Jetty into {@code target/jetty-home}. Every wait has a limit.
 */
final class JettyProcess implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Pattern CLIENTS =
            Pattern.compile(".*Started oejs\\.ServerConnector@.*\\{127\\.0\\.0\\.1:(\\d+)}");
    private static final Pattern HEALTH = Pattern.compile(".*Started health@.*\\{127\\.0\\.0\\.1:(\\d+)}");
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Path base;
    private final Process process;
    private final ProcessOutput out;

    private JettyProcess(Path base, Process process) {
        this.base = base;
        this.process = process;
        this.out = new ProcessOutput(process.inputReader());
    }

    /** Starts it on free ports, with nothing in its environment but these variables, and looks for changes every second. */
    static JettyProcess start(Path folder, Map<String, String> environment) throws IOException {
        Path base = folder.resolve("jetty-base");
        copyBase(base);
        Files.copy(Path.of("target/tpp.war"), base.resolve("webapps/tpp.war"));
        List<String> command = List.of(
                java("java"),
                // Only for a quicker start.
                "-XX:TieredStopAtLevel=1",
                "-jar",
                home().resolve("start.jar").toAbsolutePath().toString(),
                "jetty.http.host=127.0.0.1",
                "jetty.http.port=0",
                "tpp.health.host=127.0.0.1",
                "tpp.health.port=0",
                "jetty.deploy.scanInterval=1");
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(base.toFile()).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(environment);
        return new JettyProcess(base, builder.start());
    }

    static Path home() throws IOException {
        try (Stream<Path> homes = Files.list(Path.of("target/jetty-home"))) {
            return homes.findFirst().orElseThrow();
        }
    }

    private static String java(String tool) {
        return Path.of(System.getProperty("java.home"), "bin", tool).toString();
    }

    /** Copies what the repository has of it, not what somebody who tries it has put there. */
    static void copyBase(Path to) throws IOException {
        for (String part : List.of("etc", "modules", "start.d")) {
            Path from = Path.of("jetty-base", part);
            Files.createDirectories(to.resolve(part));
            try (Stream<Path> files = Files.list(from)) {
                for (Path file : files.toList()) {
                    Files.copy(file, to.resolve(part).resolve(file.getFileName()));
                }
            }
        }
        Files.createDirectories(to.resolve("webapps"));
    }

    /** Waits until it serves; returns the port for clients. */
    int clientPort() throws InterruptedException {
        return Integer.parseInt(out.await(CLIENTS).group(1));
    }

    RawClient connect() throws InterruptedException {
        return RawClient.connect(clientPort());
    }

    HttpResponse<String> health(String path) throws Exception {
        return ask(HttpRequest.newBuilder(healthUri(path)));
    }

    /** Does what an administrator asks for who has this secret. */
    HttpResponse<String> admin(String action, String secret) throws Exception {
        return ask(HttpRequest.newBuilder(healthUri("/admin/" + action))
                .header("Authorization", "Bearer " + secret)
                .POST(HttpRequest.BodyPublishers.noBody()));
    }

    private URI healthUri(String path) throws InterruptedException {
        return URI.create("http://127.0.0.1:" + out.await(HEALTH).group(1) + path);
    }

    private static HttpResponse<String> ask(HttpRequest.Builder request) throws Exception {
        return HTTP.send(request.timeout(LIMIT).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Writes a file into the base of the Jetty that is started in this folder, before its start or later. */
    static Path write(Path folder, String name, String content) throws IOException {
        Path file = folder.resolve("jetty-base").resolve(name);
        Files.createDirectories(file.getParent());
        Path written = Files.writeString(file.resolveSibling(file.getFileName() + ".new"), content);
        return Files.move(written, file, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Returns whether it says that it is ready; false also if it cannot be asked. */
    boolean isReady() throws Exception {
        try {
            return health("/readyz").statusCode() == 200;
        } catch (IOException gone) {
            return false;
        }
    }

    /** Makes Jetty deploy the WAR again, and returns once the old one has stopped. */
    void redeploy() throws Exception {
        long stops = stops();
        touch();
        await().atMost(LIMIT).until(() -> stops() > stops && isReady());
    }

    /** Makes Jetty try to deploy the WAR again. */
    void touch() throws IOException {
        Files.setLastModifiedTime(base.resolve("webapps/tpp.war"), FileTime.from(Instant.now()));
    }

    private long stops() {
        return out.lines().stream().filter(line -> line.endsWith(": Stopped")).count();
    }

    void awaitLine(String regex) throws InterruptedException {
        out.await(Pattern.compile(regex));
    }

    List<String> out() {
        return out.lines();
    }

    /** Asks for an orderly end. */
    void terminate() {
        // Not of the process itself, which would close its output, too.
        process.toHandle().destroy();
    }

    int exitCode() throws InterruptedException {
        assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS))
                .as("ends, having written %s", out.lines())
                .isTrue();
        out.awaitEnd();
        return process.exitValue();
    }

    /** Runs a command of {@code jcmd} in it. */
    List<String> jcmd(String command) {
        List<String> line = new ArrayList<>(List.of(java("jcmd"), String.valueOf(process.pid()), command));
        try {
            Process jcmd = new ProcessBuilder(line).redirectErrorStream(true).start();
            try (var output = jcmd.inputReader()) {
                return output.lines().toList();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
