package io.tpp.config;

import io.tpp.secret.Secret;
import java.util.List;

/** A part of a YAML document, with the line on which it starts. */
sealed interface YamlNode {
    int line();

    /**
     * A single value.
     *
     * @param text the text as written, without quotes; nothing was made of numbers and booleans
     * @param plain whether it had no quotes
     */
    record Scalar(Secret text, boolean plain, int line) implements YamlNode {
        /** Returns whether YAML takes it for no value: nothing at all, {@code ~} or {@code null}. */
        boolean isNull() {
            String value = text.reveal();
            return plain && (value.isEmpty() || value.equals("~") || value.equalsIgnoreCase("null"));
        }
    }

    /** A list. */
    record Sequence(List<YamlNode> items, int line) implements YamlNode {}

    /** A map; keys may occur twice. */
    record Mapping(List<Entry> entries, int line) implements YamlNode {}

    /** Something that was already reported as a problem. */
    record Unusable(int line) implements YamlNode {}

    /** A key and its value in a map. */
    record Entry(String key, int line, YamlNode value) {}
}
