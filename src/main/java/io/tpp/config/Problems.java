package io.tpp.config;

import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with a configuration, so that all of it is reported together. One thread. */
final class Problems {
    private final List<String> lines = new ArrayList<>();
    private final List<String> warnings;

    /** Takes the warnings that are to be told together with the problems, if there are any. */
    Problems(List<String> warnings) {
        this.warnings = List.copyOf(warnings);
    }

    /** Adds a problem; {@code source} is the file and line or the variable where it is to be mended. */
    void add(String source, String message) {
        lines.add(source + ": " + message);
    }

    int count() {
        return lines.size();
    }

    void throwIfAny() throws ConfigException {
        if (!lines.isEmpty()) {
            throw new ConfigException(lines, warnings);
        }
    }
}
