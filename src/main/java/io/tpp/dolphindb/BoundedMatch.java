package io.tpp.dolphindb;

import java.util.regex.Pattern;

/**
 * Matches an operator's pattern against an upstream's text, for no longer than a set number of steps: some patterns
 * take exponential time on some texts.
 */
final class BoundedMatch {
    /** A pattern without such a weakness needs a few for each character. */
    private static final int STEPS = 100_000;

    private BoundedMatch() {}

    /** Returns whether the pattern matches all of the text; false if that takes too long. */
    static boolean matches(Pattern pattern, String text) {
        try {
            return pattern.matcher(new Counted(text)).matches();
        } catch (TooLong | StackOverflowError hopeless) {
            // The second is how Java's matcher fails on others, such as (a|b)* on a long text.
            return false;
        }
    }

    /** A text that can be looked at only so many times; every step of a matcher looks at a character. */
    private static final class Counted implements CharSequence {
        private final String text;
        private int steps;

        Counted(String text) {
            this.text = text;
        }

        @Override
        public char charAt(int index) {
            if (++steps > STEPS) {
                throw new TooLong();
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.subSequence(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }

    private static final class TooLong extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooLong() {
            super("too many steps", null, false, false);
        }
    }
}
