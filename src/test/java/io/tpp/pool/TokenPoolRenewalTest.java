package io.tpp.pool;

import static io.tpp.pool.TestPool.value;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** New token values, and old ones whose time is up. */
class TokenPoolRenewalTest {
    private static final Duration TTL = TestSettings.TTL;
    private static final Duration NANO = Duration.ofNanos(1);

    @Test
    void newValueGoesOnTheLeasesNextRequestAndDisturbsNothing() throws Exception {
        TestPool test = TestPool.full(TestSettings.size(1));
        Holder holder = test.holder();
        TokenUse running = test.begin(holder);
        TestWaiter waiter = test.await(test.holder());
        test.events.take();

        assertThat(test.renew(1, "2ndvalue")).isTrue();
        test.runCalls();
        assertThat(value(running)).isEqualTo("first-1");
        assertThat(value(test.begin(holder))).isEqualTo("2ndvalue");
        assertThat(waiter.told()).isZero();
        test.assertState(1, 1, 0, 1);
        assertThat(test.events.take()).isEmpty();
    }

    @Test
    void firstValueReplacesNone() {
        TestPool test = new TestPool(TestSettings.size(2));

        assertThat(test.renew(1, "first")).isFalse();
        test.assertState(1, 0, 1, 0);
    }

    @Test
    void newTokenGoesToTheOldestWaiter() throws Exception {
        TestPool test = new TestPool(TestSettings.size(2));
        TestWaiter one = test.await(test.holder());
        TestWaiter two = test.await(test.holder());
        test.assertState(0, 0, 0, 2);

        test.renew(2, "first-2");
        test.runCalls();
        assertThat(value(one.use())).isEqualTo("first-2");
        assertThat(two.told()).isZero();
        test.assertState(1, 1, 0, 1);
    }

    @Test
    void tokenIsHandedOutUntilItsTtlAndNotANanosecondLonger() throws Exception {
        TestPool test = TestPool.full(TestSettings.size(2));
        test.advance(TTL.minus(NANO));
        test.leave(test.begin(test.holder()));

        test.advance(NANO);
        TestWaiter waiter = test.await(test.holder());
        test.assertState(2, 0, 0, 1);

        test.renew(1, "second-1");
        test.runCalls();
        assertThat(value(waiter.use())).isEqualTo("second-1");
        test.assertState(2, 1, 0, 0);
    }

    @Test
    void holdersNextRequestWaitsForTheNewLoginOnceTheTtlHasPassed() throws Exception {
        TestPool test = TestPool.full(TestSettings.size(2));
        Holder holder = test.holder();
        TokenUse query = test.begin(holder);
        test.advance(TTL);
        test.renew(2, "second-2");

        TestWaiter one = test.await(holder);
        TestWaiter two = test.await(holder);
        test.assertState(2, 0, 1, 2);
        test.renew(1, "second-1");
        test.runCalls();
        assertThat(value(one.use())).isEqualTo("second-1");
        assertThat(value(two.use())).isEqualTo("second-1");
        test.assertState(2, 1, 1, 0);

        test.pool.end(one.use());
        test.pool.end(two.use());
        test.leave(query);
        test.assertState(2, 0, 2, 0);
    }

    @Test
    void expiredTokenOfAClosedHolderIsNotHandedOn() throws Exception {
        TestPool test = TestPool.full(TestSettings.size(1));
        TokenUse query = test.begin(test.holder());
        test.advance(TTL);
        TestWaiter waiter = test.await(test.holder());

        test.leave(query);
        assertThat(waiter.told()).isZero();
        test.assertState(1, 0, 0, 1);
        test.renew(1, "2ndvalue");
        test.runCalls();
        assertThat(value(waiter.use())).isEqualTo("2ndvalue");
    }

    @Test
    void expiryIsSeenInTheFigures() throws Exception {
        TestPool test = TestPool.full(TestSettings.size(3));
        test.begin(test.holder());
        test.advance(TTL.minus(NANO));
        test.pool.expire();
        test.assertState(3, 1, 2, 0);

        test.advance(NANO);
        test.pool.expire();
        test.assertState(3, 0, 0, 0);
        assertThat(test.pool.snapshot().usable()).isFalse();
    }

    @Test
    void waiterForANewValueCanLeaveOrTimeOut() throws Exception {
        TestPool test = TestPool.full(TestSettings.size(1).waitTimeout(Duration.ofSeconds(30)));
        Holder holder = test.holder();
        test.pool.end(test.begin(holder));
        test.advance(TTL);
        TestWaiter leaves = test.await(holder);
        TestWaiter timesOut = test.await(holder);

        assertThat(test.pool.cancel(holder, leaves)).isTrue();
        test.advance(Duration.ofSeconds(30));
        assertThat(timesOut.refusal().reason()).isEqualTo(RefusedException.Reason.WAIT_TIMEOUT);
        test.renew(1, "2ndvalue");
        test.runCalls();
        assertThat(leaves.told()).isZero();
        assertThat(value(test.begin(holder))).isEqualTo("2ndvalue");
        test.assertState(1, 1, 0, 0);
    }

    @Test
    void valueThatIsOlderThanTheTtlWhenItArrivesIsNotHandedOut() throws Exception {
        TestPool test = new TestPool(TestSettings.size(1));
        TestWaiter waiter = test.await(test.holder());
        long begun = test.time.nanoTime();
        test.advance(TTL);

        test.renew(1, "late", begun);
        test.runCalls();
        assertThat(waiter.told()).isZero();
        test.assertState(1, 0, 0, 1, TTL, null);
    }

    @Test
    void clearedPoolHoldsNothing() throws Exception {
        TestPool test = TestPool.full(TestSettings.size(2));
        TokenUse running = test.begin(test.holder());
        test.pool.drain();

        test.pool.clear();
        test.assertState(0, 0, 0, 0);
        test.leave(running);
        test.assertState(0, 0, 0, 0);
    }
}
