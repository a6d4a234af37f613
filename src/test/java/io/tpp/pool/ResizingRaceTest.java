package io.tpp.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tpp.token.BearerToken;
import io.tpp.token.TokenSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A pool that is resized and paused while many use it: no request is lost, no token on two holders, none lost. */
@Timeout(120)
class ResizingRaceTest {
    private static final int CLIENTS = 6;
    private static final int ROUNDS = 300;
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final AtomicInteger logins = new AtomicInteger();
    private final Map<String, Holder> holders = new ConcurrentHashMap<>();
    private final AtomicInteger served = new AtomicInteger();

    private volatile boolean stopped;

    private final TokenSource source = new TokenSource() {
        @Override
        public String description() {
            return "user";
        }

        @Override
        public CompletableFuture<BearerToken> login() {
            return CompletableFuture.completedFuture(BearerToken.of("value-" + logins.incrementAndGet()));
        }

        @Override
        public CompletableFuture<Boolean> probe(BearerToken token) {
            return CompletableFuture.completedFuture(true);
        }
    };

    @Test
    void nothingIsLost() throws Exception {
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        ExecutorService executor = Executors.newFixedThreadPool(2);
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try {
            PoolSettings settings = settings(3);
            TokenPool pool = new TokenPool(settings, timer, executor, System::nanoTime, new PoolListener() {});
            TokenRefresher refresher = new TokenRefresher(
                    pool,
                    settings,
                    List.of(source),
                    timer,
                    System::nanoTime,
                    () -> 0,
                    new PoolListener() {},
                    why -> {});
            refresher.start();
            List<Future<?>> ends = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                int seed = i;
                ends.add(clients.submit(() -> {
                    use(pool, new Random(seed));
                    return null;
                }));
            }
            Random random = new Random(4711);
            for (int round = 0; round < ROUNDS; round++) {
                int before = served.get();
                var unused = refresher.reconfigure(settings(1 + random.nextInt(6)), List.of(source));
                if (round % 3 == 0) {
                    pool.pause();
                    Thread.onSpinWait();
                    pool.resume();
                }
                await().pollInterval(Duration.ofMillis(1)).atMost(LIMIT).until(() -> served.get() > before);
            }
            refresher.reconfigure(settings(4), List.of(source)).get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            stopped = true;
            for (Future<?> end : ends) {
                end.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            }
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(pool.snapshot().figures())
                            .isEqualTo("total 4 of 4, in use 0, available 4, waiting 0"));
            assertThat(pool.tokens()).hasSize(4).noneMatch(token -> token.retiring);
        } finally {
            clients.shutdownNow();
            executor.shutdownNow();
            timer.shutdownNow();
        }
    }

    private static PoolSettings settings(int size) {
        return TestSettings.size(size).idleReclaim(Duration.ofMillis(1)).build();
    }

    private void use(TokenPool pool, Random random) throws Exception {
        Holder holder = pool.newHolder();
        while (!stopped) {
            CompletableFuture<TokenUse> granted = new CompletableFuture<>();
            TokenUse use = pool.begin(holder, new Waiter() {
                @Override
                public void granted(TokenUse later) {
                    granted.complete(later);
                }

                @Override
                public void refused(RefusedException refusal) {
                    granted.completeExceptionally(refusal);
                }
            });
            if (use == null) {
                use = granted.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            }
            String value = use.value().headerValue();
            assertThat(holders.put(value, holder))
                    .as("who has " + use.tokenNumber())
                    .isNull();
            if (random.nextInt(4) == 0) {
                Thread.onSpinWait();
            }
            holders.remove(value);
            pool.end(use);
            served.incrementAndGet();
            if (random.nextInt(8) == 0) {
                pool.close(holder);
                holder = pool.newHolder();
            }
        }
        pool.close(holder);
    }
}
