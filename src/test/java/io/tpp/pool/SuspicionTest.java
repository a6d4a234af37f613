package io.tpp.pool;

import static io.tpp.pool.TestPool.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.pool.RefusedException.Reason;
import io.tpp.token.LoginException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One bad token makes all suspect: what that costs, and what it saves after a restart of the upstream. */
class SuspicionTest {
    private static final int SIZE = 20;
    private static final int PARALLEL = 4;

    /** How many probes are under way when the first of them has ended. */
    private static final int STILL_PROBED = PARALLEL - 1;

    private static final Duration MOMENT = Duration.ofMillis(1);

    private final ScriptedSource alice = new ScriptedSource("alice");

    private TestRefresher full(TestSettings settings, int size) {
        TestRefresher test = TestRefresher.started(settings, alice);
        for (int i = 0; i < size; i++) {
            test.succeed(alice);
        }
        test.advance(MOMENT);
        test.test.events.take();
        return test;
    }

    private TestRefresher full() {
        return full(TestSettings.size(SIZE), SIZE);
    }

    @Test
    void oneRefusedTokenHoldsAllBackUntilOneIsFoundAlive() throws Exception {
        TestRefresher test = full();
        Holder holder = test.test.holder();
        TokenUse use = test.test.begin(holder);

        test.test.pool.refused(use);
        test.run();
        test.test.assertState(SIZE, 0, 0, 0);
        assertThat(alice.probing()).hasSize(PARALLEL);
        TestWaiter newcomer = test.test.await(test.test.holder());
        alice.answerProbe(true);
        test.run();
        assertThat(newcomer.wasGranted()).isTrue();
        test.test.assertState(SIZE, 1, SIZE - 2 - STILL_PROBED, 0);
        assertThat(alice.probed()).isEqualTo(PARALLEL);
        assertThat(alice.underWay()).as("logins of the refused one alone").isEqualTo(1);
    }

    @Test
    void anotherBadTokenSoonAfterwardsHoldsNoneBack() throws Exception {
        TestRefresher test = full();
        TokenUse one = test.test.begin(test.test.holder());
        TokenUse two = test.test.begin(test.test.holder());
        TokenUse three = test.test.begin(test.test.holder());
        test.test.pool.refused(one);
        test.run();
        alice.answerProbe(true);
        test.run();
        test.test.assertState(SIZE, 2, SIZE - 3 - STILL_PROBED, 0);

        test.advance(Suspicion.QUIET.minusNanos(1));
        test.test.pool.refused(two);
        test.test.assertState(SIZE, 1, SIZE - 3 - STILL_PROBED, 0);
        test.advance(Duration.ofNanos(1));
        test.test.pool.refused(three);
        test.test.assertState(SIZE, 0, 0, 0);
    }

    @Test
    void restartThatTokensSurviveCostsNoLogin() {
        TestRefresher test = full();

        test.test.pool.suspectAll();
        test.run();
        alice.answerProbe(true);
        test.run();
        // Those that are being probed are not sent by anybody else at the same time.
        test.test.assertState(SIZE, 0, SIZE - STILL_PROBED, 0);
        assertThat(alice.probing()).hasSize(STILL_PROBED);
        for (int i = 0; i < STILL_PROBED; i++) {
            alice.answerProbe(true);
        }
        test.run();
        test.test.assertState(SIZE, 0, SIZE, 0);
        assertThat(alice.probed()).isEqualTo(PARALLEL);
        assertThat(alice.started()).isEqualTo(SIZE);
    }

    @Test
    void restartThatTokensDoNotSurviveCostsOneLoginEach() throws Exception {
        TestRefresher test = full();
        List<TestWaiter> waiters = new ArrayList<>();
        for (int i = 0; i < SIZE; i++) {
            Holder holder = test.test.holder();
            TokenUse use = test.test.begin(holder);
            test.test.pool.refused(use);
            waiters.add(test.test.await(holder));
            test.test.pool.end(use);
            if (i == 0) {
                test.run();
                break;
            }
        }
        while (!alice.probing().isEmpty() || alice.underWay() > 0) {
            assertThat(alice.probing()).hasSizeLessThanOrEqualTo(PARALLEL);
            assertThat(alice.underWay()).isLessThanOrEqualTo(PARALLEL);
            test.advance(MOMENT);
            if (!alice.probing().isEmpty()) {
                alice.answerProbe(false);
            } else {
                alice.succeed();
            }
            test.run();
        }
        assertThat(waiters).allMatch(TestWaiter::wasGranted);
        test.test.assertState(SIZE, 1, SIZE - 1, 0);
        assertThat(alice.started()).isEqualTo(2 * SIZE);
        assertThat(alice.probed()).isEqualTo(SIZE - 1);
    }

