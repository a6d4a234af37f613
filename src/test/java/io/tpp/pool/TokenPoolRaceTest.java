package io.tpp.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.testing.ManualScheduler;
import io.tpp.testing.Race;
import io.tpp.token.BearerToken;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Two threads at one token at once, many thousands of times: what must hold, whichever is first.
 *
 * <p>In every round no two connections use the token at once, every waiter is told once at most, and in
 * the end as many leases have ended as have begun.
 */
class TokenPoolRaceTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** How often the right side was first; a race that is always won by one side proves nothing. */
    private final AtomicInteger rightFirst = new AtomicInteger();

    @Test
    void cancelAtTheHandOffLosesNoToken() {
        race(100_000, () -> new Contest(TestSettings.size(1)) {
            private final RaceClient holding = holding();
            private final RaceClient leaving = leaving();
            private final RaceClient next = waiting();
            private boolean cancelled;

            @Override
            public void left() {
                holding.leave();
            }

            @Override
            public void right() {
                cancelled = pool.cancel(leaving.holder, leaving);
                pool.close(leaving.holder);
            }

            @Override
            void verify() {
                assertThat(leaving.told()).isEqualTo(cancelled ? 0 : 1);
                assertThat(next.grants).hasValue(1);
                assertState(1, 0, 0);
                next.leave();
                count(cancelled);
            }
        });
    }

    @Test
    void closeAtTheHandOffLosesNoToken() {
        race(50_000, () -> new Contest(TestSettings.size(1)) {
            private final RaceClient holding = holding();
            private final RaceClient leaving = leaving();
            private final RaceClient next = waiting();

            @Override
            public void left() {
                holding.leave();
            }

            @Override
            public void right() {
                pool.close(leaving.holder);
            }

            @Override
            void verify() {
                assertThat(leaving.told()).isLessThanOrEqualTo(1);
                assertThat(next.grants).hasValue(1);
                assertState(1, 0, 0);
                next.leave();
                count(leaving.told() == 0);
            }
        });
    }

    @Test
    void timeoutAtTheHandOffTellsTheWaiterOnce() {
        race(20_000, () -> new Contest(TestSettings.size(1).waitTimeout(LIMIT)) {
            private final RaceClient holding = holding();
            private final RaceClient waiter = waiting();

            @Override
            public void left() {
                holding.leave();
            }

            @Override
            public void right() {
                time.advance(LIMIT);
            }

            @Override
            void verify() {
                assertThat(waiter.told()).isEqualTo(1);
                assertState(waiter.grants.get(), waiter.refusals.get(), 0);
                waiter.leave();
                count(waiter.refusals.get() == 1);
            }
        });
    }

    @Test
    void reclaimTakesTheTokenBeforeTheNextRequestOrNotAtAll() {
        race(20_000, () -> new Contest(TestSettings.size(1).idleReclaim(LIMIT)) {
            private final RaceClient idle = holding();
            private final RaceClient waiter;

            {
                idle.end();
                waiter = waiting();
            }

            @Override
            public void left() {
                idle.begin();
            }

            @Override
            public void right() {
                time.advance(LIMIT);
            }

            @Override
            void verify() {
                assertThat(idle.holdsToken()).isNotEqualTo(waiter.holdsToken());
                assertState(1, 0, 1);
                count(waiter.holdsToken());
                leaveInTurn(idle, waiter);
                assertThat(idle.told()).isEqualTo(2);
                assertThat(waiter.told()).isEqualTo(1);
            }
        });
    }

    @Test
    void requestAtARenewalGetsTheNewValueWithoutDelay() {
        race(20_000, () -> new Contest(TestSettings.size(1)) {
            private final RaceClient client = holding();

            {
                client.end();
                time.advance(TestSettings.TTL);
            }

            @Override
            public void left() {
                renew("new");
            }

            @Override
            public void right() {
                client.begin();
            }

            @Override
            void verify() {
                assertThat(TestPool.value(Objects.requireNonNull(client.use))).isEqualTo("new");
                assertThat(client.told()).isEqualTo(2);
                assertState(1, 0, 0);
                client.leave();
                count(client.hadToWait);
            }
        });
    }

    @Test
    void newcomerAtADrainIsRefusedOnce() {
        race(20_000, () -> new Contest(TestSettings.size(1)) {
            private final RaceClient holding = holding();
            private final RaceClient waiter = waiting();
            private final RaceClient newcomer = client();

            @Override
            public void left() {
                newcomer.begin();
            }

            @Override
            public void right() {
                pool.drain();
            }

            @Override
            void verify() {
                assertThat(newcomer.refusals).hasValue(1);
                assertThat(waiter.refusals).hasValue(1);
                assertState(1, 0, 0);
                holding.leave();
                count(!newcomer.hadToWait);
            }
        });
    }

    @Test
    void oneOfTwoNewcomersGetsTheToken() {
        race(20_000, () -> new Contest(TestSettings.size(1)) {
            private final RaceClient one = client();
            private final RaceClient two = client();

            @Override
            public void left() {
                one.begin();
            }

            @Override
            public void right() {
                two.begin();
            }

            @Override
            void verify() {
                assertThat(one.holdsToken()).isNotEqualTo(two.holdsToken());
                assertState(1, 0, 1);
                count(two.holdsToken());
                leaveInTurn(one, two);
            }
        });
    }

    @Test
    void useEndedTwiceAtOnceEndsOnce() {
        race(20_000, () -> new Contest(TestSettings.size(1)) {
            private final RaceClient holding = holding();
            private final TokenUse second = begin(holding.holder);

            {
                pool.close(holding.holder);
            }

            @Override
            public void left() {
                pool.end(second);
            }

            @Override
            public void right() {
                pool.end(second);
            }

            @Override
            void verify() {
                // The first request is still running.
                assertState(1, 0, 0);
                holding.leave();
                rightFirst.incrementAndGet();
            }
        });
    }

    @Test
    void thoseWhoStayAreServedInTheOrderInWhichTheyCame() {
        race(5_000, () -> new Contest(TestSettings.size(1)) {
            private final Queue<Integer> served = new ConcurrentLinkedQueue<>();
            private final RaceClient holding = holding();
            private final RaceClient[] clients =
                    IntStream.range(0, 20).mapToObj(this::passing).toArray(RaceClient[]::new);

            private RaceClient passing(int number) {
                RaceClient client = new RaceClient(pool, user) {
                    @Override
                    public void granted(TokenUse granted) {
                        super.granted(granted);
                        served.add(number);
                        leave();
                    }
                };
                client.begin();
                return client;
            }

            @Override
            public void left() {
                holding.leave();
            }

            @Override
            public void right() {
                for (int number = 19; number > 0; number -= 2) {
                    pool.close(clients[number].holder);
                }
            }

            @Override
            void verify() {
                assertThat(List.copyOf(served))
                        .isSorted()
                        .doesNotHaveDuplicates()
                        .hasSizeBetween(10, 20);
                assertThat(served)
                        .containsAll(IntStream.range(0, 10).mapToObj(i -> 2 * i).toList());
                count(served.size() < 20);
            }
        });
    }

    private void race(int rounds, Supplier<Contest> contest) {
        Race.run(rounds, contest);
        if (Runtime.getRuntime().availableProcessors() > 1) {
            assertThat(rightFirst.get())
                    .as("rounds in which the right side was first")
                    .isPositive();
        }
    }

    /** One round, in a pool with one token. */
    private abstract class Contest implements Race.Round {
        final ManualScheduler time = new ManualScheduler();
        final Tally tally = new Tally();
        final AtomicReference<@Nullable RaceClient> user = new AtomicReference<>();
        final TokenPool pool;

        Contest(TestSettings settings) {
            pool = new TokenPool(settings.build(), time, Runnable::run, time::nanoTime, tally);
            renew("old");
        }

        final void renew(String value) {
            pool.renew(pool.tokens().get(0), BearerToken.of(value), time.nanoTime(), true);
        }

        final TokenUse begin(Holder holder) {
            try {
                TokenUse use = pool.begin(holder, new TestWaiter());
                return Objects.requireNonNull(use);
            } catch (RefusedException refusal) {
                throw new AssertionError(refusal);
            }
        }

        final RaceClient client() {
            return new RaceClient(pool, user);
        }

        /** Returns a client that has the token, its request running. */
        final RaceClient holding() {
            RaceClient client = client();
            client.begin();
            assertThat(client.holdsToken()).isTrue();
            return client;
        }

        final RaceClient waiting() {
            RaceClient client = client();
            client.begin();
            assertThat(client.told()).isZero();
            return client;
        }

        /** Returns a client that waits and leaves in the race: granted by then, it ends its request at once. */
        final RaceClient leaving() {
            RaceClient client = new RaceClient(pool, user) {
                @Override
                public void granted(TokenUse granted) {
                    super.granted(granted);
                    end();
                }
            };
            client.begin();
            assertThat(client.told()).isZero();
            return client;
        }

        /** One of the two has the token, the other waits for it. */
        final void leaveInTurn(RaceClient one, RaceClient two) {
            RaceClient first = one.holdsToken() ? one : two;
            RaceClient second = first == one ? two : one;
            first.leave();
            assertThat(second.holdsToken()).isTrue();
            second.leave();
        }

        final void count(boolean wasRightFirst) {
            if (wasRightFirst) {
                rightFirst.incrementAndGet();
            }
        }

        final void assertState(int inUse, int available, int waiting) {
            assertThat(pool.snapshot().figures())
                    .isEqualTo("total 1 of 1, in use " + inUse + ", available " + available + ", waiting " + waiting);
        }

        abstract void verify();

        @Override
        public final void check() {
            verify();
            assertState(0, 1, 0);
            assertThat(tally.released).hasValue(tally.leased.get());
            assertThat(user).hasNullValue();
        }
    }

    /** Counts leases. */
    private static final class Tally implements PoolListener {
        final AtomicInteger leased = new AtomicInteger();
        final AtomicInteger released = new AtomicInteger();

        @Override
        public void acquireEnded(Outcome outcome, Duration waited) {
            if (outcome == Outcome.IMMEDIATE || outcome == Outcome.QUEUED) {
                leased.incrementAndGet();
            }
        }

        @Override
        public void released(Duration held) {
            released.incrementAndGet();
        }
    }
}
