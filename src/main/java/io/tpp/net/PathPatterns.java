package io.tpp.net;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Any number of {@link PathPattern}s. Immutable.
 *
 * @param patterns none: no path is meant
 */
public record PathPatterns(List<PathPattern> patterns) {
    /** No path is meant. */
    public static final PathPatterns NONE = new PathPatterns(List.of());

    public PathPatterns {
        patterns = List.copyOf(patterns);
    }

    /** Returns whether one of them means the path, character for character. */
    public boolean match(String path) {
        for (PathPattern pattern : patterns) {
            if (pattern.matches(path)) {
                return true;
            }
        }
        return false;
    }

    /** Returns the same in lower case. */
    public PathPatterns inLowerCase() {
        return new PathPatterns(patterns.stream()
                .map(pattern -> new PathPattern(pattern.text().toLowerCase(Locale.ROOT)))
                .toList());
    }

    @Override
    public String toString() {
        return patterns.isEmpty()
                ? "none"
                : patterns.stream().map(PathPattern::toString).collect(Collectors.joining(", "));
    }
}
