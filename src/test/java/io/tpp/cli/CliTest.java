package io.tpp.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.secret.SecretHash;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the commands print and return. */
class CliTest {
    private final CliFixture cli = new CliFixture();
    private final Path folder;
    private final String config;

    CliTest(@TempDir Path folder) {
        this.folder = folder;
        this.config = folder.resolve("config.yaml").toString();
    }

    @BeforeEach
    void writeConfig() throws IOException {
        write("upstream: {host: h}\ncredential: {username: u, password: hunter2}\n");
    }

    private void write(String yaml) throws IOException {
        Files.writeString(folder.resolve("config.yaml"), yaml);
    }

    @Test
    void theProxyRunsWithAndWithoutItsCommand() {
        assertThat(cli.execute("--config", config)).isZero();
        assertThat(cli.execute("-c", config)).isZero();
        assertThat(cli.execute("--config=" + config)).isZero();
        assertThat(cli.execute("run", "--config", config)).isZero();
        assertThat(cli.execute("run", "-c", config)).isZero();
        assertThat(cli.execute("-c", config, "run")).isZero();
        assertThat(cli.runs)
                .hasSize(6)
                .allSatisfy(run -> assertThat(run.config().upstream().host()).isEqualTo("h"));
        assertThat(cli.err.toString()).isEmpty();
    }

    private void configureByEnvironment() {
        cli.environment.put("TPP_UPSTREAM_HOST", "e");
        cli.environment.put("TPP_CREDENTIAL_USERNAME", "u");
        cli.environment.put("TPP_CREDENTIAL_PASSWORD", "p");
    }

    @Test
    void theProxyRunsFromTheEnvironmentAlone() {
        configureByEnvironment();
        assertThat(cli.execute()).isZero();
        assertThat(cli.runs)
                .singleElement()
                .satisfies(run -> assertThat(run.config().upstream().host()).isEqualTo("e"));
    }

    @Test
    void aKeyIsShownOnceWithTheLineThatLetsItIn() {
        assertThat(cli.execute("key", "etl")).isZero();
        String[] lines = cli.out.toString().split("\\R");
        assertThat(lines).hasSize(2);
        assertThat(lines[0]).matches("key:  tpp_[A-Za-z0-9_-]{43}");
        assertThat(lines[1])
                .isEqualTo("line: etl:"
                        + SecretHash.of(lines[0].substring("key:  ".length())).hex());
        assertThat(cli.err.toString()).isEmpty();
    }

    @Test
    void aKeyNeedsANameThatCanBeOne() {
        assertThat(cli.execute("key")).isEqualTo(2);
        assertThat(cli.execute("key", "a:b")).isEqualTo(2);
        assertThat(cli.err.toString()).contains("the name must be at most 64 letters");
        assertThat(cli.execute("key", "10.0.0.1")).isEqualTo(2);
        assertThat(cli.execute("key", "a", "b")).isEqualTo(2);
        assertThat(cli.out.toString()).isEmpty();
    }

    @Test
    void theExitCodeIsTheRunners() {
        cli.runner = loaded -> 1;
        assertThat(cli.execute("-c", config)).isEqualTo(1);
    }

    @Test
    void withoutAnyConfigurationTheUserIsToldWhatToDo() {
        cli.environment.put("TPP_SERVICE_HOST", "10.0.0.1");
        cli.environment.put("RUST_LOG", "debug");
        for (String[] args : new String[][] {{}, {"run"}, {"check"}}) {
            assertThat(cli.execute(args)).isEqualTo(2);
            assertThat(cli.err.toString())
                    .isEqualToNormalizingNewlines("tpp: no configuration: give one with --config FILE or TPP_..."
                            + " variables, or try 'tpp demo', which needs none\n");
        }
        assertThat(cli.runs).isEmpty();
    }

