package io.tpp.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tpp.pool.RefusedException.Reason;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The queue: who leaves it without a token, and what it is told. */
class TokenPoolQueueTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Duration NANO = Duration.ofNanos(1);

    @Test
    void waiterThatLeavesNeverTakesAToken() throws Exception {
        TestPool test = TestPool.full(TestSettings.size(1));
        TokenUse running = test.begin(test.holder());
        Holder leaving = test.holder();
        TestWaiter left = test.await(leaving);
        TestWaiter next = test.await(test.holder());

        assertThat(test.pool.cancel(leaving, left)).isTrue();
        test.assertState(1, 1, 0, 1);
        test.leave(running);
        assertThat(left.told()).isZero();
        assertThat(next.use().tokenNumber()).isEqualTo(1);
        test.assertState(1, 1, 0, 0);
    }

    @Test
    void closingAWaitingHolderTakesAllItsRequestsOutUntold() throws Exception {
        TestPool test = TestPool.full(TestSettings.size(1));
        TokenUse running = test.begin(test.holder());
        Holder leaving = test.holder();
        TestWaiter one = test.await(leaving);
        TestWaiter two = test.await(leaving);
        test.advance(Duration.ofSeconds(2));
        test.events.take();

        test.pool.close(leaving);
        test.assertState(1, 1, 0, 0);
        test.leave(running);
        assertThat(one.told() + two.told()).isZero();
        test.assertState(1, 0, 1, 0);
        assertThat(test.events.take())
                .containsExactly("CANCELLED after PT2S", "CANCELLED after PT2S", "released after PT2S");
    }

    @Test
    void oneOfAHoldersRequestsCanLeaveAlone() throws Exception {
        TestPool test = TestPool.full(TestSettings.size(1));
        TokenUse running = test.begin(test.holder());
        Holder holder = test.holder();
        TestWaiter left = test.await(holder);
        TestWaiter stays = test.await(holder);

        assertThat(test.pool.cancel(holder, left)).isTrue();
        test.assertState(1, 1, 0, 1);
        test.leave(running);
        assertThat(left.told()).isZero();
        assertThat(stays.use().tokenNumber()).isEqualTo(1);
    }

    @Test
    void onlyAWaitingRequestCanBeCancelled() throws Exception {
        TestPool test = TestPool.full(TestSettings.size(1));
        Holder holder = test.holder();
        TokenUse running = test.begin(holder);
        TestWaiter waiter = test.await(test.holder());

        assertThat(test.pool.cancel(holder, new TestWaiter())).isFalse();
        assertThat(test.pool.cancel(holder, waiter)).as("by another holder").isFalse();
        test.assertState(1, 1, 0, 1);
        test.leave(running);
        assertThat(test.pool.cancel(waiter.use().holder(), waiter))
                .as("granted already")
                .isFalse();
        test.assertState(1, 1, 0, 0);
    }

    @Test
    void tokenOfAClientThatLeftAtTheHandOffGoesToTheNextWaiterAtOnce() throws Exception {
        TestPool test = TestPool.full(TestSettings.size(1));
        TokenUse running = test.begin(test.holder());
        Holder leaving = test.holder();
        TestWaiter left = test.await(leaving);
        TestWaiter next = test.await(test.holder());
        test.pool.end(running);
        test.pool.close(running.holder());

        // The token is the leaving client's already, though it has not been told yet.
        assertThat(test.pool.cancel(leaving, left)).isFalse();
        test.pool.close(leaving);
        test.runCalls();
        assertThat(next.told()).isZero();
        test.pool.end(left.use());
        test.runCalls();

        assertThat(next.use().tokenNumber()).isEqualTo(1);
        test.assertState(1, 1, 0, 0);
    }

    @Test
    void fullQueueRefusesWithThePoolsStateAndTheLastLoginError() throws Exception {
        TestPool test = new TestPool(TestSettings.size(2).maxWaiting(2));
        test.renew(1, "first-1");
        test.pool.lastLoginError("upstream unreachable");
        TokenUse running = test.begin(test.holder());
        test.await(test.holder());
        test.await(test.holder());
        test.events.take();

        RefusedException refusal =
                catchThrowableOfType(RefusedException.class, () -> test.pool.begin(test.holder(), new TestWaiter()));
        assertThat(refusal.reason()).isEqualTo(Reason.QUEUE_FULL);
        assertThat(refusal)
                .hasMessage("no token is free and the queue is full (token.max_waiting 2): total 1 of 2, in use 1,"
                        + " available 0, waiting 2; last login error: upstream unreachable");
        test.assertState(1, 1, 0, 2, Duration.ZERO, "upstream unreachable");
        assertThat(test.events.take()).containsExactly("REJECTED after PT0S");

        test.leave(running);
        test.await(test.holder());
        test.assertState(1, 1, 0, 2, Duration.ZERO, "upstream unreachable");
    }

    @Test
    void waitEndsAfterItsTimeoutAndNotANanosecondBefore() throws Exception {
        TestPool test = TestPool.full(TestSettings.size(1).waitTimeout(TIMEOUT));
        TokenUse running = test.begin(test.holder());
        test.pool.lastLoginError("user 'bob': refused");
        TestWaiter waiter = test.await(test.holder());
        test.events.take();

        test.advance(TIMEOUT.minus(NANO));
        assertThat(waiter.told()).isZero();
        test.assertState(1, 1, 0, 1, TIMEOUT.minus(NANO), "user 'bob': refused");
        test.advance(NANO);
        assertThat(waiter.refusal().reason()).isEqualTo(Reason.WAIT_TIMEOUT);
        assertThat(waiter.refusal())
                .hasMessage("no token came free within token.wait_timeout_seconds 30.0: total 1 of 1, in use 1,"
                        + " available 0, waiting 1; last login error: user 'bob': refused");
        test.assertState(1, 1, 0, 0, Duration.ZERO, "user 'bob': refused");
        assertThat(test.events.take()).containsExactly("TIMEOUT after PT30S");

        test.leave(running);
        assertThat(waiter.told()).isEqualTo(1);
    }

    @Test
    void tokenThatComesANanosecondBeforeTheTimeoutIsGranted() throws Exception {
        TestPool test = TestPool.full(TestSettings.size(1).waitTimeout(TIMEOUT));
        TokenUse running = test.begin(test.holder());
        TestWaiter waiter = test.await(test.holder());

        test.advance(TIMEOUT.minus(NANO));
        test.leave(running);
        test.advance(TIMEOUT);
        assertThat(waiter.use().waited()).isEqualTo(TIMEOUT.minus(NANO));
        test.assertState(1, 1, 0, 0);
    }

    @Test
    void eachWaiterHasItsOwnTimeout() throws Exception {
        TestPool test = TestPool.full(TestSettings.size(1).waitTimeout(TIMEOUT));
        test.begin(test.holder());
        TestWaiter one = test.await(test.holder());
        test.advance(Duration.ofSeconds(10));
        Holder leaving = test.holder();
        TestWaiter two = test.await(leaving);
        test.advance(Duration.ofSeconds(10));
        TestWaiter three = test.await(test.holder());

        test.advance(Duration.ofSeconds(10));
        assertThat(one.refusal().reason()).isEqualTo(Reason.WAIT_TIMEOUT);
        test.pool.cancel(leaving, two);
        test.advance(Duration.ofSeconds(20).minus(NANO));
        test.assertState(1, 1, 0, 1, TIMEOUT.minus(NANO), null);
        test.advance(NANO);
        assertThat(three.refusal().reason()).isEqualTo(Reason.WAIT_TIMEOUT);
        assertThat(two.told()).isZero();
    }

    @Test
    void withoutTimeoutAndReclaimOneTimerServesAllWhoWait() throws Exception {
        TestPool test = TestPool.full(TestSettings.size(1));
        test.begin(test.holder());
        TestWaiter waiter = test.await(test.holder());
        test.await(test.holder());

        // For the line in the log about long waits.
        assertThat(test.time.pending()).isEqualTo(1);
        test.advance(Duration.ofDays(1));
        assertThat(waiter.told()).isZero();
    }

    @Test
    void drainRefusesThoseWhoWaitAndLeavesLeasesAlone() throws Exception {
        TestPool test = TestPool.full(TestSettings.size(1));
        Holder holder = test.holder();
        TokenUse running = test.begin(holder);
        TestWaiter one = test.await(test.holder());
        TestWaiter two = test.await(test.holder());
        test.events.take();

        test.pool.drain();
        test.runCalls();
        assertThat(one.refusal().reason()).isEqualTo(Reason.SHUTTING_DOWN);
        assertThat(two.refusal().reason()).isEqualTo(Reason.SHUTTING_DOWN);
        test.assertState(1, 1, 0, 0);
        assertThat(test.events.take()).containsExactly("REJECTED after PT0S", "REJECTED after PT0S");

        test.pool.end(test.begin(holder));
        test.leave(running);
        test.assertState(1, 0, 1, 0);
    }

    @Test
    void drainedPoolRefusesWhoWouldHaveToWait() throws Exception {
        TestPool test = TestPool.full(TestSettings.size(1));
        test.pool.drain();

        test.begin(test.holder());
        assertThat(refusalFor(test)).isEqualTo(Reason.SHUTTING_DOWN);
        test.assertState(1, 1, 0, 0);
    }

    @Test
    void outageRefusesWithItsReasonUntilATokenIsObtained() throws Exception {
        TestPool test = new TestPool(TestSettings.size(2));
        TestWaiter waiter = test.await(test.holder());

        test.pool.outage("wrong password");
        test.runCalls();
        assertThat(waiter.refusal().reason()).isEqualTo(Reason.NO_TOKEN);
        assertThat(waiter.refusal())
                .hasMessage("no usable token: wrong password: total 0 of 2, in use 0, available 0, waiting 1");
        assertThat(refusalFor(test)).isEqualTo(Reason.NO_TOKEN);
        test.assertState(0, 0, 0, 0);

        test.renew(2, "first-2");
        test.begin(test.holder());
        test.await(test.holder());
        test.assertState(1, 1, 0, 1);
    }

    @Test
    void whileATokenIsUsableAnOutageRefusesNobody() throws Exception {
        TestPool test = TestPool.full(TestSettings.size(1));
        TokenUse running = test.begin(test.holder());
        TestWaiter waiter = test.await(test.holder());

        test.pool.outage("wrong password");
        TestWaiter second = test.await(test.holder());
        test.leave(running);
        test.leave(waiter.use());
        assertThat(second.use().tokenNumber()).isEqualTo(1);
    }

    private static Reason refusalFor(TestPool test) {
        return catchThrowableOfType(RefusedException.class, () -> test.pool.begin(test.holder(), new TestWaiter()))
                .reason();
    }
}
