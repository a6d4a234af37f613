package io.tpp.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.token.BearerToken;
import io.tpp.token.TokenSource;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An upstream at which each login of a user may end that user's older tokens. */
class CancellationsTest {
    private static final int SIZE = 10;

    /** Answers soon, and knows which tokens are alive. */
    private final class Upstream implements TokenSource {
        final Set<BearerToken> alive = new HashSet<>();
        boolean cancelling = true;
        Duration probeDelay = Duration.ofMillis(3);
        int logins;

        @Override
        public String description() {
            return "user 'alice'";
        }

        @Override
        public CompletableFuture<BearerToken> login() {
            return after(Duration.ofMillis(20), this::newToken);
        }

        private BearerToken newToken() {
            if (cancelling) {
                alive.clear();
            }
            BearerToken token = BearerToken.of("token-" + ++logins);
            alive.add(token);
            return token;
        }

        @Override
        public CompletableFuture<Boolean> probe(BearerToken token) {
            return after(probeDelay, () -> alive.contains(token));
        }
    }

    private final Upstream upstream = new Upstream();
    private final TestRefresher test = new TestRefresher(TestSettings.size(SIZE).refreshAhead(Duration.ZERO), upstream);

    @BeforeEach
    void fill() {
        test.refresher.start();
        test.advance(Duration.ofSeconds(1));
        test.test.assertState(SIZE, 0, SIZE, 0);
    }

    private <T> CompletableFuture<T> after(Duration delay, Supplier<T> answer) {
        CompletableFuture<T> answered = new CompletableFuture<>();
        var unused =
                test.test.time.schedule(() -> answered.complete(answer.get()), delay.toNanos(), TimeUnit.NANOSECONDS);
        return answered;
    }

    /** A client with a connection of its own asks once, and once more if it was refused. Returns whether it was served. */
    private boolean request() throws RefusedException {
        Holder holder = test.test.holder();
        TestWaiter waiter = new TestWaiter();
        TokenUse use = test.test.pool.begin(holder, waiter);
        test.advance(Duration.ofMillis(100));
        use = use == null && waiter.wasGranted() ? waiter.use() : use;
        if (use != null && !upstream.alive.contains(use.value())) {
            TokenUse refused = use;
            test.test.pool.refused(refused);
            waiter = new TestWaiter();
            use = test.test.pool.begin(holder, waiter);
            test.test.pool.end(refused);
            test.advance(Duration.ofMillis(100));
            use = use == null && waiter.wasGranted() ? waiter.use() : use;
        }
        boolean served = use != null && upstream.alive.contains(use.value());
        if (use != null) {
            test.test.pool.end(use);
        }
        test.test.pool.close(holder);
        test.advance(Duration.ofMillis(100));
        return served;
    }

    @Test
    void aFewLoginsShowThatOnlyOneTokenCanBeKept() throws Exception {
        int served = 0;
        for (int i = 0; i < 1000; i++) {
            served += request() ? 1 : 0;
        }

        assertThat(upstream.logins).isLessThan(3 * SIZE);
        assertThat(served).isGreaterThan(990);
        test.test.assertState(SIZE, 0, 1, 0);
    }

    @Test
    void keptOneIsReplacedWhenItDies() throws Exception {
        for (int i = 0; i < 100; i++) {
            request();
        }
        int before = upstream.logins;
        upstream.alive.clear();
        for (int i = 0; i < 100; i++) {
            request();
        }

        assertThat(upstream.logins).isEqualTo(before + 1);
        assertThat(request()).isTrue();
    }

    @Test
    void loginsStayFewAsLongAsThatLasts() throws Exception {
        for (int i = 0; i < 100; i++) {
            request();
        }
        int before = upstream.logins;
        for (int hour = 0; hour < 6; hour++) {
            test.advance(Duration.ofMinutes(10));
            for (int i = 0; i < 20; i++) {
                request();
            }
        }

        assertThat(upstream.logins - before).isLessThan(6 * 2 * SIZE);
    }

    @Test
    void poolIsFullAgainOnceLoginsCancelNoMore() throws Exception {
        for (int i = 0; i < 100; i++) {
            request();
        }
        upstream.cancelling = false;
        test.advance(Cancellations.LASTS);
        for (int i = 0; i < 20; i++) {
            request();
        }

        test.test.assertState(SIZE, 0, SIZE, 0);
    }

    @Test
    void restartsInQuickSuccessionAreNotTakenForThat() throws Exception {
        upstream.cancelling = false;
        // So slow that some deaths are noticed only after new logins have worked.
        upstream.probeDelay = Duration.ofMillis(30);
        for (int restart = 0; restart < 5; restart++) {
            upstream.alive.clear();
            for (int i = 0; i < 30; i++) {
                request();
            }
            assertThat(upstream.alive).hasSize(SIZE);
            test.test.assertState(SIZE, 0, SIZE, 0);
        }
        assertThat(upstream.logins).isEqualTo(SIZE * 6);
    }
}
