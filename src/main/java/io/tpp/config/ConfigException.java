package io.tpp.config;

import java.util.List;

/**
 * A configuration that cannot be used.
 *
 * <p>Carries everything that is wrong, so that a user mends it in one go. No problem holds a password.
 */
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1L;

    private final List<String> problems;
    private final List<String> warnings;

    ConfigException(List<String> problems, List<String> warnings) {
        super(String.join("\n", problems));
        this.problems = List.copyOf(problems);
        this.warnings = List.copyOf(warnings);
    }

    /** Returns at least one problem, each one line: where, what is wrong, what would be right. */
    public List<String> problems() {
        return problems;
    }

    /** Returns what may explain the problems, such as a variable that looks like a misspelt one. */
    public List<String> warnings() {
        return warnings;
    }
}
