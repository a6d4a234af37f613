package io.tpp.config;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Finds environment variables that a person should look at although nothing is wrong with them. */
final class EnvironmentWarnings {
    /** A variable this near to a known one is taken for a mistake, not for somebody else's. */
    private static final int NEAR = 2;

    private EnvironmentWarnings() {}

    static List<String> of(Map<String, String> environment) {
        return new TreeMap<>(environment)
                .entrySet().stream()
                        .filter(variable -> variable.getKey().startsWith("TPP_"))
                        .flatMap(variable -> EnvironmentLayer.isKnown(variable.getKey())
                                ? lineBreak(variable.getKey(), variable.getValue())
                                : misspelt(variable.getKey()))
                        .toList();
    }

    /** A Kubernetes secret made with {@code echo} holds one, and then no login works. */
    private static Stream<String> lineBreak(String variable, String value) {
        boolean suspicious = variable.endsWith("_PASSWORD") && (value.endsWith("\n") || value.endsWith("\r"));
        return suspicious
                ? Stream.of(variable + " ends with a line break, which is taken as part of the password")
                : Stream.empty();
    }

    private static Stream<String> misspelt(String variable) {
        String name = EnvironmentLayer.withoutIndex(variable);
        return EnvironmentLayer.VARIABLES.stream()
                .filter(known -> UnknownKeys.distance(name, known) <= NEAR)
                .min(Comparator.comparingInt(known -> UnknownKeys.distance(name, known)))
                .map(known -> variable + " is not a variable of TPP; did you mean " + known + "?")
                .stream();
    }
}
