package io.tpp.pool;

import static io.tpp.pool.TestPool.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.token.LoginException.Kind;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Holders whose token cannot be used: they depend on it no more than on any other. */
class StrandedHolderTest {
    private static final Duration TTL = TestSettings.TTL;

    /** Makes one token fresh long after the others, so that it alone outlives their ttl. */
    private static void freshen(TestPool test, int number) {
        test.advance(TTL.minusSeconds(1));
        test.renew(number, "second-" + number);
        test.advance(Duration.ofSeconds(1));
        test.pool.expire();
    }

    @Test
    void freeTokenIsTakenAtOnceInsteadOfTheExpiredOne() throws Exception {
        TestPool test = TestPool.full(TestSettings.size(2));
        Holder holder = test.holder();
        test.pool.end(test.begin(holder));
        freshen(test, 2);
        test.events.take();

        assertThat(value(test.begin(holder))).isEqualTo("second-2");
        test.assertState(2, 1, 0, 0);
        assertThat(test.events.take()).containsExactly("released after PT1H", "IMMEDIATE after PT0S");
        test.renew(1, "second-1");
        test.assertState(2, 1, 1, 0);
    }

    @Test
    void holderWaitsInTheQueueAndForItsOwnTokenAtOnce() throws Exception {
        for (int first = 1; first <= 2; first++) {
            TestPool test = TestPool.full(TestSettings.size(2));
            Holder holder = test.holder();
            test.pool.end(test.begin(holder));
            test.begin(test.holder());
            test.advance(TTL);
            TestWaiter waiter = test.await(holder);

            // The other one's holder has left meanwhile, so both are as good.
            if (first == 1) {
                test.renew(1, "own");
            } else {
                test.pool.expire();
                test.renew(2, "other");
            }
            test.runCalls();
            assertThat(waiter.wasGranted()).isEqualTo(first == 1);
        }
    }

    @Test
    void tokenThatAnotherReleasesIsTakenByAHolderWhoseOwnIsDead() throws Exception {
        TestPool test = TestPool.full(TestSettings.size(2));
        Holder holder = test.holder();
        TokenUse refused = test.begin(holder);
        TokenUse other = test.begin(test.holder());
        test.pool.refused(refused);
        test.pool.probed(test.pool.tokens().get(1), toProbe(test, 2, other), Verdict.ALIVE);
        test.pool.end(refused);
        TestWaiter waiter = test.await(holder);

        test.leave(other);
        assertThat(value(waiter.use())).isEqualTo("first-2");
        test.assertState(2, 1, 0, 0);
        test.renew(1, "second-1");
        test.assertState(2, 1, 1, 0);
    }

    @Test
    void holderServedByItsOwnTokenHasLeftTheQueue() throws Exception {
        TestPool test = TestPool.full(TestSettings.size(2));
        Holder holder = test.holder();
        test.pool.end(test.begin(holder));
        TokenUse other = test.begin(test.holder());
        freshen(test, 2);
        TestWaiter waiter = test.await(holder);

        test.renew(1, "own");
        test.runCalls();
        assertThat(value(waiter.use())).isEqualTo("own");
        test.leave(other);
        test.assertState(2, 1, 1, 0);
    }

    /** The other one's request ends, it is probed, and another one begins. */
    private static TokenPool.Suspect toProbe(TestPool test, int number, TokenUse other) {
        test.pool.end(other);
        TokenPool.Suspect suspect = test.pool.toProbe(test.pool.tokens().get(number - 1));
        assertThat(suspect).isNotNull();
        return Objects.requireNonNull(suspect);
    }

    @Test
    void strandedHolderQueuesByTheTimeAtWhichItBeganToWait() throws Exception {
        TestPool test = TestPool.full(TestSettings.size(2));
        Holder http2 = test.holder();
        TokenUse query = test.begin(http2);
        Holder other = test.holder();
        TokenUse otherUse = test.begin(other);
        freshen(test, 2);
        // While the query runs on the old value, the connection waits for its own token alone.
        TestWaiter early = test.await(http2);
        TestWaiter late = test.await(test.holder());
        test.pool.end(query);

        test.leave(otherUse);
        assertThat(early.wasGranted()).isTrue();
        assertThat(late.told()).isZero();
        test.assertState(2, 1, 0, 1);
    }

    @Test
    void holderNeverUsesTwoTokensAtOnce() throws Exception {
        TestPool test = TestPool.full(TestSettings.size(2));
        Holder http2 = test.holder();
        TokenUse query = test.begin(http2);
        freshen(test, 2);

        TestWaiter next = test.await(http2);
        test.assertState(2, 0, 1, 1);
        test.pool.end(query);
        test.runCalls();
        assertThat(value(next.use())).isEqualTo("second-2");
        test.assertState(2, 1, 0, 0);
    }

    @Test
    void requestSentAgainKeepsItsPlaceBeforeThoseThatCameLater() throws Exception {
        TestPool test = TestPool.full(TestSettings.size(1));
        Holder holder = test.holder();
        TokenUse refused = test.begin(holder);
        test.pool.refused(refused);
        TestWaiter replay = test.await(holder);
        TestWaiter late = test.await(test.holder());
        test.pool.end(refused);

        test.renew(1, "2ndvalue");
        test.runCalls();
        assertThat(value(replay.use())).isEqualTo("2ndvalue");
        assertThat(late.told()).isZero();
    }

    @Test
    void leaseIsNotStuckWithACredentialThatIsRefused() throws Exception {
        ScriptedSource alice = new ScriptedSource("alice");
        ScriptedSource bob = new ScriptedSource("bob");
        TestRefresher test = TestRefresher.started(TestSettings.size(2), alice, bob);
        test.succeed(alice);
        test.succeed(bob);
        Holder holder = test.test.holder();
        TokenUse alices = test.test.begin(holder);
        TokenUse bobs = test.test.begin(test.test.holder());
        test.test.pool.refused(alices);
        TestWaiter replay = test.test.await(holder);
        test.test.pool.end(alices);
        test.run();
        test.fail(alice, Kind.REFUSED);
        assertThat(replay.told()).isZero();

        test.test.leave(bobs);
        test.run();
        bob.answerProbe(true);
        test.run();
        assertThat(value(replay.use())).isEqualTo("bob-1");
        test.test.assertState(2, 1, 0, 0, Duration.ZERO, "user 'alice': REFUSED");
    }

    @Test
    void closedOrCancelledWhileStrandedLeavesNothingBehind() throws Exception {
        TestPool test = TestPool.full(TestSettings.size(1));
        Holder closes = test.holder();
        TokenUse refused = test.begin(closes);
        test.pool.refused(refused);
        TestWaiter cancelled = test.await(closes);
        TestWaiter closed = test.await(closes);
        test.pool.end(refused);

        assertThat(test.pool.cancel(closes, cancelled)).isTrue();
        test.assertState(1, 0, 0, 1);
        test.pool.close(closes);
        test.renew(1, "2ndvalue");
        test.runCalls();
        assertThat(cancelled.told() + closed.told()).isZero();
        test.assertState(1, 0, 1, 0);
    }
}
