package io.tpp.config;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A regular expression as it was given; unlike {@link Pattern} it equals another of the same text. Immutable.
 *
 * @param text in Java's syntax; a dot in it stands for line breaks too
 */
public record RegularExpression(String text) {
    static RegularExpression parse(String text) throws InvalidValue {
        RegularExpression expression = new RegularExpression(text);
        try {
            var unused = expression.pattern();
            return expression;
        } catch (PatternSyntaxException e) {
            throw InvalidValue.of("must be a regular expression (" + e.getDescription() + ")");
        }
    }

    /** Returns what it matches with. */
    public Pattern pattern() {
        return Pattern.compile(text, Pattern.DOTALL);
    }

    @Override
    public String toString() {
        return text;
    }
}
