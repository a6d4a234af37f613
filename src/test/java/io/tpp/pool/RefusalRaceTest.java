package io.tpp.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.pool.PoolListener.RefreshReason;
import io.tpp.testing.ManualScheduler;
import io.tpp.testing.Race;
import io.tpp.token.BearerToken;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Refusals that meet new values, ends, closes and reclaims, thousands of times. */
class RefusalRaceTest {
    private static final int ROUNDS = 20_000;
    private static final Duration IDLE = Duration.ofSeconds(5);

    /** A pool with one token that one client is using; in the end it is used by nobody, and alive. */
    private abstract static class Contest implements Race.Round, TokenCare {
        final ManualScheduler time = new ManualScheduler();
        final AtomicInteger logins = new AtomicInteger();
        final TokenPool pool = new TokenPool(
                TestSettings.size(1).idleReclaim(IDLE).build(),
                time,
                Runnable::run,
                time::nanoTime,
                new PoolListener() {});
        final AtomicReference<@Nullable RaceClient> user = new AtomicReference<>();
        final RaceClient client = new RaceClient(pool, user);
        final TokenUse use;

        Contest() {
            pool.care(this);
            renew();
            client.begin();
            use = Objects.requireNonNull(client.use);
        }

        final void renew() {
            pool.renew(pool.tokens().get(0), BearerToken.of("value"), time.nanoTime(), true);
        }

        @Override
        public void loginNeeded(PooledToken token, int generation, RefreshReason reason) {
            logins.incrementAndGet();
        }

        @Override
        public void probesNeeded(List<PooledToken> tokens) {}

        @Override
        public void retired(PooledToken token) {}

        @Override
        public void left() {
            pool.refused(use);
        }

        abstract void verify();

        @Override
        public void check() {
            verify();
            if (logins.get() > 0) {
                renew();
            }
            client.leave();
            assertThat(pool.snapshot().figures()).isEqualTo("total 1 of 1, in use 0, available 1, waiting 0");
            assertThat(user).hasNullValue();
        }
    }

    @Test
    void refusalAtTheRenewalConcernsTheOldValueAlone() {
        Race.run(ROUNDS, () -> new Contest() {
            @Override
            public void right() {
                renew();
            }

            @Override
            void verify() {
                assertThat(logins.get()).isLessThanOrEqualTo(1);
                assertThat(pool.snapshot().inUse()).isEqualTo(1);
            }
        });
    }

    @Test
    void refusalAtTheEndOfTheUseIsTakenIn() {
        Race.run(ROUNDS, () -> new Contest() {
            @Override
            public void right() {
                client.end();
            }

            @Override
            void verify() {
                assertThat(logins).hasValue(1);
                assertThat(pool.snapshot().usable()).isFalse();
            }
        });
    }

    @Test
    void refusalAtTheCloseKeepsTheTokenFromTheNextInLine() {
        Race.run(ROUNDS, () -> new Contest() {
            private final RaceClient next = new RaceClient(pool, user);

            @Override
            public void right() {
                client.leave();
            }

            @Override
            public void left() {
                next.begin();
                pool.refused(use);
            }

            @Override
            void verify() {
                assertThat(logins).hasValue(1);
                renew();
                assertThat(next.grants).hasValue(1);
                next.leave();
            }
        });
    }

    @Test
    void refusalAtTheReclaimLosesNeitherTheTokenNorTheWaiter() {
        Race.run(ROUNDS, () -> new Contest() {
            private final RaceClient waiter = new RaceClient(pool, user);

            {
                waiter.begin();
                client.end();
            }

            @Override
            public void right() {
                time.advance(IDLE);
            }

            @Override
            void verify() {
                assertThat(logins).hasValue(1);
                renew();
                time.advance(IDLE);
                assertThat(waiter.grants).hasValue(1);
                waiter.leave();
            }
        });
    }

    @Test
    void refusalAndProbeOfOneValueCauseOneLogin() {
        Race.run(ROUNDS, () -> new Contest() {
            private final TokenPool.Suspect suspect;

            {
                client.end();
                pool.suspectAll();
                suspect = Objects.requireNonNull(pool.toProbe(pool.tokens().get(0)));
            }

            @Override
            public void right() {
                pool.probed(pool.tokens().get(0), suspect, Verdict.DEAD);
            }

            @Override
            void verify() {
                assertThat(logins).hasValue(1);
            }
        });
    }

    @Test
    void aThousandRequestsThatMeetOneDeadTokenCauseOneLogin() throws Exception {
        ScriptedSource alice = new ScriptedSource("alice");
        TestRefresher test = TestRefresher.started(TestSettings.size(1), alice);
        test.succeed(alice);
        Holder holder = test.test.holder();
        int threads = 8;
        CyclicBarrier start = new CyclicBarrier(threads);
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        List<Future<?>> running = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
            List<TokenUse> uses = new ArrayList<>();
            for (int i = 0; i < 1000 / threads; i++) {
                uses.add(test.test.begin(holder));
            }
            running.add(executor.submit(() -> {
                start.await(10, TimeUnit.SECONDS);
                uses.forEach(test.test.pool::refused);
                return null;
            }));
        }
        for (Future<?> thread : running) {
            thread.get(10, TimeUnit.SECONDS);
        }
        executor.shutdownNow();
        test.run();
        test.succeed(alice);
        assertThat(alice.started()).isEqualTo(2);
        test.test.assertState(1, 1, 0, 0);
    }
}