    @Test
    void tokenIsNeverProbedWhileARequestIsUnderWayWithIt() throws Exception {
        TestRefresher test = full(TestSettings.size(2), 2);
        TokenUse refused = test.test.begin(test.test.holder());
        TokenUse running = test.test.begin(test.test.holder());
        test.test.pool.refused(refused);
        test.run();
        assertThat(alice.probing()).isEmpty();

        test.test.pool.end(running);
        test.run();
        assertThat(alice.probing()).containsExactly(value(running));
    }

    @Test
    void streamThatWaitsBehindAQueryWithADoubtfulTokenGetsANewOne() throws Exception {
        TestRefresher test = full(TestSettings.size(1), 1);
        Holder http2 = test.test.holder();
        test.test.begin(http2);
        TokenUse bad = test.test.begin(http2);
        test.test.pool.suspect(bad);
        test.test.pool.end(bad);
        test.run();
        assertThat(alice.probing()).isEmpty();

        TestWaiter next = test.test.await(http2);
        test.run();
        test.succeed(alice);
        assertThat(value(next.use())).isEqualTo("alice-2");
    }

    @Test
    void tokenSuspectForItsOwnAnswerIsNotClearedByAnother() throws Exception {
        TestRefresher test = full(TestSettings.size(2), 2);
        Holder holder = test.test.holder();
        TokenUse odd = test.test.begin(holder);
        test.test.pool.suspect(odd);
        test.run();
        assertThat(alice.probing()).containsExactly("alice-2");
        alice.answerProbe(true);
        test.run();
        test.test.assertState(2, 0, 1, 0);

        test.test.pool.end(odd);
        test.run();
        assertThat(alice.probing()).containsExactly("alice-1");
    }

    @Test
    void probeThatBeganBeforeTheLastSuspicionClearsNobody() {
        TestRefresher test = full(TestSettings.size(6), 6);
        test.test.pool.suspectAll();
        test.run();
        alice.answerProbe(true);
        test.run();
        test.test.assertState(6, 0, 6 - STILL_PROBED, 0);
        test.advance(MOMENT);

        // Three probes of the first time are still under way when the upstream restarts.
        test.test.pool.suspectAll();
        test.run();
        alice.answerProbe(true);
        test.run();
        test.test.assertState(6, 0, 1, 0);
    }

    @Test
    void tokenOfAfterARestartThatIsAliveClearsNoneOfBefore() throws Exception {
        TestRefresher test = full(TestSettings.size(2), 2);
        TokenUse first = test.test.begin(test.test.holder());
        // While a request is under way with the second, it cannot be probed.
        assertThat(test.test.begin(test.test.holder()).tokenNumber()).isEqualTo(2);
        test.test.leave(first);
        test.test.pool.suspectAll();
        test.run();
        alice.answerProbe(false);
        test.advance(MOMENT);
        test.succeed(alice);
        test.test.assertState(2, 0, 1, 0);

        test.advance(MOMENT);
        test.test.pool.suspectAll();
        test.run();
        alice.answerProbe(true);
        test.run();
        test.test.assertState(2, 0, 1, 0);
    }

    @Test
    void loginThatWasUnderWayWhenTheSuspicionAroseIsProbedAsWell() {
        TestRefresher test = full(TestSettings.size(2), 1);
        assertThat(alice.underWay()).isEqualTo(1);

        test.test.pool.suspectAll();
        test.succeed(alice);
        test.test.assertState(2, 0, 0, 0);
        assertThat(alice.probing()).containsExactly("alice-1", "alice-2");
        alice.answerProbe(false);
        alice.answerProbe(false);
        test.run();
        assertThat(alice.started()).isEqualTo(3);
    }

    @Test
    void whileTheUpstreamCannotBeReachedRequestsAreHeldAndThenTold() throws Exception {
        Duration wait = Duration.ofSeconds(30);
        TestRefresher test = full(TestSettings.size(2).outageWait(wait), 2);
        test.test.pool.suspectAll();
        test.run();
        TestWaiter held = test.test.await(test.test.holder());
        alice.failProbe(Kind.UNREACHABLE);
        alice.failProbe(Kind.UNREACHABLE);
        test.run();

        test.advance(wait.minusNanos(1));
        assertThat(held.told()).isZero();
        test.advance(Duration.ofNanos(1));
        assertThat(held.refusal().reason()).isEqualTo(Reason.NO_TOKEN);
        assertThat(held.refusal())
                .hasMessageContaining("no usable token: user 'alice' probe: UNREACHABLE: total 2 of 2");
    }

