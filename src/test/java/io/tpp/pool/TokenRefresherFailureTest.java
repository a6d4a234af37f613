package io.tpp.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.pool.RefusedException.Reason;
import io.tpp.token.LoginException.Kind;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Logins that fail: when they are tried again, and who is told. */
class TokenRefresherFailureTest {
    private static final Duration NANO = TestRefresher.NANO;
    private static final Duration TTL = TestSettings.TTL;
    private static final Duration OUTAGE_WAIT = Duration.ofSeconds(10);

    private final ScriptedSource alice = new ScriptedSource("alice");
    private final ScriptedSource bob = new ScriptedSource("bob");

    @Test
    void delayDoublesFromHalfASecondToThirty() {
        TestRefresher test = TestRefresher.started(TestSettings.size(1), alice);
        for (double seconds : new double[] {0.5, 1, 2, 4, 8, 16, 30, 30, 30}) {
            test.fail(alice, Kind.UNREACHABLE);
            test.assertNextLoginAfter(Duration.ofMillis((long) (seconds * 1000)), alice);
        }
    }

    @Test
    void delayIsShorterByAQuarterAtMost() {
        TestRefresher test = TestRefresher.started(TestSettings.size(1), alice);
        test.random = 1;
        for (int millis : new int[] {375, 750, 1500}) {
            test.fail(alice, Kind.TIMEOUT);
            test.assertNextLoginAfter(Duration.ofMillis(millis), alice);
        }
    }

    @Test
    void successStartsTheDelaysAnew() {
        TestRefresher test = TestRefresher.started(TestSettings.size(2), alice);
        test.fail(alice, Kind.UNREACHABLE);
        test.assertNextLoginAfter(Duration.ofMillis(500), alice);
        test.fail(alice, Kind.UNREACHABLE);
        test.assertNextLoginAfter(Duration.ofSeconds(1), alice);
        test.test.assertState(0, 0, 0, 0, Duration.ZERO, "user 'alice': UNREACHABLE");

        test.succeed(alice);
        test.test.assertState(1, 0, 1, 0);
        assertThat(alice.underWay()).as("the second token's").isEqualTo(1);
        test.fail(alice, Kind.UNREACHABLE);
        test.assertNextLoginAfter(Duration.ofMillis(500), alice);
    }

    @Test
    void afterAFailureOneLoginIsTriedBeforeTheOthers() {
        TestRefresher test = TestRefresher.started(TestSettings.size(3), alice);
        test.succeed(alice);
        test.fail(alice, Kind.UNREACHABLE);
        test.fail(alice, Kind.UNREACHABLE);

        test.advance(Duration.ofSeconds(1));
        assertThat(alice.underWay()).isEqualTo(1);
        test.succeed(alice);
        assertThat(alice.underWay()).isEqualTo(1);
        test.succeed(alice);
        test.test.assertState(3, 0, 3, 0);
    }

    @Test
    void refusedCredentialIsTriedOnceInFiveMinutes() {
        TestRefresher test = TestRefresher.started(TestSettings.size(4), alice);
        for (int i = 0; i < 3; i++) {
            test.fail(alice, Kind.REFUSED);
            test.assertNextLoginAfter(Duration.ofMinutes(5), alice);
        }
        assertThat(alice.underWay()).isEqualTo(1);
    }

    @Test
    void onesFailureDoesNotKeepTheOthersFromFillingThePool() {
        TestRefresher test = TestRefresher.started(TestSettings.size(4), alice, bob);
        test.fail(alice, Kind.REFUSED);
        test.succeed(bob);
        test.succeed(bob);
        test.test.assertState(2, 0, 2, 0, Duration.ZERO, "user 'alice': REFUSED");

        test.advance(Duration.ofMinutes(5));
        test.succeed(alice);
        test.succeed(alice);
        test.test.assertState(4, 0, 4, 0);
        assertThat(test.allRefused).isZero();
    }

    @Test
    void refusalOfEveryCredentialIsToldOnce() {
        TestRefresher test = TestRefresher.started(TestSettings.size(4), alice, bob);
        test.fail(alice, Kind.REFUSED);
        test.fail(bob, Kind.UNREACHABLE);
        assertThat(test.allRefused).isZero();

        test.advance(Duration.ofSeconds(1));
        test.fail(bob, Kind.REFUSED);
        assertThat(test.allRefused).isEqualTo(1);
        test.advance(Duration.ofMinutes(5));
        test.fail(alice, Kind.REFUSED);
        test.fail(bob, Kind.REFUSED);
        assertThat(test.allRefused).isEqualTo(1);
    }

