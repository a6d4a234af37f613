package io.tpp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tpp.simulator.DolphinDbSimulator;
import io.tpp.testing.ChildProcess;
import io.tpp.testing.Command;
import io.tpp.testing.RawClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the jar reads its configuration again at SIGHUP. */
class JarReloadIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final DolphinDbSimulator simulator = DolphinDbSimulator.start();

    @TempDir
    @SuppressWarnings("NullAway.Init") // By JUnit.
    private Path folder;

    @AfterEach
    void stop() {
        simulator.close();
    }

    private Path write(String token) throws Exception {
        return Files.writeString(folder.resolve("config.yaml"), """
                listen: 127.0.0.1:0
                health_listen: 127.0.0.1:0
                upstream: {host: 127.0.0.1, port: %d}
                credential: {username: admin, password: '123456'}
                token: {%s}
                """.formatted(simulator.port(), token));
    }

    @Test
    void sighupTakesOverWhatHasChangedOrNothing() throws Exception {
        Path file = write("pool_size: 1");
        try (JarProcess tpp = JarProcess.start(
                        java.util.Map.of("TPP_TELEMETRY_LOG_FILTER", "info"), "--config", file.toString());
                RawClient client = tpp.connect()) {
            assertThat(client.tokenNumber()).isPositive();
            write("pool_size: 3, max_waiting: 7");
            tpp.signal("HUP");
            tpp.awaitLine(".* The configuration was reloaded \\(SIGHUP\\): token.pool_size 1 -> 3;"
                    + " token.max_waiting 0 -> 7");
            await().atMost(LIMIT).until(() -> tpp.health("/health").body().contains("\"available\":2"));

            write("pool_size: 0");
            tpp.signal("HUP");
            tpp.awaitLine(".* WARN .* The configuration cannot be reloaded \\(SIGHUP\\), the one before stays in force:"
                    + " config.yaml:5: token.pool_size .*");
            assertThat(tpp.health("/metrics").body()).contains("tpp_config_last_reload_successful 0.0");
            assertThat(client.tokenNumber()).isPositive();

            tpp.signal("TERM");
            assertThat(tpp.exitCode()).isZero();
            assertThat(simulator.violations()).isEmpty();
        }
    }

    /** Whoever edits the file and sends the signal would wait in vain. */
    @Test
    void aStartByNohupIsToldThatTheSignalDoesNothing() throws Exception {
        Path file = write("pool_size: 1");
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Command nohup = Command.of("nohup", java, "-jar", "target/tpp.jar", "--config", file);
        try (ChildProcess tpp = nohup.start()) {
            tpp.awaitLine(Pattern.compile(
                    ".* INFO .* SIGHUP does nothing, because TPP was started with it ignored, as by nohup;"
                            + " reload.watch and POST /admin/reload read the configuration again"));
        }
    }
}
