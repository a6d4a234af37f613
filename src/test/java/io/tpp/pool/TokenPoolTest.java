package io.tpp.pool;

import static io.tpp.pool.TestPool.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tpp.pool.RefusedException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Leases: who gets which token when, and when it comes back. */
class TokenPoolTest {
    @Test
    void newPoolHoldsNothing() {
        TestPool test = new TestPool(TestSettings.size(3));

        test.assertState(0, 0, 0, 0);
        assertThat(test.pool.snapshot().usable()).isFalse();
    }

    @Test
    void leaseLastsFromTheFirstRequestUntilTheHolderIsClosed() throws Exception {
        TestPool test = TestPool.full(TestSettings.size(2));
        Holder holder = test.holder();
        test.assertState(2, 0, 2, 0);

        TokenUse first = test.begin(holder);
        test.assertState(2, 1, 1, 0);
        test.pool.end(first);
        test.assertState(2, 1, 1, 0);

        TokenUse second = test.begin(holder);
        assertThat(second.tokenNumber()).isEqualTo(first.tokenNumber());
        test.pool.end(second);
        test.pool.close(holder);
        test.assertState(2, 0, 2, 0);
        assertThat(test.events.take()).containsExactly("IMMEDIATE after PT0S", "released after PT0S");
    }

    @Test
    void holderWithoutRequestTakesNoToken() {
        TestPool test = TestPool.full(TestSettings.size(1));

        Holder portCheck = test.holder();
        test.assertState(1, 0, 1, 0);
        test.pool.close(portCheck);
        test.assertState(1, 0, 1, 0);
        assertThat(test.events.take()).isEmpty();
    }

    @Test
    void twoHoldersNeverShareAToken() throws Exception {
        TestPool test = TestPool.full(TestSettings.size(2));

        TokenUse one = test.begin(test.holder());
        TokenUse two = test.begin(test.holder());
        assertThat(List.of(value(one), value(two))).containsExactly("first-1", "first-2");
        test.assertState(2, 2, 0, 0);
    }

    @Test
    void tokenUnusedForLongestIsLeasedFirst() throws Exception {
        TestPool test = TestPool.full(TestSettings.size(2));

        test.leave(test.begin(test.holder()));
        assertThat(value(test.begin(test.holder()))).isEqualTo("first-2");
    }

    @Test
    void requestsOfOneHolderShareItsLease() throws Exception {
        TestPool test = TestPool.full(TestSettings.size(2));
        Holder holder = test.holder();

        TokenUse one = test.begin(holder);
        TokenUse two = test.begin(holder);
        assertThat(value(two)).isEqualTo(value(one));
        test.assertState(2, 1, 1, 0);
    }

    @Test
    void requestsOfOneWaitingHolderAreGrantedTogether() throws Exception {
        TestPool test = TestPool.full(TestSettings.size(1));
        TokenUse running = test.begin(test.holder());
        Holder holder = test.holder();
        TestWaiter one = test.await(holder);
        TestWaiter two = test.await(holder);
        TestWaiter other = test.await(test.holder());
        test.assertState(1, 1, 0, 3);

        test.leave(running);
        assertThat(one.use().tokenNumber()).isEqualTo(two.use().tokenNumber());
        assertThat(other.told()).isZero();
        test.assertState(1, 1, 0, 1);

        test.pool.end(one.use());
        test.pool.close(holder);
        test.assertState(1, 1, 0, 1);
        test.leave(two.use());
        assertThat(other.use().tokenNumber()).isEqualTo(1);
        test.assertState(1, 1, 0, 0);
    }

    @Test
    void holderOfALeasePassesThoseWhoWaitForOne() throws Exception {
        TestPool test = TestPool.full(TestSettings.size(1));
        Holder holder = test.holder();
        test.pool.end(test.begin(holder));
        TestWaiter waiter = test.await(test.holder());

        test.begin(holder);
        assertThat(waiter.told()).isZero();
        test.assertState(1, 1, 0, 1);
    }

