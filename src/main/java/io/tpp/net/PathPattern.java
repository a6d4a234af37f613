package io.tpp.net;

import java.util.regex.Pattern;

/**
 * A path, as {@code /metrics} or {@code /}, or all paths below one, as {@code /agent/*}. Immutable.
 *
 * @param text as it is written in the configuration
 */
public record PathPattern(String text) {
    private static final String BELOW = "/*";

    /** Nothing that two servers could read in two ways: no escapes, parameters, empty or dot segments. */
    private static final Pattern PLAIN = Pattern.compile("(?:/(?!\\.\\.?(?:/|$))[A-Za-z0-9._~!$&'()+=:@-]+)+");

    /**
     * Understands a pattern.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static PathPattern parse(String text) {
        String path = text.endsWith(BELOW) ? text.substring(0, text.length() - BELOW.length()) : text;
        if (!PLAIN.matcher(path).matches() && !text.equals("/")) {
            throw new IllegalArgumentException("is not a plain path such as /metrics or /metrics/*");
        }
        return new PathPattern(text);
    }

    /** Returns whether a path is meant, character for character. */
    public boolean matches(String path) {
        return text.endsWith(BELOW) ? path.startsWith(text.substring(0, text.length() - 1)) : path.equals(text);
    }

    @Override
    public String toString() {
        return text;
    }
}
