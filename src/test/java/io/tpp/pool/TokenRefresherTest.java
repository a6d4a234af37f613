package io.tpp.pool;

import static io.tpp.pool.TestPool.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.tpp.token.BearerToken;
import io.tpp.token.LoginException.Kind;
import io.tpp.token.TokenSource;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** When the refresher logs in, and with what. */
class TokenRefresherTest {
    private static final Duration TTL = TestSettings.TTL;
    private static final Duration AHEAD = Duration.ofMinutes(6);

    private final ScriptedSource alice = new ScriptedSource("alice");
    private final ScriptedSource bob = new ScriptedSource("bob");

    @Test
    void nothingHappensBeforeTheStart() {
        TestRefresher test = new TestRefresher(TestSettings.size(1), alice);

        test.advance(Duration.ofDays(1));
        assertThat(alice.started()).isZero();
    }

    @Test
    void oneLoginOfEachCredentialIsTriedBeforeTheOthers() {
        TestRefresher test = TestRefresher.started(TestSettings.size(8).loginConcurrency(6), alice, bob);
        assertThat(alice.underWay()).isEqualTo(1);
        assertThat(bob.underWay()).isEqualTo(1);

        test.succeed(alice);
        assertThat(alice.underWay()).isEqualTo(3);
        assertThat(bob.underWay()).isEqualTo(1);
        test.succeed(bob);
        assertThat(alice.underWay() + bob.underWay()).isEqualTo(6);
    }

    @Test
    void noMoreLoginsThanLoginConcurrencyAreUnderWay() {
        TestRefresher test = TestRefresher.started(TestSettings.size(10).loginConcurrency(3), alice);
        test.succeed(alice);
        for (int i = 1; i < 10; i++) {
            assertThat(alice.underWay()).isEqualTo(Math.min(3, 10 - i));
            test.test.assertState(i, 0, i, 0);
            test.succeed(alice);
        }

        test.test.assertState(10, 0, 10, 0);
        assertThat(alice.started()).isEqualTo(10);
        assertThat(alice.underWay()).isZero();
    }

    @Test
    void tokensAreSpreadOverTheCredentials() throws Exception {
        TestRefresher test = TestRefresher.started(TestSettings.size(3), alice, bob);
        test.succeed(alice);
        test.succeed(bob);
        test.succeed(alice);

        test.test.assertState(3, 0, 3, 0);
        assertThat(alice.started()).isEqualTo(2);
        assertThat(bob.started()).isEqualTo(1);
        TokenUse first = test.test.begin(test.test.holder());
        TokenUse second = test.test.begin(test.test.holder());
        assertThat(value(first) + " " + value(second)).isEqualTo("alice-1 bob-1");
    }

    @Test
    void tokenIsLoggedInAgainAheadOfItsTtl() {
        TestRefresher test = TestRefresher.started(TestSettings.size(1).refreshAhead(AHEAD), alice);
        test.succeed(alice);

        test.assertNextLoginAfter(TTL.minus(AHEAD), alice);
    }

    @Test
    void refreshIsAtMostHalfTheAheadLater() {
        TestRefresher test = TestRefresher.started(TestSettings.size(1).refreshAhead(AHEAD), alice);
        test.random = 1;
        test.succeed(alice);

        test.assertNextLoginAfter(TTL.minus(AHEAD.dividedBy(2)), alice);
    }

    @Test
    void ageCountsFromTheBeginningOfTheLogin() {
        TestRefresher test = TestRefresher.started(TestSettings.size(1).refreshAhead(AHEAD), alice);
        test.advance(Duration.ofSeconds(20));
        test.succeed(alice);

        test.assertNextLoginAfter(TTL.minus(AHEAD).minusSeconds(20), alice);
    }

    @Test
    void oldValueStaysInUseUntilTheNewOneIsThere() throws Exception {
        TestRefresher test = TestRefresher.started(TestSettings.size(1), alice);
        test.succeed(alice);
        Holder holder = test.test.holder();
        TokenUse running = test.test.begin(holder);
        test.advance(TTL.minus(AHEAD));
        test.test.events.take();

        assertThat(value(test.test.begin(holder))).isEqualTo("alice-1");
        test.advance(Duration.ofSeconds(3));
        test.succeed(alice);
        assertThat(value(test.test.begin(holder))).isEqualTo("alice-2");
        assertThat(value(running)).isEqualTo("alice-1");
        test.test.assertState(1, 1, 0, 0);
        assertThat(test.test.events.take()).containsExactly("login ok after PT3S", "refreshed for AGE");
    }

