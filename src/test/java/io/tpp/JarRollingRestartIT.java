package io.tpp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tpp.simulator.DolphinDbSimulator;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * TPP is replaced by a new one, twice, while clients send requests: two jars listen at one address ({@code
 * listen_reuse_port}), then the old one gets SIGTERM.
 */
class JarRollingRestartIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int CLIENTS = 4;
    private static final int ROUNDS = 2;

    private final DolphinDbSimulator simulator = DolphinDbSimulator.start();

    @AfterEach
    void stop() {
        simulator.close();
    }

    /** Each has tokens for all clients, so that nobody waits for one. */
    private JarProcess start(String listen) throws Exception {
        Map<String, String> environment = new HashMap<>(Map.of(
                "TPP_LISTEN", listen,
                "TPP_LISTEN_REUSE_PORT", "true",
                "TPP_HEALTH_LISTEN", "127.0.0.1:0",
                "TPP_UPSTREAM_HOST", "127.0.0.1",
                "TPP_UPSTREAM_PORT", String.valueOf(simulator.port()),
                "TPP_CREDENTIAL_USERNAME", "admin",
                "TPP_CREDENTIAL_PASSWORD", "123456",
                "TPP_TOKEN_POOL_SIZE", String.valueOf(2 * CLIENTS),
                "TPP_SHUTDOWN_DELAY_SECONDS", "0.5"));
        return JarProcess.start(environment);
    }

    @Test
    void noRequestFailsWhileTppIsReplaced() throws Exception {
        JarProcess running = start("127.0.0.1:0");
        int port = running.awaitStart();
        awaitReady(running);
        try (RollingLoad load = RollingLoad.start(port, CLIENTS)) {
            load.awaitMore(200);
            for (int round = 0; round < ROUNDS; round++) {
                JarProcess next = start("127.0.0.1:" + port);
                awaitReady(next);
                running.signal("TERM");
                assertThat(running.exitCode()).isZero();
                assertThat(running.everything()).doesNotContain("WARN", "ERROR");
                running = next;
                load.awaitMore(200);
            }
            load.stop();

            System.out.println("rolling restart: " + load);
            assertThat(load.failures()).isEmpty();
            assertThat(load.answered()).isGreaterThan(600);
            // Whatever was sent again had not been executed, and nothing was executed unasked.
            assertThat(scriptsExecuted()).isEqualTo(load.answered());
            assertThat(simulator.violations()).isEmpty();
        } finally {
            running.close();
        }
    }

    private static void awaitReady(JarProcess tpp) throws InterruptedException {
        tpp.awaitStart();
        await().atMost(LIMIT).until(() -> tpp.health("/readyz").statusCode() == 200);
    }

    /** Not out of the list of requests, which is not endless. */
    private long scriptsExecuted() {
        return simulator.requestCount() - simulator.logins().size();
    }
}
