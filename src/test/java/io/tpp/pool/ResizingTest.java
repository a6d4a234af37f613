package io.tpp.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tpp.pool.RefusedException.Reason;
import io.tpp.token.LoginException.Kind;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A pool whose size and other settings change while it is in use. */
class ResizingTest {
    private final ScriptedSource alice = new ScriptedSource("alice");
    private final ScriptedSource bob = new ScriptedSource("bob");

    private TestRefresher full(int size) {
        TestRefresher test = TestRefresher.started(TestSettings.size(size), alice);
        succeedAll(test);
        test.test.assertState(size, 0, size, 0);
        return test;
    }

    private void succeedAll(TestRefresher test) {
        for (ScriptedSource source : List.of(alice, bob)) {
            while (source.underWay() > 0) {
                test.succeed(source);
            }
        }
    }

    private static List<Integer> numbers(TestRefresher test) {
        return test.test.pool.tokens().stream()
                .map(PooledToken::number)
                .sorted()
                .toList();
    }

    @Test
    void aLargerPoolIsFilledInTheBackgroundAndServesThoseWhoWaitInOrder() throws Exception {
        TestRefresher test = full(1);
        TokenUse held = test.test.begin(test.test.holder());
        TestWaiter first = test.test.await(test.test.holder());
        TestWaiter second = test.test.await(test.test.holder());
        TestWaiter third = test.test.await(test.test.holder());

        test.reconfigure(TestSettings.size(3), alice);
        assertThat(alice.underWay()).isEqualTo(1);
        test.test.assertState(1, 1, 0, 3);
        test.succeed(alice);
        assertThat(first.use().tokenNumber()).isEqualTo(2);
        assertThat(second.told()).isZero();
        test.succeed(alice);
        assertThat(second.use().tokenNumber()).isEqualTo(3);
        assertThat(third.told()).isZero();
        assertThat(alice.underWay()).isZero();

        test.test.leave(held);
        assertThat(third.use().tokenNumber()).isEqualTo(1);
    }

    @Test
    void ofASmallerPoolFreeTokensGoAtOnce() throws Exception {
        TestRefresher test = full(4);
        TokenUse held = test.test.begin(test.test.holder());

        test.reconfigure(TestSettings.size(2), alice);
        test.test.assertState(2, 1, 1, 0);
        assertThat(numbers(test)).contains(held.tokenNumber()).hasSize(2);
    }

    @Test
    void leasedOnesGoWhenTheyComeBackAndNobodyWhoWaitsGetsThem() throws Exception {
        TestRefresher test = full(2);
        TokenUse one = test.test.begin(test.test.holder());
        TokenUse two = test.test.begin(test.test.holder());
        TestWaiter waiter = test.test.await(test.test.holder());

        test.reconfigure(TestSettings.size(1), alice);
        test.test.assertState(2, 2, 0, 1);
        assertThat(test.test.begin(two.holder()).tokenNumber()).isEqualTo(2);
        TokenUse again = test.test.begin(two.holder());
        test.test.pool.end(two);
        test.test.pool.end(again);
        test.test.pool.close(two.holder());
        test.test.runCalls();
        // One of its requests is still running.
        assertThat(numbers(test)).containsExactly(1, 2);
        assertThat(waiter.told()).isZero();

        test.test.leave(one);
        assertThat(waiter.use().tokenNumber()).isEqualTo(1);
    }

    @Test
    void aTokenThatLeavesIsNeitherLoggedInNorProbedAnyMore() throws Exception {
        TestRefresher test = full(2);
        TokenUse one = test.test.begin(test.test.holder());
        TokenUse two = test.test.begin(test.test.holder());
        test.reconfigure(TestSettings.size(1), alice);
        test.test.pool.suspect(two);
        test.test.leave(two);
        test.run();

        test.test.pool.refused(two);
        test.run();
        assertThat(numbers(test)).containsExactly(1);
        assertThat(alice.probing()).containsExactly();
        test.test.leave(one);
        test.advance(Duration.ofMinutes(57));
        test.succeed(alice);
        assertThat(alice.underWay()).isZero();
        test.test.assertState(1, 0, 1, 0);
    }

    @Test
    void aLoginUnderWayOfATokenThatLeavesBringsNothing() {
        TestRefresher test = TestRefresher.started(TestSettings.size(2).loginConcurrency(1), alice, bob);
        assertThat(alice.underWay()).isEqualTo(1);

        test.reconfigure(TestSettings.size(1), bob);
        test.succeed(alice);
        test.test.assertState(0, 0, 0, 0);
        test.succeed(bob);
        test.test.assertState(1, 0, 1, 0);
    }

