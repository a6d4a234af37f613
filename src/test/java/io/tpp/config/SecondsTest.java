package io.tpp.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecondsTest {
    @ParameterizedTest
    @CsvSource({
        "0, PT0S",
        "-0, PT0S",
        "30, PT30S",
        "0.5, PT0.5S",
        "1.000000000000000000, PT1S",
        "1.1234567890, PT1.123456789S",
        "1.1234567891, PT1.123456790S",
        "9.999999999000000001, PT10S",
        "0.000000000000000001, PT0.000000001S"
    })
    void moreDecimalsThanNanosecondsHaveAreRoundedUp(String text, Duration duration) throws Exception {
        assertThat(Seconds.parse(text, "0", "10000")).isEqualTo(duration);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "-0.0000000001", "10.0000000001", "11", "999999999999999999"})
    void outsideTheLimitsIsRefusedHoweverNear(String text) {
        assertThatThrownBy(() -> Seconds.parse(text, "0", "10"))
                .hasMessageContaining("must be between 0 and 10 seconds");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " 1", "1e3", ".5", "5.", "01", "+1", "1s", "0x1", "NaN", "1.0000000000000000000"})
    void whatIsNoPlainNumberIsRefused(String text) {
        assertThatThrownBy(() -> Seconds.parse(text, "0", "10")).hasMessageContaining("must be a number of seconds");
    }

    @ParameterizedTest
    @CsvSource({"PT0S, 0", "PT100S, 100", "PT0.5S, 0.5", "PT10.05S, 10.05", "PT0.000000001S, 0.000000001"})
    void aDurationIsShownWithoutNeedlessZeros(Duration duration, String text) {
        assertThat(Seconds.show(duration)).isEqualTo(text);
    }
}