    @Test
    void tokenIsRefreshedForEver() {
        TestRefresher test = TestRefresher.started(TestSettings.size(1), alice);
        for (int i = 0; i < 100; i++) {
            test.succeed(alice);
            test.test.assertState(1, 0, 1, 0);
            test.assertNextLoginAfter(TTL.minus(AHEAD), alice);
        }
    }

    @Test
    void tokenIsNotHandedOutPastItsTtlWhileItsLoginTakesLong() throws Exception {
        TestRefresher test = TestRefresher.started(TestSettings.size(1), alice);
        test.succeed(alice);
        Holder holder = test.test.holder();
        test.test.pool.end(test.test.begin(holder));
        test.advance(TTL);

        TestWaiter waiter = test.test.await(holder);
        test.succeed(alice);
        assertThat(value(waiter.use())).isEqualTo("alice-2");
    }

    @Test
    void tokenOfALoginSlowerThanTheTtlIsNeverHandedOut() throws Exception {
        TestRefresher test = TestRefresher.started(TestSettings.size(1), alice);
        TestWaiter waiter = test.test.await(test.test.holder());
        test.advance(TTL);
        test.succeed(alice);
        assertThat(waiter.told()).isZero();

        test.advance(Duration.ofMillis(100));
        assertThat(alice.underWay()).as("the next try").isEqualTo(1);
        test.succeed(alice);
        assertThat(value(waiter.use())).isEqualTo("alice-2");
    }

    @Test
    void resultThatComesAfterTheStopIsDropped() {
        TestRefresher test = TestRefresher.started(TestSettings.size(2), alice, bob);
        test.test.events.take();
        test.refresher.stop();

        test.succeed(alice);
        test.fail(bob, Kind.REFUSED);
        test.advance(Duration.ofDays(1));
        test.test.assertState(0, 0, 0, 0);
        assertThat(test.test.events.take()).isEmpty();
        assertThat(alice.started() + bob.started()).isEqualTo(2);
    }

    @Test
    void sourceThatAnswersAtOnceFillsThePool() {
        TestRefresher test = TestRefresher.started(
                TestSettings.size(1000), source(() -> CompletableFuture.completedFuture(BearerToken.of("value"))));

        test.test.assertState(1000, 0, 1000, 0);
    }

    @Test
    void unforeseenFailureIsToldWithoutItsMessage() {
        TestRefresher test = TestRefresher.started(TestSettings.size(1), alice);
        alice.fail(new IllegalStateException("the password is hunter2"));
        test.run();

        test.test.assertState(0, 0, 0, 0, Duration.ZERO, "the login failed: java.lang.IllegalStateException");
    }

    private static Stream<Arguments> sourcesThatThrow() {
        Supplier<CompletableFuture<BearerToken>> faulty = () -> {
            throw new IllegalStateException("the password is hunter2");
        };
        Supplier<CompletableFuture<BearerToken>> incomplete = () -> {
            throw new NoClassDefFoundError("the password is hunter2");
        };
        return Stream.of(arguments("IllegalStateException", faulty), arguments("NoClassDefFoundError", incomplete));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("sourcesThatThrow")
    void sourceThatThrowsIsALoginThatFailed(String thrown, Supplier<CompletableFuture<BearerToken>> login) {
        int[] calls = new int[1];
        TestRefresher test = TestRefresher.started(TestSettings.size(2), alice, source(() -> {
            calls[0]++;
            return login.get();
        }));
        test.succeed(alice);
        String error = "the login failed: java.lang." + thrown;
        test.test.assertState(1, 0, 1, 0, Duration.ZERO, error);

        test.advance(Duration.ofMillis(500));
        assertThat(calls[0]).isEqualTo(2);
        assertThat(test.test.events.take())
                .containsExactly("login MALFORMED after PT0S", "login ok after PT0S", "login MALFORMED after PT0S");
    }

    @Test
    void credentialsMustFitThePool() {
        assertThatThrownBy(() -> new TestRefresher(TestSettings.size(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("from 1 to 1 credentials are needed for a pool of 1, not 0");
        assertThatThrownBy(() -> new TestRefresher(TestSettings.size(1), alice, bob))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("from 1 to 1 credentials are needed for a pool of 1, not 2");
    }

    private static TokenSource source(Supplier<CompletableFuture<BearerToken>> login) {
        return new TokenSource() {
            @Override
            public String description() {
                return "user 'carol'";
            }

            @Override
            public CompletableFuture<BearerToken> login() {
                return login.get();
            }

            @Override
            public CompletableFuture<Boolean> probe(BearerToken token) {
                return CompletableFuture.completedFuture(true);
            }
        };
    }
}
