package io.tpp.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.pool.TokenView.State;
import io.tpp.token.BearerToken;
import io.tpp.token.LoginException.Kind;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is seen of the pool at one instant, and that it fits together. */
class PoolViewTest {
    private static TokenView token(TestPool test, int number) {
        return test.pool.view().tokens().get(number - 1);
    }

    private static void assertAddsUp(PoolView view) {
        PoolSnapshot figures = view.figures();
        assertThat(view.tokens()).hasSize(figures.size());
        assertThat(count(view, State.IN_USE)).isEqualTo(figures.inUse());
        assertThat(count(view, State.AVAILABLE)).isEqualTo(figures.available());
        assertThat(view.tokens().stream().filter(token -> token.age() != null)).hasSize(figures.total());
        assertThat(view.waiters()).hasSize(figures.waiting());
    }

    private static long count(PoolView view, State state) {
        return view.tokens().stream().filter(token -> token.state() == state).count();
    }

    @Test
    void aTokenNeverObtainedIsVacant() {
        TestPool test = new TestPool(TestSettings.size(1));

        TokenView vacant = token(test, 1);
        assertThat(vacant.state()).isEqualTo(State.VACANT);
        assertThat(vacant.age()).isNull();
        assertThat(vacant.remaining()).isNull();
        assertThat(vacant.held()).isFalse();
    }

    @Test
    void aLeasedTokenTellsItsHolderAndCountsRequests() throws Exception {
        TestPool test = TestPool.full(TestSettings.size(2));
        Holder holder = test.pool.newHolder(42);
        test.pool.end(test.begin(holder));
        test.begin(holder);

        TokenView leased = token(test, 1);
        assertThat(leased.state()).isEqualTo(State.IN_USE);
        assertThat(leased.holder()).isEqualTo(42);
        assertThat(leased.running()).isEqualTo(1);
        assertThat(leased.requests()).isEqualTo(2);
        assertThat(token(test, 2).state()).isEqualTo(State.AVAILABLE);
        assertAddsUp(test.pool.view());
    }

    @Test
    void aRefusedTokenCountsItAndKeepsItsHolder() throws Exception {
        TestPool test = TestPool.full(TestSettings.size(1));
        Holder holder = test.pool.newHolder(7);
        test.pool.refused(test.begin(holder));

        TokenView refused = token(test, 1);
        assertThat(refused.state()).isEqualTo(State.REFUSED);
        assertThat(refused.refusals()).isEqualTo(1);
        assertThat(refused.remaining()).isEqualTo(Duration.ZERO);
        assertThat(refused.holder()).isEqualTo(7);
        assertAddsUp(test.pool.view());
    }

    @Test
    void aSuspectTokenIsNeitherInUseNorAvailable() throws Exception {
        TestPool test = TestPool.full(TestSettings.size(2));
        test.begin(test.holder());
        test.pool.suspectAll();

        assertThat(test.pool.view().tokens()).extracting(TokenView::state).containsOnly(State.SUSPECT);
        assertAddsUp(test.pool.view());
    }

    @Test
    void aTokenOlderThanItsTtlIsExpired() {
        TestPool test = TestPool.full(TestSettings.size(1));
        test.advance(TestSettings.TTL);
        test.pool.expire();

        assertThat(token(test, 1).state()).isEqualTo(State.EXPIRED);
        assertThat(token(test, 1).age()).isEqualTo(TestSettings.TTL);
        assertThat(token(test, 1).remaining()).isEqualTo(Duration.ZERO);
        assertAddsUp(test.pool.view());
    }

    @Test
    void waitersStandInTheirOrderWithTheirOwnersAndTimes() throws Exception {
        TestPool test = TestPool.full(TestSettings.size(1));
        test.begin(test.holder());
        test.pool.begin(test.pool.newHolder(1), new TestWaiter());
        test.advance(Duration.ofSeconds(2));
        test.pool.begin(test.pool.newHolder(2), new TestWaiter());
        test.advance(Duration.ofSeconds(1));

        assertThat(test.pool.view().waiters())
                .containsExactly(new WaiterView(1, Duration.ofSeconds(3)), new WaiterView(2, Duration.ofSeconds(1)));
    }

    @Test
    void loginsAreSeenWhileTheyAreUnderWay() {
        ScriptedSource alice = new ScriptedSource("alice");
        ScriptedSource bob = new ScriptedSource("bob");
        TestRefresher test = TestRefresher.started(TestSettings.size(3), alice, bob);
        assertThat(test.test.pool.view().tokens())
                .extracting(TokenView::state)
                .containsExactly(State.LOGGING_IN, State.LOGGING_IN, State.VACANT);
        assertThat(test.test.pool.view().tokens())
                .extracting(TokenView::credential)
                .containsExactly(1, 2, 1);

        test.fail(alice, Kind.UNREACHABLE);
        assertThat(token(test.test, 1).state()).isEqualTo(State.VACANT);
        assertThat(token(test.test, 1).failedLogins()).isEqualTo(1);
        test.succeed(bob);
        assertThat(token(test.test, 2).state()).isEqualTo(State.AVAILABLE);
        assertThat(token(test.test, 2).refreshing()).isFalse();
        assertAddsUp(test.test.pool.view());
    }

    @Test
    void aUsableTokenThatIsReplacedIsRefreshing() {
        ScriptedSource alice = new ScriptedSource("alice");
        TestRefresher test = TestRefresher.started(TestSettings.size(1), alice);
        test.succeed(alice);
        assertThat(token(test.test, 1).refreshing()).isFalse();

        test.advance(TestSettings.TTL.minusSeconds(1));

        assertThat(alice.underWay()).isEqualTo(1);
        assertThat(token(test.test, 1).state()).isEqualTo(State.AVAILABLE);
        assertThat(token(test.test, 1).refreshing()).isTrue();
    }

    /** Whatever happened before: the states add up to the figures, which others read. */
    @Test
    void statesAddUpAfterAnyOrderOfEvents() throws Exception {
        Random random = new Random(6);
        TestPool test = TestPool.full(TestSettings.size(5));
        Deque<TokenUse> uses = new ArrayDeque<>();
        List<PooledToken> tokens = test.pool.tokens();
        for (int i = 0; i < 5000; i++) {
            switch (random.nextInt(8)) {
                case 0, 1 -> {
                    TokenUse use = test.pool.begin(test.pool.newHolder(i), collecting(uses));
                    if (use != null) {
                        uses.add(use);
                    }
                }
                case 2, 3 -> {
                    TokenUse ended = uses.poll();
                    if (ended != null) {
                        test.pool.end(ended);
                        test.pool.close(ended.holder());
                    }
                }
                case 4 -> uses.stream().findAny().ifPresent(test.pool::refused);
                case 5 -> uses.stream().findAny().ifPresent(test.pool::suspect);
                case 6 -> test.advance(Duration.ofMinutes(random.nextInt(30)));
                default ->
                    test.pool.renew(tokens.get(random.nextInt(5)), BearerToken.of("t" + i), test.time.nanoTime(), true);
            }
            test.pool.expire();
            test.runCalls();
            assertAddsUp(test.pool.view());
        }
    }

    private static Waiter collecting(Deque<TokenUse> uses) {
        return new Waiter() {
            @Override
            public void granted(TokenUse use) {
                uses.add(use);
            }

            @Override
            public void refused(RefusedException refusal) {}
        };
    }
}
