package io.tpp.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(10);

    @Test
    void delayDoublesUpToTheLongest() {
        Backoff backoff = new Backoff(FIRST, LONGEST, () -> 0);

        assertThat(backoff.after(1)).isEqualTo(FIRST);
        assertThat(backoff.after(2)).isEqualTo(Duration.ofSeconds(2));
        assertThat(backoff.after(4)).isEqualTo(Duration.ofSeconds(8));
        assertThat(backoff.after(5)).isEqualTo(LONGEST);
        assertThat(backoff.after(Integer.MAX_VALUE)).isEqualTo(LONGEST);
    }

    @Test
    void randomPartIsAQuarterAtMost() {
        assertThat(new Backoff(FIRST, LONGEST, () -> 1).after(1)).isEqualTo(Duration.ofMillis(750));
        assertThat(new Backoff(FIRST, LONGEST, () -> 0.5).after(9)).isEqualTo(Duration.ofMillis(8750));
    }
}
