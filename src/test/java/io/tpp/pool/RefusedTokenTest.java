package io.tpp.pool;

import static io.tpp.pool.TestPool.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.token.LoginException.Kind;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Tokens that the upstream refused, or that look dead: who is given them, and how often they are logged in again. */
class RefusedTokenTest {
    private final ScriptedSource alice = new ScriptedSource("alice");

    private TestRefresher full(int size) {
        TestRefresher test = TestRefresher.started(TestSettings.size(size), alice);
        for (int i = 0; i < size; i++) {
            test.succeed(alice);
        }
        test.test.events.take();
        return test;
    }

    @Test
    void refusedTokenIsLoggedInAgainAndItsHolderWaitsForTheNewValue() throws Exception {
        TestRefresher test = full(1);
        Holder holder = test.test.holder();
        TokenUse use = test.test.begin(holder);

        test.test.pool.refused(use);
        TestWaiter replay = test.test.await(holder);
        test.test.pool.end(use);
        test.run();
        test.test.assertState(1, 0, 0, 1);
        assertThat(alice.underWay()).isEqualTo(1);
        test.succeed(alice);
        assertThat(value(replay.use())).isEqualTo("alice-2");
        test.test.assertState(1, 1, 0, 0);
        assertThat(test.test.events.take())
                .containsExactly("IMMEDIATE after PT0S", "login ok after PT0S", "refreshed for UNAUTHORIZED");
    }

    @Test
    void refusalsOfOneValueCauseOneLogin() throws Exception {
        TestRefresher test = full(1);
        Holder holder = test.test.holder();
        TokenUse one = test.test.begin(holder);
        TokenUse two = test.test.begin(holder);
        TokenUse late = test.test.begin(holder);

        test.test.pool.refused(one);
        test.test.pool.refused(one);
        test.run();
        test.test.pool.refused(two);
        test.run();
        test.succeed(alice);
        test.test.pool.refused(late);
        test.run();
        assertThat(alice.started()).isEqualTo(2);
        test.test.assertState(1, 1, 0, 0);
    }

    @Test
    void refusalDuringARefreshByAgeStartsNoSecondLogin() throws Exception {
        TestRefresher test = full(1);
        TokenUse use = test.test.begin(test.test.holder());
        test.advance(TestSettings.TTL.minusMinutes(6));
        assertThat(alice.underWay()).isEqualTo(1);

        test.test.pool.refused(use);
        test.run();
        test.succeed(alice);
        assertThat(alice.started()).isEqualTo(2);
        assertThat(test.test.events.take()).endsWith("login ok after PT0S", "refreshed for UNAUTHORIZED");
    }

    @Test
    void refusedTokenOfAClosedHolderIsNotHandedOn() throws Exception {
        TestRefresher test = full(1);
        TokenUse use = test.test.begin(test.test.holder());
        test.test.pool.refused(use);

        test.test.leave(use);
        test.test.assertState(1, 0, 0, 0);
        TestWaiter waiter = test.test.await(test.test.holder());
        test.run();
        test.succeed(alice);
        assertThat(value(waiter.use())).isEqualTo("alice-2");
    }

    @Test
    void tokenRefusedAgainWithinAMinuteIsProbedInsteadOfLoggedIn() throws Exception {
        TestRefresher test = full(1);
        Holder holder = test.test.holder();
        refuse(test, holder);
        test.succeed(alice);
        for (int again = 0; again < 3; again++) {
            test.advance(PoolCore.REFUSED_AGAIN.minusSeconds(1));
            refuse(test, holder);
            TestWaiter next = test.test.await(holder);
            alice.answerProbe(true);
            test.run();
            test.test.pool.end(next.use());
        }
        assertThat(alice.started()).isEqualTo(2);

        test.advance(PoolCore.REFUSED_AGAIN);
        refuse(test, holder);
        assertThat(alice.started()).isEqualTo(3);
    }