    @Test
    void withoutOutageWaitTheyAreToldAtOnce() throws Exception {
        TestRefresher test = full(TestSettings.size(1).outageWait(Duration.ZERO), 1);
        test.test.pool.suspectAll();
        test.run();
        TestWaiter held = test.test.await(test.test.holder());

        alice.failProbe(Kind.UNREACHABLE);
        test.run();
        assertThat(held.refusal().reason()).isEqualTo(Reason.NO_TOKEN);
    }

    @Test
    void outageEndsWhenAProbeFindsATokenAlive() throws Exception {
        TestRefresher test = full(TestSettings.size(1).outageWait(Duration.ZERO), 1);
        test.test.pool.suspectAll();
        test.run();
        alice.failProbe(Kind.UNREACHABLE);
        test.advance(Duration.ofSeconds(1));
        alice.answerProbe(true);
        test.run();

        TokenUse use = test.test.begin(test.test.holder());
        TestWaiter next = test.test.await(test.test.holder());
        assertThat(next.told()).isZero();
        test.test.leave(use);
        assertThat(next.wasGranted()).isTrue();
    }

    @Test
    void onceAProbeGetsThroughTheOthersFollowWithoutWaiting() {
        TestRefresher test = full(TestSettings.size(3).loginConcurrency(1), 3);
        test.test.pool.suspectAll();
        test.run();
        for (int i = 0; i < 10; i++) {
            alice.failProbe(Kind.UNREACHABLE);
            test.advance(Duration.ofSeconds(30));
        }
        alice.answerProbe(false);
        test.run();

        assertThat(alice.probing()).hasSize(1);
        assertThat(alice.underWay()).isEqualTo(1);
    }

    @Test
    void loginsOfOtherCredentialsFollowTheFirstThatGetsThrough() {
        ScriptedSource bob = new ScriptedSource("bob");
        TestRefresher test = TestRefresher.started(TestSettings.size(2), alice, bob);
        test.fail(bob, Kind.UNREACHABLE);
        for (int i = 0; i < 8; i++) {
            test.advance(Duration.ofSeconds(30));
            test.fail(bob, Kind.UNREACHABLE);
        }
        assertThat(bob.underWay()).isZero();

        test.succeed(alice);
        assertThat(bob.underWay()).isEqualTo(1);
    }

    @Test
    void upstreamTooBusyForProbesGetsLoginsInstead() {
        TestRefresher test = full(TestSettings.size(8), 8);
        test.test.pool.suspectAll();
        test.run();
        assertThat(alice.probing()).hasSize(PARALLEL);

        alice.failProbe(Kind.TIMEOUT);
        test.run();
        assertThat(alice.underWay()).isEqualTo(1);
        for (int i = 0; i < 5; i++) {
            test.advance(MOMENT);
            test.succeed(alice);
        }
        test.test.assertState(8, 0, 5, 0);
        assertThat(alice.probed()).as("the others are not even tried").isEqualTo(PARALLEL);
    }

    @Test
    void answerThatIsNoneIsMadeUpForByALogin() {
        TestRefresher test = full(TestSettings.size(1), 1);
        test.test.pool.suspectAll();
        test.run();

        alice.failProbe(Kind.MALFORMED);
        test.run();
        test.succeed(alice);
        test.test.assertState(1, 0, 1, 0);
        assertThat(test.test.events.take())
                .containsExactly("probe UNKNOWN", "login ok after PT0S", "refreshed for PROBE");
    }

    @Test
    void staticTokenIsUsedUntilItIsRefusedIfTheUpstreamKnowsNoProbes() {
        alice.doesNotExpire();
        TestRefresher test = full(TestSettings.size(1), 1);
        test.test.pool.suspectAll();
        test.run();
        alice.failProbe(Kind.TIMEOUT);
        test.advance(Duration.ofSeconds(1));
        test.test.assertState(1, 0, 0, 0);

        alice.failProbe(Kind.MALFORMED);
        test.run();
        test.test.assertState(1, 0, 1, 0);
        assertThat(alice.started()).isEqualTo(1);
    }

    @Test
    void staticTokenNeverAges() throws Exception {
        alice.doesNotExpire();
        TestRefresher test = full(TestSettings.size(1), 1);

        test.advance(Duration.ofDays(1000));
        assertThat(value(test.test.begin(test.test.holder()))).isEqualTo("alice-1");
        assertThat(alice.started()).isEqualTo(1);
        assertThat(test.test.pool.shortestRemaining()).isNull();
    }
}
