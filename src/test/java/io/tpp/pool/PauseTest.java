package io.tpp.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.pool.RefusedException.Reason;
import io.tpp.token.LoginException.Kind;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A pool that is paused: nothing begins, nothing is lost. */
class PauseTest {
    private static TestPool paused(TestSettings settings) {
        TestPool test = TestPool.full(settings);
        assertThat(test.pool.pause()).isTrue();
        return test;
    }

    private static void resume(TestPool test) {
        assertThat(test.pool.resume()).isTrue();
        test.runCalls();
    }

    @Test
    void aRequestWaitsAlthoughATokenIsFree() throws Exception {
        TestPool test = paused(TestSettings.size(1));
        assertThat(test.pool.isPaused()).isTrue();
        TestWaiter waiter = test.await(test.holder());
        test.assertState(1, 0, 1, 1);
        resume(test);
        assertThat(waiter.use().tokenNumber()).isEqualTo(1);
        assertThat(test.pool.isPaused()).isFalse();
        test.leave(waiter.use());
        test.assertState(1, 0, 1, 0);
    }

    @Test
    void aHoldersNextRequestWaitsToo() throws Exception {
        TestPool test = TestPool.full(TestSettings.size(2));
        TokenUse running = test.begin(test.holder());
        test.pool.pause();
        TestWaiter second = test.await(running.holder());
        test.pool.end(running);
        test.runCalls();
        TestWaiter third = test.await(running.holder());
        assertThat(second.told() + third.told()).isZero();

        resume(test);
        assertThat(second.use().tokenNumber()).isEqualTo(running.tokenNumber());
        assertThat(third.use().tokenNumber()).isEqualTo(running.tokenNumber());
        test.assertState(2, 1, 1, 0);
        test.pool.end(third.use());
        test.leave(second.use());
        test.assertState(2, 0, 2, 0);
    }

    @Test
    void soDoesOneBesideARunningOne() throws Exception {
        TestPool test = TestPool.full(TestSettings.size(1));
        TokenUse running = test.begin(test.holder());
        test.pool.pause();
        TestWaiter second = test.await(running.holder());
        resume(test);
        assertThat(second.use().tokenNumber()).isEqualTo(1);
        test.pool.end(second.use());
        test.leave(running);
        test.assertState(1, 0, 1, 0);
    }

    @Test
    void tokensThatComeBackLieReadyAndAreThenGivenInOrder() throws Exception {
        TestPool test = TestPool.full(TestSettings.size(2));
        TokenUse one = test.begin(test.holder());
        TokenUse two = test.begin(test.holder());
        TestWaiter first = test.await(test.holder());
        test.pool.pause();
        TestWaiter second = test.await(test.holder());
        TestWaiter third = test.await(test.holder());
        test.leave(one);
        test.leave(two);
        assertThat(first.told()).isZero();
        test.assertState(2, 0, 2, 3);

        resume(test);
        assertThat(first.use().tokenNumber()).isEqualTo(1);
        assertThat(second.use().tokenNumber()).isEqualTo(2);
        assertThat(third.told()).isZero();
        test.leave(first.use());
        assertThat(third.use().tokenNumber()).isEqualTo(1);
    }

    @Test
    void aNewValueIsNotGivenBeforeTheEndOfThePause() throws Exception {
        TestPool test = paused(TestSettings.size(1));
        TestWaiter waiter = test.await(test.holder());
        test.renew(1, "2ndvalue");
        test.runCalls();
        assertThat(waiter.told()).isZero();
        resume(test);
        assertThat(TestPool.value(waiter.use())).isEqualTo("2ndvalue");
    }

