package io.tpp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.tpp.simulator.DolphinDbSimulator;
import io.tpp.testing.RawClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How the jar ends at a signal. */
class JarStopIT {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final DolphinDbSimulator simulator = DolphinDbSimulator.start();

    @AfterEach
    void stop() {
        simulator.close();
    }

    private JarProcess start(String... further) throws Exception {
        Map<String, String> environment = JarProcess.environment(simulator, further);
        environment.putIfAbsent("TPP_TOKEN_POOL_SIZE", "2");
        return JarProcess.start(environment);
    }

    @Test
    void sigtermLetsTheRequestUnderWayFinish() throws Exception {
        try (JarProcess tpp = start();
                RawClient client = tpp.connect()) {
            simulator.hold();
            client.sendScript("whoami()");
            simulator.awaitHeld(1, LIMIT);

            tpp.signal("TERM");
            tpp.awaitLine(".* Stopping: .*in use 1.*");
            assertThat(tpp.health("/readyz").statusCode()).isEqualTo(503);
            assertThat(tpp.health("/readyz?verbose").body()).contains("[-]shutdown failed: shutting down");
            assertThat(tpp.health("/livez").statusCode()).isEqualTo(200);
            simulator.release();

            assertThat(RawClient.tokenNumber(client.read())).isPositive();
            assertThat(client.isClosedByPeer()).isTrue();
            assertThat(tpp.exitCode()).isZero();
            assertThat(tpp.out()).last().asString().endsWith("Stopped");
            assertThat(tpp.everything()).doesNotContain("WARN");
            assertThat(simulator.violations()).isEmpty();
        }
    }

    @Test
    void sigintEndsItTheSameWay() throws Exception {
        assumeThat(isInterruptIgnored())
                .as("SIGINT is ignored here, as in the background of a shell")
                .isFalse();
        try (JarProcess tpp = start()) {
            tpp.awaitStart();
            tpp.signal("INT");
            assertThat(tpp.exitCode()).isZero();
            assertThat(tpp.out()).last().asString().endsWith("Stopped");
        }
    }

    /** A process inherits which signals are ignored, and Java leaves it at that. */
    private static boolean isInterruptIgnored() throws Exception {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return false;
        }
        try (Stream<String> lines = Files.lines(status)) {
            String ignored =
                    lines.filter(line -> line.startsWith("SigIgn:")).findFirst().orElseThrow();
            return (Long.parseUnsignedLong(ignored.substring(7).strip(), 16) & 2) != 0;
        }
    }

    @Test
    void aRequestThatOutlastsTheGraceIsCut() throws Exception {
        try (JarProcess tpp = start("TPP_SHUTDOWN_GRACE_SECONDS", "0.2");
                RawClient client = tpp.connect()) {
            simulator.hold();
            client.sendScript("whoami()");
            simulator.awaitHeld(1, LIMIT);

            tpp.signal("TERM");

            assertThat(tpp.exitCode()).isZero();
            tpp.awaitLine(".* WARN .*shutdown.grace_seconds 0.2.*");
            assertThat(client.isClosedByPeer()).isTrue();
        }
    }

    @Test
    void aWaiterIsToldOfTheStop() throws Exception {
        try (JarProcess tpp = start("TPP_TOKEN_POOL_SIZE", "1", "TPP_TOKEN_IDLE_RECLAIM_SECONDS", "0");
                RawClient holder = tpp.connect();
                RawClient waiter = tpp.connect()) {
            holder.tokenNumber();
            waiter.sendScript("whoami()");
            await().atMost(LIMIT).until(() -> tpp.health("/health").body().contains("\"waiting\":1"));

            tpp.signal("TERM");

            RawClient.Response refusal = waiter.read();
            assertThat(refusal.status()).isEqualTo(503);
            assertThat(refusal.headers()).containsEntry("retry-after", "1");
            assertThat(refusal.body()).contains("TPP: shutting down");
            assertThat(waiter.isClosedByPeer()).isTrue();
            assertThat(tpp.exitCode()).isZero();
        }
    }

    @Test
    void aSecondSignalEndsItAtOnce() throws Exception {
        try (JarProcess tpp = start("TPP_SHUTDOWN_DELAY_SECONDS", "60")) {
            tpp.awaitStart();
            tpp.signal("TERM");
            tpp.awaitLine(".* Stopping: .*");
            tpp.signal("TERM");
            assertThat(tpp.exitCode()).isEqualTo(1);
        }
    }
}
