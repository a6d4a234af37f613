package io.tpp.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Probes of idle tokens. */
class ValidationTest {
    private static final Duration INTERVAL = Duration.ofMinutes(1);

    private final ScriptedSource alice = new ScriptedSource("alice");

    private TestRefresher full(int size) {
        TestRefresher test = TestRefresher.started(TestSettings.size(size).validate(INTERVAL), alice);
        for (int i = 0; i < size; i++) {
            test.succeed(alice);
        }
        return test;
    }

    @Test
    void idleTokenIsProbedAtTheIntervalAndNotBefore() {
        TestRefresher test = full(1);
        for (int i = 0; i < 3; i++) {
            test.advance(INTERVAL.minusNanos(1));
            assertThat(alice.probing()).isEmpty();
            test.advance(Duration.ofNanos(1));
            assertThat(alice.probing()).containsExactly("alice-1");
            alice.answerProbe(true);
            test.run();
            test.test.assertState(1, 0, 1, 0);
        }
    }

    @Test
    void whatNobodyHasThoughtOfDoesNotEndIt() {
        TestRefresher test = full(1);
        test.bug = new IllegalStateException("a bug");
        assertThatThrownBy(() -> test.advance(INTERVAL)).hasRootCauseMessage("a bug");
        assertThat(alice.probing()).isEmpty();

        test.advance(TestSettings.size(1).build().refreshCheck());
        assertThat(alice.probing()).containsExactly("alice-1");
    }

    @Test
    void deadOneIsLoggedInAgainAndMakesTheOthersSuspect() {
        TestRefresher test = full(3);
        test.random = 1;
        test.advance(INTERVAL);
        alice.answerProbe(false);
        test.run();
        test.test.assertState(3, 0, 0, 0);

        assertThat(alice.underWay()).isEqualTo(1);
        assertThat(alice.probing()).hasSize(2);
    }

    @Test
    void leasedTokenIsLeftAlone() throws Exception {
        TestRefresher test = full(1);
        test.test.pool.end(test.test.begin(test.test.holder()));

        test.advance(INTERVAL.multipliedBy(3));
        assertThat(alice.probed()).isZero();
    }

    @Test
    void noMoreThanAFewAreProbedAtOnce() {
        TestRefresher test = full(10);
        test.advance(INTERVAL);

        assertThat(alice.probing()).hasSize(4);
        test.test.assertState(10, 0, 6, 0);
    }

    @Test
    void probesAreSpreadByARandomQuarter() {
        TestRefresher test = TestRefresher.started(TestSettings.size(1).validate(INTERVAL), alice);
        test.random = 1;
        test.succeed(alice);

        test.advance(INTERVAL.multipliedBy(3).dividedBy(4).minusNanos(1));
        assertThat(alice.probing()).isEmpty();
        test.advance(Duration.ofNanos(1));
        assertThat(alice.probing()).hasSize(1);
    }

    @Test
    void withoutAnIntervalNothingIsProbed() {
        TestRefresher test = TestRefresher.started(TestSettings.size(1), alice);
        test.succeed(alice);
        test.advance(Duration.ofMinutes(50));

        assertThat(alice.probed()).isZero();
    }
}