    @Test
    void releaseHandsTheTokenToTheOldestWaiter() throws Exception {
        TestPool test = TestPool.full(TestSettings.size(1));
        TokenUse running = test.begin(test.holder());
        List<TestWaiter> waiters = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            waiters.add(test.await(test.holder()));
        }

        for (int i = 0; i < 5; i++) {
            test.leave(running);
            test.assertState(1, 1, 0, 4 - i);
            assertThat(waiters.subList(i + 1, 5)).allMatch(waiter -> waiter.told() == 0);
            running = waiters.get(i).use();
        }
        test.leave(running);
        test.assertState(1, 0, 1, 0);
    }

    @Test
    void newcomerNeverTakesATokenOnItsWayToAWaiter() throws Exception {
        TestPool test = TestPool.full(TestSettings.size(1));
        TokenUse running = test.begin(test.holder());
        TestWaiter waiter = test.await(test.holder());

        test.pool.end(running);
        test.pool.close(running.holder());
        // The waiter has not been told yet.
        TestWaiter newcomer = test.await(test.holder());
        test.runCalls();

        assertThat(waiter.use().tokenNumber()).isEqualTo(1);
        assertThat(newcomer.told()).isZero();
        test.assertState(1, 1, 0, 1);
    }

    @Test
    void waitIsReportedWithItsLength() throws Exception {
        TestPool test = TestPool.full(TestSettings.size(1));
        TokenUse running = test.begin(test.holder());
        test.advance(Duration.ofSeconds(1));
        TestWaiter waiter = test.await(test.holder());
        test.advance(Duration.ofSeconds(3));
        test.assertState(1, 1, 0, 1, Duration.ofSeconds(3), null);

        test.leave(running);
        assertThat(running.waited()).isZero();
        assertThat(waiter.use().waited()).isEqualTo(Duration.ofSeconds(3));
        assertThat(test.events.take())
                .containsExactly("IMMEDIATE after PT0S", "released after PT4S", "QUEUED after PT3S");
    }

    @Test
    void closedHolderKeepsItsTokenUntilItsLastRequestHasEnded() throws Exception {
        TestPool test = TestPool.full(TestSettings.size(1));
        Holder holder = test.holder();
        TokenUse one = test.begin(holder);
        TokenUse two = test.begin(holder);
        TestWaiter waiter = test.await(test.holder());

        test.pool.close(holder);
        test.pool.end(two);
        test.runCalls();
        assertThat(waiter.told()).isZero();
        test.assertState(1, 1, 0, 1);

        test.pool.end(one);
        test.runCalls();
        assertThat(waiter.use().tokenNumber()).isEqualTo(1);
        test.assertState(1, 1, 0, 0);
    }

    @Test
    void onlyTheFirstEndOfAUseCounts() throws Exception {
        TestPool test = TestPool.full(TestSettings.size(1));
        Holder holder = test.holder();
        TokenUse one = test.begin(holder);
        test.begin(holder);
        test.pool.close(holder);

        test.pool.end(one);
        test.pool.end(one);
        test.assertState(1, 1, 0, 0);
    }

    @Test
    void endOfAnEarlierUseDoesNotTouchTheNextHoldersLease() throws Exception {
        TestPool test = TestPool.full(TestSettings.size(1));
        TokenUse earlier = test.begin(test.holder());
        test.leave(earlier);
        test.begin(test.holder());

        test.pool.end(earlier);
        test.pool.close(earlier.holder());
        test.assertState(1, 1, 0, 0);
        assertThat(test.events.take())
                .containsExactly("IMMEDIATE after PT0S", "released after PT0S", "IMMEDIATE after PT0S");
    }

    @Test
    void closedHolderBeginsNothing() throws Exception {
        TestPool test = TestPool.full(TestSettings.size(1));
        Holder holder = test.holder();
        test.pool.close(holder);
        test.pool.close(holder);

        assertThatThrownBy(() -> test.pool.begin(holder, new TestWaiter()))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refusal -> assertThat(refusal.reason()).isEqualTo(Reason.CLIENT_GONE));
        test.assertState(1, 0, 1, 0);
    }
}
