package io.tpp.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.Rig;
import io.tpp.testing.Metrics;
import io.tpp.testing.RawClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Ten times as many clients as tokens, and then as many as before. */
class SaturationTest {
    private static final int TOKENS = 10;
    private static final int FEW = TOKENS / 2;
    private static final int MANY = TOKENS * 10;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String QUEUED = "tpp_acquisitions_by_outcome_total{outcome=\"queued\",}";

    @Test
    void afterSaturationNobodyWaitsAnyMore() throws Exception {
        try (Rig rig = Rig.start(TOKENS)) {
            askAll(rig, MANY, 5);
            rig.awaitPool(pool -> pool.available() == TOKENS);
            double queued = Metrics.at(rig.healthPort()).value(QUEUED);
            assertThat(queued).isPositive();

            askAll(rig, FEW, 20);

            assertThat(Metrics.at(rig.healthPort()).value(QUEUED)).isEqualTo(queued);
        }
    }

    @Test
    @Tag("soak")
    void afterSaturationRequestsTakeAsLongAsBefore() throws Exception {
        try (Rig rig = Rig.start(TOKENS)) {
            askAll(rig, MANY, 20);
            Duration before = p99(askAll(rig, FEW, 3_000));
            Duration saturated = p99(askAll(rig, MANY, 100));
            Duration after = p99(askAll(rig, FEW, 3_000));

            System.out.printf("p99 before, in and after saturation: %s, %s, %s%n", before, saturated, after);
            assertThat(saturated).isGreaterThan(before);
            assertThat(after).isLessThan(before.multipliedBy(3).plusMillis(20));
        }
    }

    /** Lets so many clients send requests, one after the other and each on a connection of its own; returns how long each took. */
    private static List<Duration> askAll(Rig rig, int clients, int requests) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(clients);
        try {
            List<Future<List<Duration>>> running = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                running.add(threads.submit(() -> ask(rig, requests)));
            }
            List<Duration> all = new ArrayList<>();
            for (Future<List<Duration>> client : running) {
                all.addAll(client.get(LIMIT.toSeconds(), TimeUnit.SECONDS));
            }
            return all;
        } finally {
            threads.shutdownNow();
        }
    }

    private static List<Duration> ask(Rig rig, int requests) {
        List<Duration> took = new ArrayList<>();
        try (RawClient client = RawClient.connect(rig.port(), LIMIT)) {
            for (int i = 0; i < requests; i++) {
                long start = System.nanoTime();
                assertThat(client.execute("1").status()).isEqualTo(200);
                took.add(Duration.ofNanos(System.nanoTime() - start));
            }
        }
        return took;
    }

    private static Duration p99(List<Duration> durations) {
        return durations.stream().sorted().toList().get(durations.size() * 99 / 100);
    }
}
