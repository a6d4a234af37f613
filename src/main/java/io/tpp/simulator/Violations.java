package io.tpp.simulator;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The wrong use noticed so far, each sentence once with its count. Thread-safe. */
final class Violations {
    @GuardedBy("this")
    private final Map<String, Integer> counts = new LinkedHashMap<>();

    @GuardedBy("this")
    private final Set<Violation> tolerated = EnumSet.noneOf(Violation.class);

    synchronized void tolerate(Violation kind) {
        tolerated.add(kind);
    }

    synchronized void add(Violation kind, String sentence) {
        if (!tolerated.contains(kind)) {
            counts.merge(kind + ": " + sentence, 1, Integer::sum);
        }
    }

    synchronized List<String> sentences() {
        List<String> sentences = new ArrayList<>();
        counts.forEach((sentence, count) -> sentences.add(count == 1 ? sentence : sentence + " (" + count + " times)"));
        return sentences;
    }

    synchronized void clear() {
        counts.clear();
    }
}
