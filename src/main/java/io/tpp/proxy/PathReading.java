package io.tpp.proxy;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a lenient server may take a request's path for: decoded, more than once if it is encoded so, in any case, with
 * backslashes for slashes, without parameters, empty and dot segments. Immutable.
 *
 * @param path in lower case, with neither an empty segment nor a slash at its end
 * @param climbs whether a segment leads upwards, so that yet other readings may end elsewhere
 */
record PathReading(String path, boolean climbs) {
    private static final Pattern ESCAPE = Pattern.compile("%([0-9A-Fa-f]{2})");
    private static final int MAX_ENCODINGS = 3;

    /** Reads a path as it stands in the request. */
    static PathReading of(String raw) {
        return isPlain(raw) ? new PathReading(raw, false) : lenient(raw);
    }

    /** Returns whether every server reads it alike, as those of most requests. */
    private static boolean isPlain(String raw) {
        for (int i = 0; i < raw.length(); i++) {
            if (!isPlain(raw.charAt(i))) {
                return false;
            }
        }
        return raw.startsWith("/") && !raw.endsWith("/") && !raw.contains("//");
    }

    private static boolean isPlain(char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '/';
    }

    private static PathReading lenient(String raw) {
        Deque<String> segments = new ArrayDeque<>();
        boolean climbs = false;
        for (String segment : decoded(raw).replace('\\', '/').split("/", -1)) {
            String name = segment.split(";", 2)[0];
            if (name.equals("..")) {
                climbs = true;
                segments.pollLast();
            } else if (!name.isEmpty() && !name.equals(".")) {
                segments.add(name.toLowerCase(Locale.ROOT));
            }
        }
        return new PathReading("/" + String.join("/", segments), climbs);
    }

    private static String decoded(String raw) {
        String text = raw;
        for (int i = 0; i < MAX_ENCODINGS && text.indexOf('%') >= 0; i++) {
            text = ESCAPE.matcher(text)
                    .replaceAll(match ->
                            Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(match.group(1), 16))));
        }
        return text;
    }
}
