package io.tpp.pool;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.token.BearerToken;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Everything at once on real threads and a real clock: more connections than tokens, in a hurry. */
class TokenPoolStressTest {
    private static final int TOKENS = 3;
    private static final int THREADS = 4;
    private static final int CONNECTIONS = 10_000;

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final ExecutorService executor = Executors.newFixedThreadPool(2);
    private final ExecutorService clients = Executors.newFixedThreadPool(THREADS + 1);
    private final Tally tally = new Tally();
    private final Usage usage = new Usage();
    private final TokenPool pool = new TokenPool(
            TestSettings.size(TOKENS)
                    .idleReclaim(Duration.ofNanos(200_000))
                    .waitTimeout(Duration.ofMillis(2))
                    .maxWaiting(2)
                    .build(),
            timer,
            executor,
            System::nanoTime,
            tally);

    @AfterEach
    void stop() {
        List.of(timer, executor, clients).forEach(ExecutorService::shutdownNow);
    }

    @Test
    void connectionsInAHurryNeverShareATokenAndLoseNone() throws Exception {
        renewAll(0);
        CyclicBarrier start = new CyclicBarrier(THREADS + 1);
        AtomicBoolean done = new AtomicBoolean();
        List<Future<?>> running = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            Random random = new Random(thread);
            running.add(clients.submit(() -> {
                start.await();
                connectAndLeave(random);
                return null;
            }));
        }
        Future<?> renewing = clients.submit(() -> {
            start.await();
            for (int generation = 1; !done.get(); generation++) {
                renewAll(generation);
                pool.expire();
            }
            return null;
        });
        for (Future<?> client : running) {
            client.get(60, SECONDS);
        }
        done.set(true);
        renewing.get(10, SECONDS);

        executor.shutdown();
        assertThat(executor.awaitTermination(10, SECONDS)).isTrue();
        assertThat(pool.snapshot()).isEqualTo(new PoolSnapshot(TOKENS, TOKENS, 0, TOKENS, 0, Duration.ZERO, null));
        assertThat(usage.faults).isEmpty();
        assertThat(tally.released).hasValue(tally.leased.get());
        assertThat(tally.negative).as("waits and leases shorter than nothing").hasValue(0);
        assertThat(tally.seen)
                .containsExactlyInAnyOrder("IMMEDIATE", "QUEUED", "TIMEOUT", "REJECTED", "CANCELLED", "reclaimed");
    }

    private void renewAll(int generation) {
        for (PooledToken token : pool.tokens()) {
            pool.renew(token, BearerToken.of("value-" + generation), System.nanoTime(), true);
        }
    }

    /** Keeps one earlier connection idle beside the present one, for the pool to reclaim. */
    private void connectAndLeave(Random random) throws Exception {
        Holder earlier = pool.newHolder();
        for (int i = 0; i < CONNECTIONS; i++) {
            Holder holder = pool.newHolder();
            request(holder, random);
            request(earlier, random);
            request(holder, random);
            pool.close(earlier);
            earlier = holder;
        }
        pool.close(earlier);
    }

    private void request(Holder holder, Random random) throws Exception {
        Request request = new Request(holder);
        TokenUse use;
        try {
            use = pool.begin(holder, request);
        } catch (RefusedException queueFull) {
            return;
        }
        if (use != null) {
            usage.begin(holder, use);
        } else if (random.nextInt(3) == 0 && pool.cancel(holder, request)) {
            return;
        } else {
            use = request.answer.get(10, SECONDS);
        }
        if (use != null) {
            usage.end(holder, use);
            pool.end(use);
        }
    }

    /** A request that waits; its answer is null if it was refused. */
    private final class Request implements Waiter {
        final CompletableFuture<@Nullable TokenUse> answer = new CompletableFuture<>();
        private final Holder holder;

        Request(Holder holder) {
            this.holder = holder;
        }

        @Override
        public void granted(TokenUse use) {
            usage.begin(holder, use);
            complete(use);
        }

        @Override
        public void refused(RefusedException refusal) {
            complete(null);
        }

        private void complete(@Nullable TokenUse use) {
            if (!answer.complete(use)) {
                usage.faults.add("a waiter was told twice");
            }
        }
    }

    /** Who is using which token. */
    private static final class Usage {
        final List<String> faults = Collections.synchronizedList(new ArrayList<>());
        private final @Nullable Holder[] users = new @Nullable Holder[TOKENS + 1];

        synchronized void begin(Holder holder, TokenUse use) {
            if (users[use.tokenNumber()] != null) {
                faults.add("two connections use token-" + use.tokenNumber());
            }
            users[use.tokenNumber()] = holder;
        }

        synchronized void end(Holder holder, TokenUse use) {
            if (users[use.tokenNumber()] != holder) {
                faults.add("another connection used token-" + use.tokenNumber());
            }
            users[use.tokenNumber()] = null;
        }
    }

    private static final class Tally implements PoolListener {
        final Set<String> seen = ConcurrentHashMap.newKeySet();
        final AtomicInteger leased = new AtomicInteger();
        final AtomicInteger released = new AtomicInteger();
        final AtomicInteger negative = new AtomicInteger();

        @Override
        public void acquireEnded(Outcome outcome, Duration waited) {
            seen.add(outcome.name());
            if (outcome == Outcome.IMMEDIATE || outcome == Outcome.QUEUED) {
                leased.incrementAndGet();
            }
            check(waited);
        }

        @Override
        public void released(Duration held) {
            released.incrementAndGet();
            check(held);
        }

        @Override
        public void reclaimed() {
            seen.add("reclaimed");
        }

        private void check(Duration duration) {
            if (duration.isNegative()) {
                negative.incrementAndGet();
            }
        }
    }
}