    @Test
    void tokenRefusedAgainWithinAMinuteIsLoggedInIfItIsDead() throws Exception {
        TestRefresher test = full(1);
        Holder holder = test.test.holder();
        refuse(test, holder);
        test.succeed(alice);
        refuse(test, holder);
        TestWaiter next = test.test.await(holder);

        alice.answerProbe(false);
        test.run();
        test.succeed(alice);
        assertThat(value(next.use())).isEqualTo("alice-3");
    }

    private static void refuse(TestRefresher test, Holder holder) throws Exception {
        TokenUse use = test.test.begin(holder);
        test.test.pool.refused(use);
        test.test.pool.end(use);
        test.run();
    }

    @Test
    void suspectTokenIsUsedAgainOnceAProbeHasShownItAlive() throws Exception {
        TestRefresher test = full(1);
        Holder holder = test.test.holder();
        TokenUse use = test.test.begin(holder);

        test.test.pool.suspect(use);
        test.test.pool.suspect(use);
        test.run();
        assertThat(alice.probing()).as("while the request is under way").isEmpty();
        test.test.pool.end(use);
        TestWaiter next = test.test.await(holder);
        test.run();
        test.test.assertState(1, 0, 0, 1);
        assertThat(alice.probing()).containsExactly("alice-1");
        alice.answerProbe(true);
        test.run();
        assertThat(value(next.use())).isEqualTo("alice-1");
        test.test.assertState(1, 1, 0, 0);
        assertThat(alice.started()).isEqualTo(1);
    }

    @Test
    void suspectTokenThatIsDeadIsLoggedInAgain() throws Exception {
        TestRefresher test = full(1);
        Holder holder = test.test.holder();
        TokenUse use = test.test.begin(holder);
        test.test.pool.suspect(use);
        test.test.pool.end(use);
        TestWaiter next = test.test.await(holder);
        test.run();

        alice.answerProbe(false);
        test.run();
        test.succeed(alice);
        assertThat(value(next.use())).isEqualTo("alice-2");
        assertThat(test.test.events.take()).endsWith("refreshed for PROBE");
    }

    @Test
    void refusalOfASuspectTokenNeedsNoProbe() throws Exception {
        TestRefresher test = full(1);
        Holder holder = test.test.holder();
        TokenUse use = test.test.begin(holder);
        test.test.pool.suspect(use);
        test.test.pool.end(use);
        test.run();

        test.test.pool.refused(use);
        test.run();
        test.succeed(alice);
        alice.answerProbe(false);
        test.run();
        assertThat(alice.started()).isEqualTo(2);
        assertThat(value(test.test.begin(holder))).isEqualTo("alice-2");
    }

    @Test
    void noTokenIsUsedWhileAllAreSuspect() throws Exception {
        TestRefresher test = full(3);
        Holder holder = test.test.holder();
        TokenUse use = test.test.begin(holder);
        test.test.pool.end(use);

        test.test.pool.suspectAll();
        test.run();
        test.test.assertState(3, 0, 0, 0);
        TestWaiter leased = test.test.await(holder);
        TestWaiter newcomer = test.test.await(test.test.holder());
        for (int i = 0; i < 3; i++) {
            alice.answerProbe(true);
        }
        test.run();
        assertThat(leased.use().tokenNumber()).isEqualTo(use.tokenNumber());
        assertThat(newcomer.wasGranted()).isTrue();
        test.test.assertState(3, 2, 1, 0);
        assertThat(alice.started()).isEqualTo(3);
    }

    @Test
    void probeThatFindsNothingOutIsMadeAgainLater() throws Exception {
        TestRefresher test = full(1);
        test.test.pool.suspectAll();
        test.run();
        for (int i = 0; i < 3; i++) {
            alice.failProbe(Kind.UNREACHABLE);
            test.advance(Duration.ofSeconds(30));
        }

        assertThat(alice.probing()).containsExactly("alice-1");
        test.test.assertState(1, 0, 0, 0);
        alice.answerProbe(true);
        test.run();
        test.test.assertState(1, 0, 1, 0);
    }
}
