package io.tpp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.tpp.simulator.DolphinDbSimulator;
import io.tpp.testing.OtlpReceiver;
import io.tpp.testing.ProcessOutput;
import io.tpp.testing.RawClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands of the Dockerfile, run without Docker: with the same Java, jar, options and user, as the first process of
 * its namespace, without any capability, on disks that are read-only, in a folder that stands for {@code /app}.
 */
@Timeout(180)
class ContainerIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** What Java says when it loads a class of a file. */
    private static final Pattern CLASS_LOADED =
            Pattern.compile("\\[.*\\] (io\\.tpp|org\\.eclipse\\.jetty)\\.[^/ ]+ source: .*");

    private final DolphinDbSimulator simulator = DolphinDbSimulator.start();
    private final Dockerfile file = Dockerfile.read();
    private final Path app;

    ContainerIT(@TempDir Path folder) {
        this.app = folder;
    }

    @BeforeEach
    void copy() throws IOException {
        assumeThat(System.getProperty("user.name"))
                .as("who may run as another user")
                .isEqualTo("root");
        for (String from : Set.of("target/tpp.jar", "deploy/docker/java.options", "deploy/docker/make-archive")) {
            Path to = app.resolve(Path.of(from).getFileName());
            Files.copy(Path.of(from), to, java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        }
        Files.setPosixFilePermissions(app, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @AfterEach
    void stop() {
        simulator.close();
    }

    /** Starts a command of the Dockerfile, with {@code /app} being the folder. */
    private Process start(List<String> command, String... asUser) throws IOException {
        List<String> here = new ArrayList<>(List.of(asUser));
        command.forEach(word -> here.add(word.replace("/app", app.toString())));
        ProcessBuilder builder =
                new ProcessBuilder(here).directory(app.toFile()).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().put("PATH", Java25.programs() + ":/usr/bin:/bin");
        String[] variable = file.only("ENV").split("=", -1);
        builder.environment().put(variable[0], variable[1]);
        return builder.start();
    }

    /** Begins a command that runs as {@code docker run --read-only --cap-drop ALL} lets it. */
    private String[] contained() {
        String[] user = file.only("USER").split(":", -1);
        String readOnly = "mount -o remount,bind,ro / && exec \"$@\"";
        return new String[] {
            "unshare",
            "--mount",
            "--pid",
            "--fork",
            "--kill-child",
            "--mount-proc",
            "sh",
            "-c",
            readOnly,
            "sh",
            "setpriv",
            "--reuid=" + user[0],
            "--regid=" + user[1],
            "--clear-groups",
            "--bounding-set=-all",
            "--no-new-privs"
        };
    }

    /** Returns the process itself, not that which contains it. */
    private static ProcessHandle within(Process contained) {
        return contained.children().findFirst().orElseThrow();
    }

    private static String proc(ProcessHandle process, String file) throws IOException {
        return Files.readString(Path.of("/proc", String.valueOf(process.pid()), file));
    }

    private static void assertThatItIsContained(ProcessHandle java) throws IOException {
        assertThat(proc(java, "status"))
                .containsPattern("NSpid:\\t\\d+\\t1\n")
                .contains("CapBnd:\t0000000000000000\n", "CapEff:\t0000000000000000\n");
        assertThat(proc(java, "mounts")).containsPattern("(?m)^\\S+ / \\S+ ro,");
    }

    private static ProcessOutput end(Process process) throws InterruptedException {
        ProcessOutput out = new ProcessOutput(process.inputReader());
        assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        out.awaitEnd();
        return out;
    }

    @Test
    void itsStepsMakeATppThatStartsFromTheArchiveServesAndStops() throws Exception {
        Process archive = start(file.command("RUN"));
        ProcessOutput made = end(archive);
        assertThat(archive.exitValue()).as("%s", made.lines()).isZero();
        int health = configure("");
        Set<Path> before = files();

        Process tpp = startTpp("-Xlog:class+load");
        try {
            ProcessOutput out = new ProcessOutput(tpp.inputReader());
            int port = Integer.parseInt(
                    out.await(Pattern.compile(".* serves clients on 127\\.0\\.0\\.1:(\\d+), .*:" + health + ";.*"))
                            .group(1));
            try (RawClient client = RawClient.connect(port)) {
                assertThat(client.tokenNumber()).isPositive();
            }
            ProcessHandle java = within(tpp);
            assertThatItIsContained(java);
            assertThat(proc(java, "maps")).contains(app.resolve("tpp.aot").toString());
            assertThatItIsFoundHealthy();

            java.destroy();
            assertThat(tpp.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            out.awaitEnd();
            assertThat(tpp.exitValue()).isZero();
            assertThat(out.lines())
                    .filteredOn(line -> !line.startsWith("["))
                    .last()
                    .asString()
                    .endsWith("Stopped");
            assertThatClassesCameFromTheArchive(out.lines());
            assertThat(files()).isEqualTo(before);
        } finally {
            tpp.destroyForcibly();
        }
    }

    /** Those of a request too. What Java makes while it runs has an address in its name. */
    private static void assertThatClassesCameFromTheArchive(List<String> lines) {
        List<String> loaded = lines.stream()
                .filter(line -> CLASS_LOADED.matcher(line).matches())
                .toList();
        assertThat(loaded).anyMatch(line -> line.contains(" io.tpp.proxy.Exchange "));
        assertThat(loaded).allMatch(line -> line.contains(" source: shared objects file"));
    }

    private Process startTpp(String... options) throws IOException {
        List<String> command = new ArrayList<>(file.command("ENTRYPOINT"));
        command.addAll(1, List.of(options));
        command.addAll(file.command("CMD"));
        return start(command, contained());
    }

    @Test
    void theAgentBesideTheJarExportsThoughNothingCanBeWritten() throws Exception {
        String agent = "opentelemetry-javaagent.jar";
        Files.copy(Path.of("target/agent", agent), app.resolve(agent));
        try (OtlpReceiver receiver = OtlpReceiver.start()) {
            configure("telemetry: {otlp_endpoint: \"%s\"}".formatted(receiver.address()));
            Process tpp = startTpp();
            try {
                ProcessOutput out = new ProcessOutput(tpp.inputReader());
                int port =
                        Integer.parseInt(out.await(Pattern.compile(".* serves clients on 127\\.0\\.0\\.1:(\\d+), .*"))
                                .group(1));
                try (RawClient client = RawClient.connect(port)) {
                    client.tokenNumber();
                }
                await().atMost(LIMIT).until(() -> !receiver.spans().isEmpty());
                within(tpp).destroy();
                assertThat(tpp.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
                assertThat(receiver.violations()).isEmpty();
            } finally {
                tpp.destroyForcibly();
            }
        }
    }

    /** As the engine does, with some patience: the check itself takes two seconds at most. */
    private void assertThatItIsFoundHealthy() throws Exception {
        List<String> said = List.of();
        for (int attempt = 0; attempt < 5 && !said.equals(List.of("healthy")); attempt++) {
            Process check = start(file.command("HEALTHCHECK"), contained());
            said = end(check).lines();
            assertThat(check.exitValue() == 0).isEqualTo(said.equals(List.of("healthy")));
        }
        assertThat(said).containsExactly("healthy");
    }

    private Set<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(app)) {
            return files.collect(Collectors.toSet());
        }
    }

    /** Writes the configuration and returns the port for health; {@code further} are lines of it. */
    private int configure(String further) throws IOException {
        int health;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            health = free.getLocalPort();
        }
        Files.writeString(app.resolve("config.yaml"), """
            listen: "127.0.0.1:0"
            health_listen: "127.0.0.1:%d"
            upstream: {host: 127.0.0.1, port: %d}
            credential: {username: admin, password: "123456"}
            token: {pool_size: 2}
            %s
            """.formatted(health, simulator.port(), further));
        return health;
    }
}