    @Test
    void aHolderWhoseTokenDiedMeanwhileGetsTheNextOne() throws Exception {
        TestPool test = TestPool.full(TestSettings.size(2));
        TokenUse use = test.begin(test.holder());
        test.pool.pause();
        TestWaiter waiter = test.await(use.holder());
        test.pool.refused(use);
        test.pool.end(use);
        test.runCalls();
        resume(test);
        // The other token is suspect with it, until one is known to be alive.
        assertThat(waiter.told()).isZero();
        test.renew(2, "2ndvalue");
        test.runCalls();
        assertThat(waiter.use().tokenNumber()).isEqualTo(2);
    }

    @Test
    void aClientThatLeavesMeanwhileLeavesTheQueue() throws Exception {
        TestPool test = paused(TestSettings.size(1));
        Holder holder = test.holder();
        TestWaiter waiter = test.await(holder);
        assertThat(test.pool.cancel(holder, waiter)).isTrue();
        TestWaiter other = test.await(test.holder());
        resume(test);
        assertThat(waiter.told()).isZero();
        assertThat(other.use().tokenNumber()).isEqualTo(1);
    }

    @Test
    void timeoutsCountFromTheEndOfThePause() throws Exception {
        Duration timeout = Duration.ofSeconds(10);
        TestPool test = TestPool.full(TestSettings.size(1).waitTimeout(timeout));
        TokenUse running = test.begin(test.holder());
        TestWaiter waiter = test.await(test.holder());
        test.advance(Duration.ofSeconds(9));
        test.pool.pause();
        test.advance(Duration.ofHours(1));
        assertThat(waiter.told()).isZero();
        resume(test);
        test.advance(timeout.minusNanos(1));
        assertThat(waiter.told()).isZero();
        test.advance(Duration.ofNanos(1));
        assertThat(waiter.refusal().reason()).isEqualTo(Reason.WAIT_TIMEOUT);
        test.leave(running);
    }

    @Test
    void idleLeasesAreNotReclaimedForThoseWhoCannotHaveThem() throws Exception {
        TestPool test = TestPool.full(TestSettings.size(1).idleReclaim(Duration.ofSeconds(5)));
        TokenUse idle = test.begin(test.holder());
        test.pool.end(idle);
        test.pool.pause();
        TestWaiter waiter = test.await(test.holder());
        test.advance(Duration.ofMinutes(1));
        test.assertState(1, 1, 0, 1, Duration.ofMinutes(1), null);
        resume(test);
        test.advance(Duration.ZERO);
        assertThat(waiter.use().tokenNumber()).isEqualTo(1);
    }

    @Test
    void anOutageRefusesNobodyDuringThePauseNorAtItsEnd() throws Exception {
        ScriptedSource alice = new ScriptedSource("alice");
        TestRefresher test = TestRefresher.started(TestSettings.size(1).outageWait(Duration.ofSeconds(1)), alice);
        test.test.pool.pause();
        TestWaiter early = test.test.await(test.test.holder());
        test.fail(alice, Kind.UNREACHABLE);
        test.advance(Duration.ofSeconds(5));
        TestWaiter late = test.test.await(test.test.holder());
        resume(test.test);
        assertThat(early.told() + late.told()).isZero();
        test.refresher.retry();
        test.run();
        test.succeed(alice);
        assertThat(early.use().tokenNumber()).isEqualTo(1);
        test.test.leave(early.use());
        assertThat(late.use().tokenNumber()).isEqualTo(1);
    }

    @Test
    void aDrainRefusesThoseWhoWaitInAPause() throws Exception {
        TestPool test = paused(TestSettings.size(1));
        TestWaiter waiter = test.await(test.holder());
        test.pool.drain();
        test.runCalls();
        assertThat(waiter.refusal().reason()).isEqualTo(Reason.SHUTTING_DOWN);
    }

    @Test
    void toPauseOrResumeTwiceIsNoNews() {
        TestPool test = paused(TestSettings.size(1));
        assertThat(test.pool.pause()).isFalse();
        assertThat(test.pool.resume()).isTrue();
        assertThat(test.pool.resume()).isFalse();
    }
}
