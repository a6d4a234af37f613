package io.tpp.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.token.LoginException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How many logins of a credential run at once, and what a password that was changed costs. */
class LoginWaveTest {
    private static final Duration MOMENT = Duration.ofMillis(1);

    private final ScriptedSource alice = new ScriptedSource("alice");

    private TestRefresher full(int size) {
        TestRefresher test = TestRefresher.started(TestSettings.size(size), alice);
        for (int i = 0; i < size; i++) {
            test.succeed(alice);
        }
        test.advance(MOMENT);
        return test;
    }

    @Test
    void changedPasswordCostsOneRefusedLogin() throws Exception {
        TestRefresher test = full(10);
        List<TokenUse> uses = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            uses.add(test.test.begin(test.test.holder()));
        }
        uses.forEach(test.test.pool::refused);
        test.run();
        assertThat(alice.underWay()).isEqualTo(1);

        test.fail(alice, Kind.REFUSED);
        test.advance(CredentialLogins.AFTER_REFUSAL.minusNanos(1));
        assertThat(alice.started()).isEqualTo(11);
        assertThat(test.refresher.refusals()).containsExactly(new CredentialRefusal(1, "user 'alice': REFUSED"));
    }

    @Test
    void eachWaveBeginsWithOneLoginAndGoesOnWithSeveral() {
        TestRefresher test = full(10);
        for (int wave = 0; wave < 3; wave++) {
            // And a little, since not all were logged in at the same instant.
            test.advance(TestSettings.TTL.minusMinutes(6).plusSeconds(1));
            assertThat(alice.underWay()).as("logins in wave %d", wave).isEqualTo(1);
            test.succeed(alice);
            assertThat(alice.underWay()).as("logins in wave %d", wave).isEqualTo(4);
            for (int i = 1; i < 10; i++) {
                test.succeed(alice);
            }
            assertThat(alice.underWay()).isZero();
        }
        test.test.assertState(10, 0, 10, 0);
    }

    @Test
    void refusalEndsWithTheNextLoginThatWorks() {
        TestRefresher test = TestRefresher.started(TestSettings.size(2), alice);
        test.fail(alice, Kind.REFUSED);
        test.advance(CredentialLogins.AFTER_REFUSAL);
        test.succeed(alice);

        assertThat(test.refresher.refusals()).isEmpty();
    }

    @Test
    void twoHundredTokensAreThereAfterFiftyLoginsTime() {
        Duration login = Duration.ofMillis(50);
        int size = 200;
        TestRefresher test = TestRefresher.started(TestSettings.size(size), alice);
        Duration took = Duration.ZERO;
        while (alice.underWay() > 0) {
            test.advance(login);
            took = took.plus(login);
            int ending = alice.underWay();
            for (int i = 0; i < ending; i++) {
                alice.succeed();
            }
            test.run();
            assertThat(test.test.pool.snapshot().usable()).isTrue();
        }

        test.test.assertState(size, 0, size, 0);
        assertThat(took).isLessThanOrEqualTo(login.multipliedBy(size / 4 + 1));
    }

    @Test
    void reasonsOfAllRefusedCredentialsAreGiven() {
        ScriptedSource bob = new ScriptedSource("bob");
        TestRefresher test = TestRefresher.started(TestSettings.size(2), alice, bob);
        test.fail(bob, Kind.REFUSED);
        test.fail(alice, Kind.REFUSED);

        assertThat(test.allRefused).isEqualTo(1);
        assertThat(test.refusedBecause).isEqualTo("user 'alice': REFUSED; user 'bob': REFUSED");
    }

    @Test
    void onlyTheFirstOfVeryManyRefusedCredentialsAreNamed() {
        ScriptedSource[] sources = new ScriptedSource[12];
        for (int i = 0; i < sources.length; i++) {
            sources[i] = new ScriptedSource("u" + (i + 1));
        }
        TestRefresher test = TestRefresher.started(TestSettings.size(12).loginConcurrency(12), sources);
        for (ScriptedSource source : sources) {
            test.fail(source, Kind.REFUSED);
        }

        assertThat(test.refusedBecause).startsWith("user 'u1': REFUSED; ").endsWith("user 'u10': REFUSED; and 2 more");
    }
}
