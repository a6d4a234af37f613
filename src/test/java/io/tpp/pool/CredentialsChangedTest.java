package io.tpp.pool;

import static io.tpp.pool.TestPool.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tpp.token.LoginException.Kind;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Credentials that are changed, added and taken away while the pool is in use. */
class CredentialsChangedTest {
    private final ScriptedSource alice = new ScriptedSource("alice");
    private final ScriptedSource bob = new ScriptedSource("bob");
    private final ScriptedSource carol = new ScriptedSource("carol");

    private static void change(TestRefresher test, ScriptedSource... sources) {
        test.refresher.credentialsChanged(List.of(sources));
        test.run();
    }

    private static void succeedAll(TestRefresher test, ScriptedSource source) {
        while (source.underWay() > 0) {
            test.succeed(source);
        }
    }

    @Test
    void sameCredentialsChangeNothing() {
        TestRefresher test = TestRefresher.started(TestSettings.size(4), alice, bob);
        succeedAll(test, alice);
        test.fail(bob, Kind.REFUSED);

        change(test, alice, bob);
        assertThat(alice.started() + bob.started()).isEqualTo(3);
        assertThat(test.refresher.refusals())
                .extracting(CredentialRefusal::position)
                .containsExactly(2);
        test.advance(Duration.ofMinutes(5));
        assertThat(bob.underWay()).isEqualTo(1);
    }

    @Test
    void changedOneIsTriedAtOnceAlthoughTheOneBeforeWasRefused() {
        TestRefresher test = TestRefresher.started(TestSettings.size(4), alice, bob);
        succeedAll(test, alice);
        test.fail(bob, Kind.REFUSED);

        change(test, alice, carol);
        assertThat(test.refresher.refusals()).isEmpty();
        assertThat(carol.underWay()).isEqualTo(1);
        succeedAll(test, carol);
        test.test.assertState(4, 0, 4, 0);
        test.advance(Duration.ofMinutes(30));
        assertThat(bob.started()).isEqualTo(1);
    }

    @Test
    void oldValuesAreUsedUntilTheNewOnesAreThere() throws Exception {
        TestRefresher test = TestRefresher.started(TestSettings.size(1), alice);
        test.succeed(alice);
        Holder holder = test.test.holder();
        TokenUse running = test.test.begin(holder);
        test.test.events.take();

        change(test, bob);
        assertThat(value(test.test.begin(holder))).isEqualTo("alice-1");
        test.fail(bob, Kind.REFUSED);
        assertThat(value(test.test.begin(holder))).isEqualTo("alice-1");
        test.advance(Duration.ofMinutes(5));
        test.succeed(bob);
        assertThat(value(test.test.begin(holder))).isEqualTo("bob-2");
        assertThat(value(running)).isEqualTo("alice-1");
        assertThat(test.test.events.take()).endsWith("refreshed for ADMIN");
    }

    @Test
    void tokensAreSpreadAnewAndNoMoreMovedThanThatTakes() {
        TestRefresher test = TestRefresher.started(TestSettings.size(6), alice, bob);
        succeedAll(test, alice);
        succeedAll(test, bob);

        change(test, alice, bob, carol);
        succeedAll(test, carol);
        assertThat(List.of(alice.started(), bob.started(), carol.started())).containsExactly(3, 3, 2);
        change(test, alice);
        succeedAll(test, alice);
        assertThat(alice.started()).isEqualTo(7);
        test.test.assertState(6, 0, 6, 0);
    }

    @Test
    void whatCannotBeSharedEvenlyIsLeftWhereItIs() {
        TestRefresher test = TestRefresher.started(TestSettings.size(7), alice, bob);
        succeedAll(test, alice);
        succeedAll(test, bob);

        change(test, alice, bob, carol);
        succeedAll(test, carol);
        assertThat(List.of(alice.started(), bob.started(), carol.started())).containsExactly(4, 3, 2);
    }

    @Test
    void noTokenStaysWithACredentialThatIsGone() {
        ScriptedSource dave = new ScriptedSource("dave");
        TestRefresher test = TestRefresher.started(TestSettings.size(7), alice, bob);
        succeedAll(test, alice);
        succeedAll(test, bob);

        change(test, carol, dave);
        succeedAll(test, carol);
        succeedAll(test, dave);
        assertThat(List.of(carol.started(), dave.started())).containsExactly(4, 3);
    }

    @Test
    void loginOfAChangedCredentialThatIsStillUnderWayIsDropped() throws Exception {
        TestRefresher test = TestRefresher.started(TestSettings.size(1), alice);
        change(test, bob);

        test.succeed(alice);
        test.test.assertState(0, 0, 0, 0);
        test.succeed(bob);
        assertThat(value(test.test.begin(test.test.holder()))).isEqualTo("bob-1");
        assertThat(alice.started() + bob.started()).isEqualTo(2);
    }

    @Test
    void failureOfAChangedCredentialThatIsStillUnderWaySaysNothing() {
        TestRefresher test = TestRefresher.started(TestSettings.size(1), alice);
        change(test, bob);

        test.fail(alice, Kind.REFUSED);
        assertThat(test.allRefused).isZero();
        assertThat(test.refresher.refusals()).isEmpty();
        test.succeed(bob);
        test.test.assertState(1, 0, 1, 0);
    }

    @Test
    void refusedTokenWithoutANewValueComesBackWithTheNewCredential() throws Exception {
        alice.doesNotExpire();
        TestRefresher test = TestRefresher.started(TestSettings.size(1), alice);
        test.succeed(alice);
        Holder holder = test.test.holder();
        TokenUse use = test.test.begin(holder);
        test.test.pool.refused(use);
        TestWaiter replay = test.test.await(holder);
        test.test.pool.end(use);
        test.run();
        test.fail(alice, Kind.REFUSED);
        assertThat(replay.refusal().reason()).isEqualTo(RefusedException.Reason.NO_TOKEN);

        change(test, bob);
        test.succeed(bob);
        assertThat(value(test.test.begin(holder))).isEqualTo("bob-1");
    }

    @Test
    void credentialsMustFitThePool() {
        TestRefresher test = TestRefresher.started(TestSettings.size(1), alice);

        assertThatThrownBy(() -> test.refresher.credentialsChanged(List.of(alice, bob)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("from 1 to 1 credentials are needed for a pool of 1, not 2");
        assertThatThrownBy(() -> test.refresher.credentialsChanged(List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
