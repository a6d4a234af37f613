package io.tpp.admin;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The named checks behind one probe, answered as the Kubernetes API server answers its own (API
 * health endpoints, {@code verbose} and {@code exclude}).
 *
 * <p>Thread-safe if the checks are.
 */
final class Checks {
    private final String probe;
    private final List<Check> checks;

    /**
     * @param probe the probe's name, as in {@code readyz check passed}
     */
    Checks(String probe, Check... checks) {
        this.probe = probe;
        this.checks = List.of(checks);
    }

    /**
     * One check.
     *
     * @param failure runs it and gives why it failed, in one line; empty if it passed
     */
    record Check(String name, Supplier<Optional<String>> failure) {}

    /** Runs the checks the query does not leave out; lists them if it asks for that or if one failed. */
    Answer run(Query query) {
        Set<String> excluded = query.values("exclude");
        StringBuilder lines = new StringBuilder();
        boolean passed = true;
        for (Check check : checks) {
            passed &= run(check, excluded.contains(check.name()), lines);
        }
        lines.append(noteOnUnknown(excluded));
        if (!passed) {
            return Answer.text(503, lines + probe + " check failed\n");
        }
        return Answer.text(200, query.has("verbose") ? lines + probe + " check passed\n" : "ok");
    }

    private static boolean run(Check check, boolean excluded, StringBuilder lines) {
        Optional<String> failure = excluded ? Optional.empty() : check.failure().get();
        lines.append(failure.isPresent() ? "[-]" : "[+]")
                .append(check.name())
                .append(
                        excluded
                                ? " excluded: ok"
                                : failure.map(why -> " failed: " + why).orElse(" ok"))
                .append('\n');
        return failure.isEmpty();
    }

    private String noteOnUnknown(Set<String> excluded) {
        String unknown = excluded.stream()
                .filter(name -> checks.stream().noneMatch(check -> check.name().equals(name)))
                .map(Checks::quote)
                .collect(Collectors.joining(","));
        return unknown.isEmpty() ? "" : "warn: some health checks cannot be excluded: no matches for " + unknown + "\n";
    }

    /** The text comes from the client, which must not be able to forge a line of the answer. */
    private static String quote(String fromClient) {
        return '"' + fromClient.replaceAll("[^\\x20-\\x7e]", "?") + '"';
    }
}
