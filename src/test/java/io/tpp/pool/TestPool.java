package io.tpp.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.testing.ManualScheduler;
import io.tpp.token.BearerToken;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** A pool on a clock that the test moves, whose waiters are told when the test says so. */
final class TestPool {
    final ManualScheduler time = new ManualScheduler();
    final RecordedEvents events = new RecordedEvents();
    final TokenPool pool;

    private final PoolSettings settings;

    /** What the pool is to hold. */
    int size;

    private final Queue<Runnable> calls = new ArrayDeque<>();

    TestPool(TestSettings settings) {
        this.settings = settings.build();
        this.size = this.settings.size();
        this.pool = new TokenPool(this.settings, time, calls::add, time::nanoTime, events);
    }

    /** Returns a pool that has all its tokens: {@code first-1}, {@code first-2} and so on. */
    static TestPool full(TestSettings settings) {
        TestPool pool = new TestPool(settings);
        for (int number = 1; number <= pool.settings.size(); number++) {
            pool.renew(number, "first-" + number);
        }
        return pool;
    }

    /** A login that began now gave this. */
    boolean renew(int number, String value) {
        return renew(number, value, time.nanoTime());
    }

    boolean renew(int number, String value, long obtainedAt) {
        return pool.renew(pool.tokens().get(number - 1), BearerToken.of(value), obtainedAt, true);
    }

    Holder holder() {
        return pool.newHolder();
    }

    /** Begins a request that must be able to go at once. */
    TokenUse begin(Holder holder) throws RefusedException {
        TestWaiter waiter = new TestWaiter();
        TokenUse use = pool.begin(holder, waiter);
        assertThat(waiter.told()).isZero();
        return Objects.requireNonNull(use, "had to wait");
    }

    /** Begins a request that must have to wait. */
    TestWaiter await(Holder holder) throws RefusedException {
        TestWaiter waiter = new TestWaiter();
        assertThat(pool.begin(holder, waiter)).as("granted at once").isNull();
        return waiter;
    }

    /** Lets the executor call the waiters. */
    void runCalls() {
        Runnable call;
        while ((call = calls.poll()) != null) {
            call.run();
        }
    }

    /** Ends the use, which is all its connection did. */
    void leave(TokenUse use) {
        pool.end(use);
        pool.close(use.holder());
        runCalls();
    }

    void advance(Duration duration) {
        time.advance(duration);
        runCalls();
    }

    /** Asserts the pool's whole state. */
    void assertState(int total, int inUse, int available, int waiting) {
        assertState(total, inUse, available, waiting, Duration.ZERO, null);
    }

    void assertState(
            int total, int inUse, int available, int waiting, Duration oldestWait, @Nullable String lastLoginError) {
        assertThat(pool.snapshot())
                .isEqualTo(new PoolSnapshot(size, total, inUse, available, waiting, oldestWait, lastLoginError));
    }

    /** Returns what stands in the header, without the scheme. */
    static String value(TokenUse use) {
        return use.value().headerValue().substring("Bearer ".length());
    }
}
