package io.tpp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.tpp.simulator.DolphinDbSimulator;
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
 * The commands of the Dockerfile, run outside a container: with the same Java, jar, options and user, in a folder that the
 * user cannot write to and that stands for {@code /app}.
 */
@Timeout(180)
class ContainerIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final DolphinDbSimulator simulator = DolphinDbSimulator.start();
    private final Dockerfile file = Dockerfile.read();
    private final Path app;

    ContainerIT(@TempDir Path folder) {
        this.app = folder;
    }

    @BeforeEach
    void copy() throws IOException {
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
        return builder.start();
    }

    private static String[] user(String ids) {
        String[] parts = ids.split(":", -1);
        return new String[] {"setpriv", "--reuid=" + parts[0], "--regid=" + parts[1], "--clear-groups"};
    }

    private static ProcessOutput await(Process process) throws InterruptedException {
        ProcessOutput out = new ProcessOutput(process.inputReader());
        assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        out.awaitEnd();
        return out;
    }

    @Test
    void itsStepsMakeATppThatStartsFromTheArchiveServesAndStops() throws Exception {
        assumeThat(System.getProperty("user.name"))
                .as("who may run as another user")
                .isEqualTo("root");
        Process archive = start(file.command("RUN"));
        ProcessOutput made = await(archive);
        assertThat(archive.exitValue()).as("%s", made.lines()).isZero();
        int health = configure();
        Set<Path> before = files();

        List<String> command = new ArrayList<>(file.command("ENTRYPOINT"));
        command.addAll(file.command("CMD"));
        Process tpp = start(command, user(file.only("USER")));
        try {
            ProcessOutput out = new ProcessOutput(tpp.inputReader());
            int port = Integer.parseInt(
                    out.await(Pattern.compile(".* serves clients on 127\\.0\\.0\\.1:(\\d+), .*:" + health + ";.*"))
                            .group(1));
            try (RawClient client = RawClient.connect(port)) {
                assertThat(client.tokenNumber()).isPositive();
            }
            assertThat(Files.readString(Path.of("/proc", String.valueOf(tpp.pid()), "maps")))
                    .contains(app.resolve("tpp.aot").toString());
            assertThatItIsFoundHealthy();

            tpp.toHandle().destroy();
            assertThat(tpp.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            out.awaitEnd();
            assertThat(tpp.exitValue()).isZero();
            assertThat(out.lines()).last().asString().endsWith("Stopped");
            assertThat(files()).isEqualTo(before);
        } finally {
            tpp.destroyForcibly();
        }
    }

    /** As the engine does, with some patience: the check itself takes two seconds at most. */
    private void assertThatItIsFoundHealthy() throws Exception {
        List<String> said = List.of();
        for (int attempt = 0; attempt < 5 && !said.equals(List.of("healthy")); attempt++) {
            Process check = start(file.command("HEALTHCHECK"), user(file.only("USER")));
            said = await(check).lines();
            assertThat(check.exitValue() == 0).isEqualTo(said.equals(List.of("healthy")));
        }
        assertThat(said).containsExactly("healthy");
    }

    private Set<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(app)) {
            return files.collect(Collectors.toSet());
        }
    }

    /** Writes the configuration and returns the port for health. */
    private int configure() throws IOException {
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
            """.formatted(health, simulator.port()));
        return health;
    }
}
