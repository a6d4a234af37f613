package io.tpp;

import io.tpp.config.EffectiveValue;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The effective configuration as one line of the log; secrets are masked where the values come from. */
final class ConfigSummary {
    private ConfigSummary() {}

    /** Returns what was given, and where; not the credentials, of which there may be hundreds. */
    static String given(List<EffectiveValue> values) {
        String given = joined(values.stream()
                .filter(value -> !value.source().equals("default"))
                .filter(value -> !value.key().startsWith("credential")));
        return given + "; all other keys are at their defaults";
    }

    /** Returns all of it. */
    static String all(List<EffectiveValue> values) {
        return joined(values.stream());
    }

    private static String joined(Stream<EffectiveValue> values) {
        return values.map(value -> value.key() + "=" + value.value() + " (" + value.source() + ")")
                .collect(Collectors.joining(", "));
    }
}
