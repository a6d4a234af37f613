package io.tpp.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.Rig;
import io.tpp.testing.Metrics;
import io.tpp.testing.RawClient;
import io.tpp.testing.RawClient.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** More clients that keep their connections than tokens, each with a request now and then. */
class IdleHoldersTest {
    private static final int TOKENS = 10;
    private static final int CLIENTS = 50;
    private static final int REQUESTS = 4;
    private static final Duration RECLAIM = Duration.ofMillis(200);

    /**
     * Whoever comes last waits until everyone before it was served, and for each turn of all tokens as long as it takes
     * until their holders count as idle; so much again is for a busy machine.
     */
    private static final Duration LONGEST_WAIT =
            RECLAIM.multipliedBy(CLIENTS / TOKENS).multipliedBy(2).plusSeconds(5);

    private final CountDownLatch start = new CountDownLatch(1);
    private final CountDownLatch never = new CountDownLatch(1);

    @Test
    void everyoneIsServedWithinTheReclaimTimesOfTheQueueAhead() throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try (Rig rig =
                Rig.start(TOKENS, "TPP_TOKEN_IDLE_RECLAIM_SECONDS", String.valueOf(RECLAIM.toMillis() / 1000.0))) {
            List<Future<Long>> longestWaits = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                Random random = new Random(i);
                longestWaits.add(clients.submit(() -> askNowAndThen(rig, random)));
            }
            start.countDown();
            for (Future<Long> longestWait : longestWaits) {
                assertThat(longestWait.get(60, TimeUnit.SECONDS)).isLessThan(LONGEST_WAIT.toMillis());
            }
            assertThat(Metrics.at(rig.healthPort()).value("tpp_leases_reclaimed_total"))
                    .isPositive();
        } finally {
            clients.shutdownNow();
        }
    }

    /** Returns the longest wait, in milliseconds; fails unless every request succeeds. */
    private long askNowAndThen(Rig rig, Random random) throws InterruptedException {
        long longest = 0;
        try (RawClient client = RawClient.connect(rig.port(), Duration.ofSeconds(30))) {
            assertThat(start.await(30, TimeUnit.SECONDS)).isTrue();
            for (int i = 0; i < REQUESTS; i++) {
                Response response = client.execute("1+" + i);
                assertThat(response.status()).isEqualTo(200);
                assertThat(response.body()).contains("\"result\":[" + (1 + i) + "]");
                longest = Math.max(longest, waited(response));
                pause(random);
            }
        }
        return longest;
    }

    /** Less than the reclaim time, or more. */
    private void pause(Random random) throws InterruptedException {
        var unused = never.await(random.nextLong(2 * RECLAIM.toMillis()), TimeUnit.MILLISECONDS);
    }

    private static long waited(Response response) {
        String timing = response.headers().getOrDefault("server-timing", "tpp;dur=0");
        return Long.parseLong(timing.substring("tpp;dur=".length()));
    }
}
