package io.tpp.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Idle holders, whose token passes to those who wait. */
class TokenPoolReclaimTest {
    private static final Duration IDLE = Duration.ofSeconds(5);
    private static final Duration NANO = Duration.ofNanos(1);

    @Test
    void idleHolderLosesItsTokenToAWaiterAfterIdleReclaimAndNotBefore() throws Exception {
        TestPool test = TestPool.full(TestSettings.size(1).idleReclaim(IDLE));
        Holder idle = test.holder();
        test.pool.end(test.begin(idle));
        TestWaiter waiter = test.await(test.holder());
        test.events.take();

        test.advance(IDLE.minus(NANO));
        assertThat(waiter.told()).isZero();
        test.assertState(1, 1, 0, 1, IDLE.minus(NANO), null);
        test.advance(NANO);
        assertThat(waiter.use().waited()).isEqualTo(IDLE);
        test.assertState(1, 1, 0, 0);
        assertThat(test.events.take()).containsExactly("reclaimed", "released after PT5S", "QUEUED after PT5S");
    }

    @Test
    void reclaimedHoldersNextRequestQueuesAgain() throws Exception {
        TestPool test = TestPool.full(TestSettings.size(1).idleReclaim(IDLE));
        Holder idle = test.holder();
        test.pool.end(test.begin(idle));
        TestWaiter waiter = test.await(test.holder());
        TestWaiter second = test.await(test.holder());
        test.advance(IDLE);

        TestWaiter again = test.await(idle);
        test.assertState(1, 1, 0, 2, IDLE, null);
        test.leave(waiter.use());
        assertThat(again.told()).isZero();
        test.leave(second.use());
        assertThat(again.use().tokenNumber()).isEqualTo(1);
        test.pool.close(idle);
        test.leave(again.use());
        test.assertState(1, 0, 1, 0);
    }

    @Test
    void holderIdleForLongAlreadyIsReclaimedAsSoonAsSomeoneWaits() throws Exception {
        TestPool test = TestPool.full(TestSettings.size(1).idleReclaim(IDLE));
        test.pool.end(test.begin(test.holder()));
        test.advance(IDLE.multipliedBy(100));
        test.assertState(1, 1, 0, 0);

        TestWaiter waiter = test.await(test.holder());
        test.advance(Duration.ZERO);
        assertThat(waiter.use().waited()).isZero();
    }

    @Test
    void nobodyIsReclaimedWhileNobodyWaits() throws Exception {
        TestPool test = TestPool.full(TestSettings.size(2).idleReclaim(IDLE));
        test.pool.end(test.begin(test.holder()));

        test.begin(test.holder());
        test.advance(Duration.ofDays(1));
        test.assertState(2, 2, 0, 0);
        assertThat(test.time.pending()).isZero();
    }

    @Test
    void holderIsNeverReclaimedWhileARequestRuns() throws Exception {
        TestPool test = TestPool.full(TestSettings.size(1).idleReclaim(IDLE));
        Holder holder = test.holder();
        TokenUse query = test.begin(holder);
        test.pool.end(test.begin(holder));
        TestWaiter waiter = test.await(test.holder());

        test.advance(Duration.ofHours(1).minus(NANO));
        assertThat(waiter.told()).isZero();
        test.pool.end(query);
        test.advance(IDLE.minus(NANO));
        assertThat(waiter.told()).isZero();
    }

    @Test
    void eachRequestStartsTheIdleTimeAgain() throws Exception {
        TestPool test = TestPool.full(TestSettings.size(1).idleReclaim(IDLE));
        Holder holder = test.holder();
        test.pool.end(test.begin(holder));
        TestWaiter waiter = test.await(test.holder());
        for (int i = 0; i < 10; i++) {
            test.advance(Duration.ofSeconds(4));
            test.pool.end(test.begin(holder));
        }
        assertThat(waiter.told()).isZero();

        test.advance(IDLE.minus(NANO));
        assertThat(waiter.told()).isZero();
        test.advance(NANO);
        assertThat(waiter.use().tokenNumber()).isEqualTo(1);
    }

    @Test
    void longestIdleHolderIsReclaimedFirstAndOnlyAsManyAsWait() throws Exception {
        TestPool test = TestPool.full(TestSettings.size(3).idleReclaim(IDLE));
        TokenUse one = test.begin(test.holder());
        TokenUse two = test.begin(test.holder());
        TokenUse three = test.begin(test.holder());
        test.pool.end(three);
        test.advance(NANO);
        test.pool.end(one);
        test.advance(NANO);
        test.pool.end(two);
        test.advance(IDLE.multipliedBy(2));

        TestWaiter first = test.await(test.holder());
        TestWaiter second = test.await(test.holder());
        test.advance(Duration.ZERO);
        assertThat(first.use().tokenNumber()).isEqualTo(three.tokenNumber());
        assertThat(second.use().tokenNumber()).isEqualTo(one.tokenNumber());
        assertThat(test.begin(two.holder()).tokenNumber()).isEqualTo(two.tokenNumber());
        test.assertState(3, 3, 0, 0);
    }

    @Test
    void zeroReclaimsNever() throws Exception {
        TestPool test = TestPool.full(TestSettings.size(1));
        test.pool.end(test.begin(test.holder()));
        TestWaiter waiter = test.await(test.holder());

        test.advance(Duration.ofDays(1));
        assertThat(waiter.told()).isZero();
    }

    @Test
    void waitTimeoutAndReclaimBothComeInTime() throws Exception {
        TestPool test = TestPool.full(TestSettings.size(2).idleReclaim(IDLE).waitTimeout(Duration.ofSeconds(7)));
        TokenUse one = test.begin(test.holder());
        test.begin(test.holder());
        TestWaiter first = test.await(test.holder());
        test.advance(Duration.ofSeconds(1));
        TestWaiter second = test.await(test.holder());
        test.pool.end(one);

        test.advance(IDLE.minus(NANO));
        assertThat(first.told()).isZero();
        test.advance(NANO);
        assertThat(first.use().tokenNumber()).isEqualTo(one.tokenNumber());
        test.advance(Duration.ofSeconds(2).minus(NANO));
        assertThat(second.told()).isZero();
        test.advance(NANO);
        assertThat(second.refusal().reason()).isEqualTo(RefusedException.Reason.WAIT_TIMEOUT);
    }
}
