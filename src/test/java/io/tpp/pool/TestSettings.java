package io.tpp.pool;

import java.time.Duration;

/** Settings of a test: what it says, and for the rest what never gets in its way. */
final class TestSettings {
    static final Duration TTL = Duration.ofHours(1);

    private int size = 1;
    private Duration ttl = TTL;
    private Duration refreshAhead = Duration.ofMinutes(6);
    private int loginConcurrency = 4;
    private Duration validate = Duration.ZERO;
    private Duration idleReclaim = Duration.ZERO;
    private int maxWaiting;
    private Duration waitTimeout = Duration.ZERO;
    private Duration outageWait = Duration.ofSeconds(10);

    private TestSettings() {}

    static TestSettings size(int size) {
        TestSettings settings = new TestSettings();
        settings.size = size;
        return settings;
    }

    TestSettings ttl(Duration duration) {
        ttl = duration;
        return this;
    }

    TestSettings refreshAhead(Duration ahead) {
        refreshAhead = ahead;
        return this;
    }

    TestSettings loginConcurrency(int concurrency) {
        loginConcurrency = concurrency;
        return this;
    }

    TestSettings validate(Duration interval) {
        validate = interval;
        return this;
    }

    TestSettings idleReclaim(Duration idle) {
        idleReclaim = idle;
        return this;
    }

    TestSettings maxWaiting(int most) {
        maxWaiting = most;
        return this;
    }

    TestSettings waitTimeout(Duration timeout) {
        waitTimeout = timeout;
        return this;
    }

    TestSettings outageWait(Duration wait) {
        outageWait = wait;
        return this;
    }

    PoolSettings build() {
        return new PoolSettings(
                size,
                ttl,
                Duration.ofMinutes(1),
                refreshAhead,
                loginConcurrency,
                validate,
                idleReclaim,
                maxWaiting,
                waitTimeout,
                outageWait);
    }
}