    @Test
    void refusalOfEveryCredentialIsNotToldOnceATokenWasObtained() {
        TestRefresher test = TestRefresher.started(TestSettings.size(2), alice);
        test.succeed(alice);

        test.fail(alice, Kind.REFUSED);
        assertThat(test.allRefused).isZero();
    }

    @Test
    void waitersAreToldAtOnceWhenEveryCredentialIsRefused() throws Exception {
        TestRefresher test = TestRefresher.started(TestSettings.size(2), alice, bob);
        TestWaiter waiter = test.test.await(test.test.holder());
        test.fail(alice, Kind.REFUSED);
        assertThat(waiter.told()).isZero();

        test.fail(bob, Kind.REFUSED);
        assertThat(waiter.refusal().reason()).isEqualTo(Reason.NO_TOKEN);
        assertThat(waiter.refusal())
                .hasMessage(
                        "no usable token: user 'bob': REFUSED:" + " total 0 of 2, in use 0, available 0, waiting 1");
    }

    @Test
    void waitersAreToldAfterTheOutageWaitAndNotBefore() throws Exception {
        TestRefresher test = TestRefresher.started(TestSettings.size(1).outageWait(OUTAGE_WAIT), alice);
        TestWaiter waiter = test.test.await(test.test.holder());
        test.fail(alice, Kind.UNREACHABLE);
        test.advance(Duration.ofMillis(500));

        // The second try hangs.
        test.advance(OUTAGE_WAIT.minusMillis(500).minus(NANO));
        assertThat(waiter.told()).isZero();
        test.advance(NANO);
        assertThat(waiter.refusal().reason()).isEqualTo(Reason.NO_TOKEN);

        test.succeed(alice);
        test.test.begin(test.test.holder());
        test.test.assertState(1, 1, 0, 0);
    }

    @Test
    void waitersAreToldWhenTheLastTokenExpiresAfterARefusal() throws Exception {
        TestRefresher test = TestRefresher.started(TestSettings.size(1), alice);
        test.succeed(alice);
        Holder holder = test.test.holder();
        test.test.pool.end(test.test.begin(holder));
        TestWaiter waiter = test.test.await(test.test.holder());
        // The password is changed: refused six minutes and one minute before the ttl.
        test.advance(TTL.minusMinutes(6));
        test.fail(alice, Kind.REFUSED);
        test.advance(Duration.ofMinutes(5));
        test.fail(alice, Kind.REFUSED);

        test.advance(Duration.ofMinutes(1).minus(NANO));
        assertThat(waiter.told()).isZero();
        test.test.assertState(1, 1, 0, 1, TTL.minus(NANO), "user 'alice': REFUSED");
        test.advance(NANO);
        assertThat(waiter.refusal().reason()).isEqualTo(Reason.NO_TOKEN);
        test.test.assertState(1, 0, 0, 0, Duration.ZERO, "user 'alice': REFUSED");
    }

    @Test
    void figuresAreRightWhenTheTtlPasses() {
        TestRefresher test = TestRefresher.started(TestSettings.size(1).refreshAhead(Duration.ofSeconds(330)), alice);
        test.succeed(alice);
        test.advance(TTL.minus(NANO));
        test.test.assertState(1, 0, 1, 0);

        test.advance(NANO);
        test.test.assertState(1, 0, 0, 0);
        assertThat(test.test.pool.snapshot().usable()).isFalse();
    }

    @Test
    void outageEndsWithTheNextToken() throws Exception {
        TestRefresher test = TestRefresher.started(TestSettings.size(1).outageWait(OUTAGE_WAIT), alice);
        test.fail(alice, Kind.REFUSED);
        test.advance(Duration.ofMinutes(5));
        test.succeed(alice);
        test.test.begin(test.test.holder());

        TestWaiter waiter = test.test.await(test.test.holder());
        test.advance(Duration.ofMinutes(1));
        assertThat(waiter.told()).isZero();
        test.test.assertState(1, 1, 0, 1, Duration.ofMinutes(1), null);
    }
}
