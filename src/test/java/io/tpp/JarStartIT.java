package io.tpp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tpp.simulator.DolphinDbSimulator;
import io.tpp.simulator.Quirks;
import io.tpp.testing.RawClient;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar's start in front of a simulated DolphinDB, and what hinders it. */
class JarStartIT {
    private final DolphinDbSimulator simulator = DolphinDbSimulator.start();

    private final Path folder;

    JarStartIT(@TempDir Path folder) {
        this.folder = folder;
    }

    @AfterEach
    void stop() {
        simulator.close();
    }

    /** Returns what is needed to run in front of the simulator, and {@code further} pairs. */
    private Map<String, String> environment(String... further) {
        return JarProcess.environment(simulator, further);
    }

    @Test
    void theEnvironmentAloneIsEnough() throws Exception {
        try (JarProcess tpp = JarProcess.start(environment("TPP_TOKEN_POOL_SIZE", "2"));
                RawClient client = tpp.connect()) {
            assertThat(client.tokenNumber()).isPositive();
            assertThat(tpp.out().toString())
                    .contains("token.pool_size=2 (TPP_TOKEN_POOL_SIZE)", "pool size 2, credentials 1")
                    .doesNotContain("oejs", "Started ", "WARN");
        }
    }

    @Test
    void thePredecessorsFileWorksWithOnlyHostAndPortChanged() throws Exception {
        String seed = Files.readString(Path.of("src/test/resources/io/tpp/config/seed-config.yaml"));
        Path config = Files.writeString(
                folder.resolve("config.yaml"),
                seed.replace("dolphindb.example.com", "127.0.0.1").replace("8848", String.valueOf(simulator.port())));

        try (JarProcess tpp = JarProcess.start(JarProcess.FREE_PORTS, "--config", config.toString());
                RawClient first = tpp.connect();
                RawClient second = tpp.connect()) {
            assertThat(first.tokenNumber()).isNotEqualTo(second.tokenNumber());
            assertThat(tpp.health("/healthz").body())
                    .startsWith(
                            "{\"status\":\"healthy\",\"pool\":{\"total\":2,\"in_use\":2,\"available\":0,\"waiting\":0}");
            assertThat(tpp.out())
                    .filteredOn(line -> line.contains("WARN"))
                    .singleElement()
                    .asString()
                    .contains("-javaagent:", "OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4317");
        }
    }

    @Test
    void withTheOpenTelemetryAgentThereIsNothingToWarnOf() throws Exception {
        try (JarProcess tpp = JarProcess.startJava(
                environment("TPP_TELEMETRY_OTLP_ENDPOINT", "http://localhost:4317"), AgentJar.create(folder), "run")) {
            tpp.awaitStart();
            assertThat(tpp.everything()).doesNotContain("WARN");
        }
    }

    @Test
    void thePredecessorsLogVariableStillWorks() throws Exception {
        try (JarProcess tpp = JarProcess.start(environment("RUST_LOG", "debug"))) {
            tpp.awaitLine(".* DEBUG .*Effective configuration: listen=.*telemetry.log_filter=debug \\(RUST_LOG\\).*");
            tpp.awaitStart();
        }
    }

    @Test
    void aPortInUseIsOneLineThatNamesTheKey() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + taken.getLocalPort();
            for (String key : new String[] {"listen", "health_listen"}) {
                String variable = key.equals("listen") ? "TPP_LISTEN" : "TPP_HEALTH_LISTEN";
                JarProcess tpp = JarProcess.run(environment(variable, address));

                assertThat(tpp.exitCode()).isEqualTo(1);
                assertThat(tpp.err())
                        .containsExactly("tpp: " + key + ": cannot listen on " + address + ": Address already in use");
                assertThat(tpp.out()).noneMatch(line -> line.contains("WARN") || line.startsWith("\tat "));
            }
        }
    }

    @Test
    void ifEveryCredentialIsRefusedItSaysWhoseAndEnds() throws Exception {
        JarProcess tpp = JarProcess.run(environment("TPP_CREDENTIAL_PASSWORD", "hunter2"));

        assertThat(tpp.exitCode()).isEqualTo(1);
        assertThat(tpp.err())
                .singleElement()
                .asString()
                .startsWith("tpp: ")
                .contains("every credential", "user 'admin' (credential 1)", "wrong user name or password");
        assertThat(tpp.everything()).doesNotContain("hunter2");
    }

    @Test
    void oneGoodCredentialOfTwoIsEnoughToRun() throws Exception {
        Map<String, String> environment = new HashMap<>(environment(
                "TPP_CREDENTIALS_0_USERNAME", "admin",
                "TPP_CREDENTIALS_0_PASSWORD", "123456",
                "TPP_CREDENTIALS_1_USERNAME", "user1",
                "TPP_CREDENTIALS_1_PASSWORD", "hunter2"));
        environment.keySet().removeIf(name -> name.startsWith("TPP_CREDENTIAL_"));

        try (JarProcess tpp = JarProcess.start(environment)) {
            tpp.awaitLine(".* WARN .*Login failed.*user 'user1' \\(credential 2\\): wrong user name or password");
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> tpp.health("/readyz").statusCode() == 200);
            assertThat(tpp.health("/health").body())
                    .contains("\"total\":1,", "\"pool_size\":2", "last_login_error")
                    .doesNotContain("hunter2");
        }
    }

    @Test
    void anUpstreamThatIsDownIsWaitedFor() throws Exception {
        simulator.goDown();
        try (JarProcess tpp = JarProcess.start(environment())) {
            tpp.awaitLine(".* WARN .*could not be reached to log in user 'admin'.*");
            tpp.awaitStart();
            assertThat(tpp.health("/livez").statusCode()).isEqualTo(200);
            assertThat(tpp.health("/readyz").statusCode()).isEqualTo(503);
            assertThat(tpp.health("/health").body()).startsWith("{\"status\":\"unhealthy\"");
            assertThat(healthcheck(tpp).exitCode()).isEqualTo(1);

            simulator.comeBack();

            tpp.awaitLine(".* INFO .*Login works again for user 'admin' \\(credential 1\\) after \\d+ failures");
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> tpp.health("/readyz").statusCode() == 200);
            JarProcess healthcheck = healthcheck(tpp);
            assertThat(healthcheck.exitCode()).isZero();
            assertThat(healthcheck.out()).containsExactly("healthy");
            assertThat(tpp.isAlive()).isTrue();
        }
    }

    private static JarProcess healthcheck(JarProcess tpp) throws Exception {
        return JarProcess.run(Map.of("TPP_HEALTH_LISTEN", tpp.healthAddress()), "healthcheck");
    }

    @Test
    void aRefusalThatQuotesThePasswordIsNotPassedOn() throws Exception {
        simulator.quirks(Quirks.documented().withRefusal(Quirks.Refusal.UNESCAPED_QUOTES));

        JarProcess tpp = JarProcess.run(environment("TPP_CREDENTIAL_PASSWORD", "hunter2", "TPP_LOG", "trace"));

        assertThat(tpp.exitCode()).isEqualTo(1);
        assertThat(tpp.everything()).doesNotContain("hunter2");
    }
}
