package io.tpp.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.token.LoginException.Kind;
import io.tpp.token.TokenSource;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A refresher with scripted credentials, on the clock of its pool. */
final class TestRefresher {
    static final Duration NANO = Duration.ofNanos(1);

    final TestPool test;
    final TokenRefresher refresher;

    /** What the refresher's random numbers are; between 0 and 1. */
    double random;

    /** What is thrown in the place of the next one. */
    @Nullable
    RuntimeException bug;

    /** How often the refresher said that every credential was refused. */
    int allRefused;

    /** The reasons it gave. */
    @Nullable
    String refusedBecause;

    TestRefresher(TestSettings settings, TokenSource... sources) {
        test = new TestPool(settings);
        refresher = new TokenRefresher(
                test.pool,
                settings.build(),
                List.of(sources),
                test.time,
                test.time::nanoTime,
                this::nextRandom,
                test.events,
                reasons -> {
                    allRefused++;
                    refusedBecause = reasons;
                });
    }

    private double nextRandom() {
        RuntimeException thrown = bug;
        bug = null;
        if (thrown != null) {
            throw thrown;
        }
        return random;
    }

    static TestRefresher started(TestSettings settings, TokenSource... sources) {
        TestRefresher test = new TestRefresher(settings, sources);
        test.refresher.start();
        test.run();
        return test;
    }

    /** Lets the refresher take in what has happened. */
    void run() {
        test.advance(Duration.ZERO);
    }

    /** Takes other settings, with these credentials from now on. */
    void reconfigure(TestSettings settings, TokenSource... sources) {
        CompletableFuture<Void> inForce = refresher.reconfigure(settings.build(), List.of(sources));
        test.size = settings.build().size();
        assertThat(inForce).isNotDone();
        run();
        assertThat(inForce).isCompleted();
    }

    void advance(Duration duration) {
        test.advance(duration);
    }

    void succeed(ScriptedSource source) {
        source.succeed();
        run();
    }

    void fail(ScriptedSource source, Kind kind) {
        source.fail(kind);
        run();
    }

    /** Asserts that the source's next login starts after this time, and not a nanosecond before. */
    void assertNextLoginAfter(Duration duration, ScriptedSource source) {
        int started = source.started();
        advance(duration.minus(NANO));
        assertThat(source.started()).as("logins, a nanosecond early").isEqualTo(started);
        advance(NANO);
        assertThat(source.started()).as("logins").isEqualTo(started + 1);
    }
}