    @Test
    void aLoginThatIsDueOfATokenThatLeavesIsNotMade() {
        TestRefresher test = TestRefresher.started(TestSettings.size(3).loginConcurrency(1), alice);
        assertThat(alice.underWay()).isEqualTo(1);
        test.reconfigure(TestSettings.size(1).loginConcurrency(1), alice);
        test.succeed(alice);
        test.test.assertState(1, 0, 1, 0);
        assertThat(alice.started()).isEqualTo(1);
    }

    @Test
    void aPoolThatGrowsAgainKeepsWhatWasToGo() throws Exception {
        TestRefresher test = full(3);
        TokenUse one = test.test.begin(test.test.holder());
        TokenUse two = test.test.begin(test.test.holder());
        TokenUse three = test.test.begin(test.test.holder());
        test.reconfigure(TestSettings.size(1), alice);
        test.reconfigure(TestSettings.size(4), alice);
        succeedAll(test);

        for (TokenUse use : List.of(one, two, three)) {
            test.test.leave(use);
        }
        test.test.assertState(4, 0, 4, 0);
        assertThat(numbers(test)).containsExactly(1, 2, 3, 4);
        assertThat(alice.started()).isEqualTo(4);
    }

    @Test
    void numbersThatBecameFreeAreGivenAgain() throws Exception {
        TestRefresher test = full(3);
        TokenUse one = test.test.begin(test.test.holder());
        TokenUse two = test.test.begin(test.test.holder());
        TokenUse three = test.test.begin(test.test.holder());
        test.test.leave(two);
        test.reconfigure(TestSettings.size(2), alice);
        assertThat(numbers(test)).containsExactly(1, 3);
        test.reconfigure(TestSettings.size(4), alice);
        succeedAll(test);
        assertThat(numbers(test)).containsExactly(1, 2, 3, 4);
        test.test.leave(one);
        test.test.leave(three);
        test.test.assertState(4, 0, 4, 0);
    }

    @Test
    void tokensOfACredentialThatIsGoneGoFirst() {
        TestRefresher test = TestRefresher.started(TestSettings.size(2), alice, bob);
        succeedAll(test);

        test.reconfigure(TestSettings.size(1), bob);
        succeedAll(test);
        test.reconfigure(TestSettings.size(1), bob);
        assertThat(bob.started())
                .as("bob's token stayed, or was logged in once more")
                .isLessThanOrEqualTo(2);
        test.test.assertState(1, 0, 1, 0);
    }

    @Test
    void moreCredentialsThanTokensAreRefusedAndChangeNothing() {
        TestRefresher test = full(2);
        assertThatThrownBy(() -> test.reconfigure(TestSettings.size(1), alice, bob))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("from 1 to 1 credentials are needed for a pool of 1, not 2");
        test.test.assertState(2, 0, 2, 0);
    }

    @Test
    void aShorterTtlHasOldTokensReplacedNow() throws Exception {
        TestRefresher test = full(2);
        test.advance(Duration.ofMinutes(20));
        TokenUse held = test.test.begin(test.test.holder());

        test.reconfigure(TestSettings.size(2).ttl(Duration.ofMinutes(30)).refreshAhead(Duration.ofMinutes(15)), alice);
        test.advance(Duration.ofMillis(100));
        assertThat(alice.underWay()).isEqualTo(1);
        succeedAll(test);
        assertThat(TestPool.value(test.test.begin(held.holder()))).isEqualTo("alice-3");
        assertThat(alice.started()).isEqualTo(4);
    }

    @Test
    void aLongerTtlHasThemReplacedLater() {
        TestRefresher test = full(1);
        test.reconfigure(TestSettings.size(1).ttl(Duration.ofHours(2)), alice);
        test.assertNextLoginAfter(Duration.ofMinutes(114), alice);
    }

    @Test
    void probesOfIdleTokensCanBeTurnedOn() {
        TestRefresher test = full(1);
        test.reconfigure(TestSettings.size(1).validate(Duration.ofSeconds(10)), alice);
        test.advance(Duration.ofSeconds(10));
        assertThat(alice.probing()).containsExactly("alice-1");
    }

