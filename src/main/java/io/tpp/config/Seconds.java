package io.tpp.config;

import java.time.Duration;
import java.util.regex.Pattern;

/** Durations as they stand in the configuration: seconds, possibly with decimals. */
final class Seconds {
    /** Ten years: more than any token lives, and far from where {@code long} nanoseconds end. */
    static final int MAX = 10 * 365 * 24 * 60 * 60;

    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]{0,17})(\\.[0-9]{1,18})?");

    /** As many as nanoseconds have. */
    private static final int DECIMALS = 9;

    private Seconds() {}

    /** Understands a number between the two limits, which are seconds as well. */
    static Duration parse(String text, String min, String max) throws InvalidValue {
        if (!NUMBER.matcher(text).matches()) {
            throw InvalidValue.of("must be a number of seconds such as 30 or 0.5");
        }
        Duration duration = duration(text);
        if (duration.compareTo(duration(min)) < 0 || duration.compareTo(duration(max)) > 0) {
            throw InvalidValue.of("must be between " + min + " and " + max + " seconds");
        }
        return duration;
    }

    /** Away from zero, which often means "no limit" and must not come of a tiny number. */
    private static Duration duration(String number) {
        int end = number.indexOf('.') + 1 + DECIMALS;
        if (number.indexOf('.') < 0 || number.length() <= end) {
            return Duration.parse("PT" + number + "S");
        }
        Duration cut = Duration.parse("PT" + number.substring(0, end) + "S");
        boolean exact = number.substring(end).replace("0", "").isEmpty();
        return exact ? cut : cut.plusNanos(number.startsWith("-") ? -1 : 1);
    }

    /** Returns a duration that is not negative, without zeros at its end. */
    static String show(Duration duration) {
        String decimals = String.valueOf(1_000_000_000 + duration.getNano()).substring(1);
        String number = duration.getSeconds() + "." + decimals;
        return number.replaceFirst("\\.?0+$", "");
    }
}
