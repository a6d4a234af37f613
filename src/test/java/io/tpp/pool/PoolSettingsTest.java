package io.tpp.pool;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PoolSettingsTest {
    @Test
    void impossibleSettingsAreRefused() {
        assertRefused(() -> TestSettings.size(0).build(), "size must be at least 1, was 0");
        assertRefused(
                () -> TestSettings.size(1).loginConcurrency(0).build(), "loginConcurrency must be at least 1, was 0");
        assertRefused(() -> TestSettings.size(1).maxWaiting(-1).build(), "maxWaiting must be at least 0, was -1");
        assertRefused(
                () -> TestSettings.size(1).refreshAhead(TestSettings.TTL).build(),
                "refreshAhead must be less than ttl PT1H, was PT1H");
    }

    @Test
    void durationsThatAClockCannotCountAreRefused() {
        Duration negative = Duration.ofSeconds(-1);
        Duration endless = Duration.ofSeconds(Long.MAX_VALUE);
        assertRefused(
                () -> TestSettings.size(1).refreshAhead(negative).build(),
                "refreshAhead must be from 0 to 36500 days, was PT-1S");
        assertRefused(
                () -> TestSettings.size(1).idleReclaim(negative).build(),
                "idleReclaim must be from 0 to 36500 days, was PT-1S");
        assertRefused(
                () -> TestSettings.size(1).waitTimeout(endless).build(),
                "waitTimeout must be from 0 to 36500 days, was " + endless);
        assertRefused(
                () -> TestSettings.size(1).outageWait(negative).build(),
                "outageWait must be from 0 to 36500 days, was PT-1S");
    }

    private static void assertRefused(Runnable build, String message) {
        assertThatThrownBy(build::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