    @Test
    void everyProblemOfTheConfigurationIsALine() throws IOException {
        write("listen: 1\ncredential: {username: u, password: [hunter2]}\n");
        String problems = """
                tpp: config.yaml:2: credential.password must be a single value
                tpp: config.yaml:1: listen must be host:port such as 0.0.0.0:8080 or [::]:8080, was 1
                tpp: config.yaml: upstream.host is missing: the DolphinDB node's name or address (or TPP_UPSTREAM_HOST)
                """;
        for (String command : new String[] {"run", "check"}) {
            assertThat(cli.execute(command, "-c", config)).isEqualTo(2);
            assertThat(cli.err.toString()).isEqualToNormalizingNewlines(problems);
            assertThat(cli.out.toString()).isEmpty();
        }
    }

    @Test
    void aFailureIsOneLineWithoutAStackTrace() {
        cli.runner = loaded -> {
            throw new IOException("cannot listen\n on h:1", new BindException("Address already in use"));
        };
        assertThat(cli.execute("-c", config)).isEqualTo(1);
        assertThat(cli.err.toString())
                .isEqualToNormalizingNewlines("tpp: cannot listen on h:1: Address already in use\n");

        cli.runner = loaded -> {
            throw new IllegalStateException();
        };
        assertThat(cli.execute("-c", config)).isEqualTo(1);
        assertThat(cli.err.toString()).isEqualToNormalizingNewlines("tpp: IllegalStateException\n");

        configureByEnvironment();
        assertThat(cli.execute()).isEqualTo(1);
        assertThat(cli.err.toString()).isEqualToNormalizingNewlines("tpp: IllegalStateException\n");
    }

    @Test
    void wrongUsageIsOneLineAndAHint() {
        assertThat(cli.execute("--confg=hunter2")).isEqualTo(2);
        assertThat(cli.err.toString())
                .isEqualToNormalizingNewlines("tpp: unknown option '--confg'\ntpp: try 'tpp --help'\n");
        assertThat(cli.execute("start")).isEqualTo(2);
        assertThat(cli.err.toString())
                .isEqualToNormalizingNewlines("tpp: unknown command 'start'\ntpp: try 'tpp --help'\n");
        assertThat(cli.execute("run", "--config")).isEqualTo(2);
        assertThat(cli.err.toString().lines())
                .hasSize(2)
                .allMatch(line -> line.startsWith("tpp: "))
                .last()
                .isEqualTo("tpp: try 'tpp run --help'");
        assertThat(cli.runs).isEmpty();
    }

    @Test
    void checkPrintsATableWithoutSecrets() throws IOException {
        cli.environment.put("TPP_UPSTREAM_HOTS", "x");
        assertThat(cli.execute("check", "--config", config)).isZero();

        assertThat(cli.out.toString().lines().map(line -> line.replaceAll(" {2,}", " | ")))
                .contains(
                        "listen | 0.0.0.0:8080 | default",
                        "upstream.host | h | config.yaml:1",
                        "credential.password | **** | config.yaml:2",
                        "token.refresh_ahead_seconds | 360 | default")
                .noneMatch(line -> line.contains("hunter2"));
        assertThat(cli.err.toString())
                .isEqualToNormalizingNewlines("tpp: warning: TPP_UPSTREAM_HOTS is not a variable of TPP;"
                        + " did you mean TPP_UPSTREAM_HOST?\n");
        assertThat(cli.runs).isEmpty();
    }

    @Test
    void theDemoNeedsNoConfiguration() {
        assertThat(cli.execute("demo")).isZero();
        assertThat(cli.demos).isEqualTo(1);
    }

    @Test
    void helpNamesAllCommands() {
        assertThat(cli.execute("--help")).isZero();
        assertThat(cli.out.toString()).contains("--config", "run", "demo", "check", "key", "healthcheck", "--version");
        assertThat(cli.execute("healthcheck", "--help")).isZero();
        assertThat(cli.out.toString()).contains("/healthz", "127.0.0.1:9090");
    }

    @Test
    void versionIsTheBuilds() {
        for (String[] args : new String[][] {{"--version"}, {"-V"}, {"run", "--version"}}) {
            assertThat(cli.execute(args)).isZero();
            assertThat(cli.out.toString()).matches("tpp \\d+\\.\\d+\\.\\S+\\s*");
        }
    }
}
