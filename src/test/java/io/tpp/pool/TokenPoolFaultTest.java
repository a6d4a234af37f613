package io.tpp.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.testing.ManualScheduler;
import io.tpp.token.BearerToken;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** What a listener, executor or timer that fails may not do to the pool. */
class TokenPoolFaultTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Executor STOPPED = call -> {
        throw new RejectedExecutionException("stopped");
    };

    private final ManualScheduler time = new ManualScheduler();

    @Test
    void listenerThatThrowsLosesNoGrant() throws Exception {
        TokenPool pool = pool(Runnable::run, new PoolListener() {
            @Override
            public void acquireEnded(Outcome outcome, Duration waited) {
                throw new IllegalStateException("a bug");
            }

            @Override
            public void released(Duration held) {
                throw new IllegalStateException("a bug");
            }
        });
        TestWaiter one = await(pool);
        TestWaiter two = await(pool);

        renew(pool);
        pool.close(one.use().holder());
        pool.end(one.use());
        assertThat(two.use().tokenNumber()).isEqualTo(1);
        pool.drain();
        assertThat(pool.snapshot().inUse()).isEqualTo(1);
    }

    @Test
    void stoppedExecutorLosesNoToken() throws Exception {
        TokenPool pool = pool(STOPPED, new PoolListener() {});
        Holder holder = pool.newHolder();
        TestWaiter waiter = new TestWaiter();
        pool.begin(holder, waiter);

        renew(pool);
        assertThat(waiter.told()).isZero();
        pool.close(holder);
        assertState(pool, 0, 1, 0);
    }

    @Test
    void stoppedExecutorDoesNotKeepADrainFromItsEnd() throws Exception {
        RecordedEvents events = new RecordedEvents();
        TokenPool pool = pool(STOPPED, events);
        await(pool);
        await(pool);

        pool.drain();
        assertState(pool, 0, 0, 0);
        assertThat(events.take()).containsExactly("REJECTED after PT0S", "REJECTED after PT0S");
    }

    @Test
    void stoppedTimerLosesNoGrant() throws Exception {
        TokenPool pool = pool(Runnable::run, new PoolListener() {});
        renew(pool);
        TokenUse running = Objects.requireNonNull(pool.begin(pool.newHolder(), new TestWaiter()));
        time.shutdown();

        TestWaiter one = await(pool);
        await(pool);
        pool.close(running.holder());
        pool.end(running);
        assertThat(one.use().tokenNumber()).isEqualTo(1);
        assertState(pool, 1, 0, 1);
    }

    @Test
    void timersDoNotPileUpWhileSomeoneAlwaysWaits() throws Exception {
        TestPool test = TestPool.full(
                TestSettings.size(1).idleReclaim(Duration.ofSeconds(5)).waitTimeout(TIMEOUT));
        Deque<TestWaiter> waiters = new ArrayDeque<>();
        TokenUse use = test.begin(test.holder());
        waiters.add(test.await(test.holder()));
        for (int i = 0; i < 1000; i++) {
            waiters.add(test.await(test.holder()));
            test.advance(Duration.ofSeconds(1));
            test.pool.end(use);
            test.renew(1, "renewed");
            test.advance(Duration.ofSeconds(5));
            use = waiters.remove().use();
        }

        assertThat(test.time.pending()).isLessThan(20);
    }

    @Test
    void tokenThatComesAfterTheClearIsDropped() {
        TokenPool pool = pool(Runnable::run, new PoolListener() {});
        renew(pool);
        pool.drain();
        pool.clear();

        renew(pool);
        assertThat(pool.snapshot()).isEqualTo(new PoolSnapshot(1, 0, 0, 0, 0, Duration.ZERO, null));
    }

    private TokenPool pool(Executor executor, PoolListener listener) {
        PoolSettings settings = TestSettings.size(1).waitTimeout(TIMEOUT).build();
        return new TokenPool(settings, time, executor, time::nanoTime, listener);
    }

    private void renew(TokenPool pool) {
        pool.renew(pool.tokens().get(0), BearerToken.of("value"), time.nanoTime(), true);
    }

    private static TestWaiter await(TokenPool pool) throws RefusedException {
        TestWaiter waiter = new TestWaiter();
        assertThat(pool.begin(pool.newHolder(), waiter)).isNull();
        return waiter;
    }

    private static void assertState(TokenPool pool, int inUse, int available, int waiting) {
        PoolSnapshot state = pool.snapshot();
        assertThat(new int[] {state.inUse(), state.available(), state.waiting()})
                .containsExactly(inUse, available, waiting);
    }
}
