package io.tpp.config;

import java.util.regex.Pattern;

/** Makes a piece of the user's own text fit for a one-line message. */
final class Shown {
    private static final int MAX_LENGTH = 60;
    private static final Pattern NUMBER = Pattern.compile("-?\\d+(\\.\\d+)?");

    private Shown() {}

    /** Returns a number as it is, any other text in quotes. */
    static String value(String text) {
        String shown = text(text);
        return NUMBER.matcher(shown).matches() ? shown : "'" + shown + "'";
    }

    /** Returns the text without control characters, cut to a readable length. */
    static String text(String text) {
        // Before an '@' there may be a password, as in an address.
        int at = text.lastIndexOf('@');
        String safe = at < 0 ? text : "****" + text.substring(at);
        String start = safe.length() > MAX_LENGTH ? safe.substring(0, MAX_LENGTH) + "..." : safe;
        return start.replaceAll("\\p{Cntrl}", "?");
    }
}
