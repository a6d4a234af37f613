package io.tpp.pool;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.testing.Background;
import io.tpp.testing.ManualScheduler;
import io.tpp.token.BearerToken;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The lock rule: whoever the pool calls is called without its lock, on whichever thread. Each of them
 * asks another thread for a snapshot, which would hang if the lock were held.
 */
class TokenPoolLockTest {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final ManualScheduler time = new ManualScheduler();
    private final List<String> called = new ArrayList<>();
    private final TokenPool pool = new TokenPool(
            TestSettings.size(1).idleReclaim(LIMIT).waitTimeout(LIMIT).build(),
            time,
            Runnable::run,
            time::nanoTime,
            new Listener());

    @BeforeEach
    void fill() {
        renew();
    }

    @Test
    void listenerAndWaiterAreCalledWithoutLockAtARelease() throws Exception {
        TokenUse use = begin();
        await();
        called.clear();

        pool.end(use);
        pool.close(use.holder());
        assertThat(called).containsExactly("released", "QUEUED", "granted");
    }

    @Test
    void listenerAndWaiterAreCalledWithoutLockAtARenewal() throws Exception {
        time.advance(TestSettings.TTL);
        await();
        called.clear();

        renew();
        assertThat(called).containsExactly("QUEUED", "granted");
    }

    @Test
    void listenerAndWaiterAreCalledWithoutLockAtATimeout() throws Exception {
        begin();
        await();
        called.clear();

        time.advance(LIMIT);
        assertThat(called).containsExactly("TIMEOUT", "refused");
    }

    @Test
    void listenerAndWaiterAreCalledWithoutLockAtAReclaim() throws Exception {
        pool.end(begin());
        time.advance(Duration.ofSeconds(1));
        await();
        called.clear();

        time.advance(LIMIT);
        assertThat(called).containsExactly("reclaimed", "released", "QUEUED", "granted");
    }

    @Test
    void listenerIsCalledWithoutLockWhenAClientLeaves() throws Exception {
        begin();
        Holder leaving = pool.newHolder();
        pool.begin(leaving, new CalledWaiter());
        called.clear();

        pool.close(leaving);
        assertThat(called).containsExactly("CANCELLED");
    }

    @Test
    void listenerAndWaiterAreCalledWithoutLockAtADrain() throws Exception {
        begin();
        await();
        called.clear();

        pool.drain();
        assertThat(called).containsExactly("REJECTED", "refused");
    }

    @Test
    void listenerAndWaiterAreCalledWithoutLockInAnOutage() throws Exception {
        time.advance(TestSettings.TTL);
        await();
        called.clear();

        pool.outage("wrong password");
        assertThat(called).containsExactly("REJECTED", "refused");
    }

    private TokenUse begin() throws RefusedException {
        return Objects.requireNonNull(pool.begin(pool.newHolder(), new CalledWaiter()));
    }

    private void await() throws RefusedException {
        assertThat(pool.begin(pool.newHolder(), new CalledWaiter())).isNull();
    }

    private void renew() {
        pool.renew(pool.tokens().get(0), BearerToken.of("value"), time.nanoTime(), true);
    }

    private void isCalled(String what) {
        called.add(what);
        try {
            Background.call(pool::snapshot).get(2, SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException held) {
            throw new AssertionError(what + " is called under the pool's lock", held);
        }
    }

    private final class CalledWaiter implements Waiter {
        @Override
        public void granted(TokenUse use) {
            isCalled("granted");
        }

        @Override
        public void refused(RefusedException refusal) {
            isCalled("refused");
        }
    }

    private final class Listener implements PoolListener {
        @Override
        public void acquireEnded(Outcome outcome, Duration waited) {
            isCalled(outcome.name());
        }

        @Override
        public void released(Duration held) {
            isCalled("released");
        }

        @Override
        public void reclaimed() {
            isCalled("reclaimed");
        }
    }
}