    @Test
    void moreLoginsAtOnceAreStartedAtOnce() {
        TestRefresher test = TestRefresher.started(TestSettings.size(8).loginConcurrency(1), alice);
        test.succeed(alice);
        assertThat(alice.underWay()).isEqualTo(1);
        test.reconfigure(TestSettings.size(8).loginConcurrency(5), alice);
        assertThat(alice.underWay()).isEqualTo(5);
    }

    @Test
    void aShorterTimeoutHoldsForThoseWhoWaitAlready() throws Exception {
        TestRefresher test = full(1);
        TokenUse held = test.test.begin(test.test.holder());
        TestWaiter waiter = test.test.await(test.test.holder());
        test.advance(Duration.ofSeconds(3));
        test.reconfigure(TestSettings.size(1).waitTimeout(Duration.ofSeconds(4)), alice);
        assertThat(waiter.told()).isZero();
        test.advance(Duration.ofSeconds(1));
        assertThat(waiter.refusal().reason()).isEqualTo(Reason.WAIT_TIMEOUT);
        assertThat(waiter.refusal()).hasMessageContaining("token.wait_timeout_seconds 4.0");
        test.test.leave(held);
    }

    @Test
    void idleLeasesAreReclaimedOnceThatIsTurnedOn() throws Exception {
        TestRefresher test = full(1);
        TokenUse idle = test.test.begin(test.test.holder());
        test.test.pool.end(idle);
        TestWaiter waiter = test.test.await(test.test.holder());
        test.advance(Duration.ofSeconds(9));
        assertThat(waiter.told()).isZero();
        test.reconfigure(TestSettings.size(1).idleReclaim(Duration.ofSeconds(10)), alice);
        test.advance(Duration.ofSeconds(1));
        assertThat(waiter.use().tokenNumber()).isEqualTo(1);
    }

    @Test
    void theQueueTakesNoMoreThanItMayFromNowOn() throws Exception {
        TestRefresher test = full(1);
        test.test.begin(test.test.holder());
        TestWaiter waiter = test.test.await(test.test.holder());
        test.test.await(test.test.holder());
        test.reconfigure(TestSettings.size(1).maxWaiting(1), alice);
        assertThatThrownBy(() -> test.test.await(test.test.holder()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("token.max_waiting 1");
        assertThat(waiter.told()).isZero();
    }

    @Test
    void aLongerOutageIsWaitedFor() throws Exception {
        TestRefresher test = TestRefresher.started(TestSettings.size(1).outageWait(Duration.ofSeconds(10)), alice);
        TestWaiter waiter = test.test.await(test.test.holder());
        test.fail(alice, Kind.UNREACHABLE);
        test.reconfigure(TestSettings.size(1).outageWait(Duration.ofSeconds(20)), alice);
        failFor(test, Duration.ofSeconds(19));
        assertThat(waiter.told()).isZero();
        failFor(test, Duration.ofSeconds(2));
        assertThat(waiter.refusal().reason()).isEqualTo(Reason.NO_TOKEN);
    }

    private void failFor(TestRefresher test, Duration duration) {
        for (long i = 0; i < duration.toMillis(); i += 100) {
            test.advance(Duration.ofMillis(100));
            if (alice.underWay() > 0) {
                test.fail(alice, Kind.UNREACHABLE);
            }
        }
    }

    @Test
    void aTokenCanBeLoggedInAnewByItsNumber() throws Exception {
        TestRefresher test = full(2);
        var known = test.refresher.refresh(2);
        var unknown = test.refresher.refresh(3);
        test.run();
        assertThat(known.get()).isTrue();
        assertThat(unknown.get()).isFalse();
        test.test.assertState(2, 0, 2, 0);
        test.test.events.take();
        test.succeed(alice);
        assertThat(test.test.events.take()).contains("refreshed for ADMIN");
        assertThat(alice.started()).isEqualTo(3);
    }

    @Test
    void aHolderThatLetsGoKeepsItsTokenWhileItsRequestsRun() throws Exception {
        TestRefresher test = full(1);
        TokenUse use = test.test.begin(test.test.holder());
        test.test.pool.letGo(use.holder());
        TestWaiter waiter = test.test.await(test.test.holder());
        test.test.assertState(1, 1, 0, 1);
        test.test.pool.end(use);
        test.run();
        assertThat(waiter.use().tokenNumber()).isEqualTo(1);
        test.test.leave(waiter.use());
        assertThat(test.test.begin(use.holder()).tokenNumber())
                .as("another lease")
                .isEqualTo(1);
    }
}
