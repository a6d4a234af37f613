package io.tpp.soak;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Hundreds of clients that behave, leave at every possible moment or make no sense, in front of an upstream that
 * stalls, resets, cuts bodies, closes connections and restarts.
 *
 * <p>Every answer belongs to its request and comes with its connection's token; while the upstream is in order every
 * request gets its answer; no token is on two connections; and in the end all that was taken is given back.
 */
class ChaosSoakTest {
    private static final long SEED = Long.getLong("soak.seed", 20_261_124);
    private static final int SECONDS = Integer.getInteger("soak.seconds", 120);

    @Test
    void nothingIsLostOrMixedUp() throws Exception {
        soak(Setup.IDLE_HOLDERS_RECLAIMED, Duration.ofMillis(400), Duration.ofSeconds(2), Duration.ofSeconds(4));
    }

    @ParameterizedTest
    @EnumSource
    @Tag("soak")
    void nothingIsLostOrMixedUpInTheLongRun(Setup setup) throws Exception {
        Duration length = Duration.ofSeconds(SECONDS).dividedBy(Setup.values().length);
        soak(
                setup,
                Duration.ofSeconds(4),
                length.dividedBy(4),
                length.multipliedBy(3).dividedBy(4));
    }

    private static void soak(Setup setup, Duration calm, Duration warmUp, Duration length) throws Exception {
        System.out.println("Soak with -Dsoak.seed=" + SEED + ": " + setup);
        try (Soak soak = Soak.start(setup, calm, SEED)) {
            soak.run(warmUp);
            soak.settle();
            Census before = soak.census();
            soak.run(length);
            System.out.println("Soak's clients: " + soak.tally());
            soak.settle();
            soak.verify();
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                soak.dropUpstreamConnections();
                soak.census().assertNotMoreThan(before);
            });
        }
    }
}
