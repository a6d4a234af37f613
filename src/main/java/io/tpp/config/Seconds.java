package io.tpp.config;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.regex.Pattern;

/** Durations as they stand in the configuration: seconds, possibly with decimals. */
final class Seconds {
    /** Ten years: more than any token lives, and far from where {@code long} nanoseconds end. */
    static final int MAX = 10 * 365 * 24 * 60 * 60;

    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]{0,17})(\\.[0-9]{1,18})?");

    private Seconds() {}

    /** Understands a number between the two limits, which are seconds as well. */
    static Duration parse(String text, String min, String max) throws InvalidValue {
        if (!NUMBER.matcher(text).matches()) {
            throw InvalidValue.of("must be a number of seconds such as 30 or 0.5");
        }
        BigDecimal seconds = new BigDecimal(text);
        if (seconds.compareTo(new BigDecimal(min)) < 0 || seconds.compareTo(new BigDecimal(max)) > 0) {
            throw InvalidValue.of("must be between " + min + " and " + max + " seconds");
        }
        // Up, because zero often means "no limit" and must not come of a tiny number.
        return Duration.ofNanos(
                seconds.movePointRight(9).setScale(0, RoundingMode.CEILING).longValueExact());
    }

    static String show(Duration duration) {
        return BigDecimal.valueOf(duration.getSeconds())
                .add(BigDecimal.valueOf(duration.getNano(), 9))
                .stripTrailingZeros()
                .toPlainString();
    }
}
