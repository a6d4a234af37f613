package io.tpp.pool;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.tpp.token.BearerToken;
import io.tpp.token.LoginException;
import io.tpp.token.LoginException.Kind;
import io.tpp.token.TokenSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/**
 * A hundred thousand of everything takes about a second; anything that grew with the square of it would
 * take minutes.
 */
@Timeout(20)
class LargePoolTest {
    private static final int SIZE = 100_000;

    private final Logger loginLog = (Logger) LoggerFactory.getLogger(LoginLog.class);

    /** Hundreds of thousands of log lines would be what takes the time. */
    @BeforeEach
    void silence() {
        loginLog.setLevel(Level.OFF);
    }

    @AfterEach
    void unsilence() {
        loginLog.setLevel(null);
    }

    @Test
    void poolOfOneCredentialIsFilledAndRefreshed() {
        fillAndRefresh(1);
    }

    @Test
    void poolOfAsManyCredentialsIsFilledAndRefreshed() {
        fillAndRefresh(SIZE);
    }

    @Test
    void manyWaitersAreServedAndLeave() throws Exception {
        TestPool test = TestPool.full(TestSettings.size(1).waitTimeout(Duration.ofMinutes(1)));
        TokenUse use = test.begin(test.holder());
        List<Holder> holders = new ArrayList<>();
        List<TestWaiter> waiters = new ArrayList<>();
        for (int i = 0; i < SIZE; i++) {
            holders.add(test.holder());
            waiters.add(test.await(holders.get(i)));
        }
        // Half of them leave, the last ones first, a quarter is served, and the others' time runs out.
        for (int i = SIZE - 1; i > 0; i -= 2) {
            test.pool.close(holders.get(i));
        }
        for (int i = 0; i < SIZE / 2; i += 2) {
            test.leave(use);
            use = waiters.get(i).use();
        }
        test.assertState(1, 1, 0, SIZE / 4);
        test.advance(Duration.ofMinutes(1));
        test.assertState(1, 1, 0, 0);
    }

    @Test
    void upstreamThatIsAwayAtFirstIsFoundAgainByAsManyCredentials() {
        Logins logins = new Logins(SIZE, SIZE);
        logins.test.advance(Duration.ofSeconds(1));
        logins.test.assertState(SIZE, 0, SIZE, 0);
        assertThat(logins.count).isEqualTo(2 * SIZE);
    }

    private static void fillAndRefresh(int credentials) {
        Logins logins = new Logins(credentials, 0);
        logins.test.assertState(SIZE, 0, SIZE, 0);
        logins.test.advance(TestSettings.TTL);
        logins.test.assertState(SIZE, 0, SIZE, 0);
        assertThat(logins.count).isEqualTo(2 * SIZE);
    }

    /** A pool whose logins end at once, the first ones with a failure. */
    private static final class Logins implements TokenSource {
        final TestPool test;
        private final LoginException unreachable = new LoginException(Kind.UNREACHABLE, "upstream unreachable");
        private final int failures;
        int count;

        Logins(int credentials, int failures) {
            this.failures = failures;
            TestSettings settings = TestSettings.size(SIZE).refreshAhead(Duration.ofSeconds(20));
            test = new TestPool(settings);
            new TokenRefresher(
                            test.pool,
                            settings.build(),
                            Collections.nCopies(credentials, this),
                            test.time,
                            test.time::nanoTime,
                            new Random(1)::nextDouble,
                            new PoolListener() {},
                            reasons -> {})
                    .start();
            test.advance(Duration.ZERO);
        }

        @Override
        public String description() {
            return "user 'alice'";
        }

        @Override
        public CompletableFuture<Boolean> probe(BearerToken token) {
            return CompletableFuture.completedFuture(true);
        }

        @Override
        public CompletableFuture<BearerToken> login() {
            return ++count <= failures
                    ? CompletableFuture.failedFuture(unreachable)
                    : CompletableFuture.completedFuture(BearerToken.of("value"));
        }
    }
}
