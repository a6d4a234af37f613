package io.tpp.soak;

import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/** What the clients of a soak met, and everything that must not have been. Thread-safe. */
final class Tally {
    private static final int FAULTS_KEPT = 20;

    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();
    private final Queue<AssertionError> faults = new ConcurrentLinkedQueue<>();

    void count(String what) {
        counts.computeIfAbsent(what, key -> new LongAdder()).increment();
    }

    /** Returns how often it was counted; of nothing: 0. */
    long of(String what) {
        LongAdder count = counts.get(what);
        return count == null ? 0 : count.sum();
    }

    void fault(String where, Throwable failure) {
        count("FAULTS");
        if (faults.size() < FAULTS_KEPT) {
            faults.add(new AssertionError(where + ": " + failure.getMessage(), failure));
        }
    }

    /** Fails with all faults, if there is one. */
    void assertNoFaults() {
        if (faults.isEmpty()) {
            return;
        }
        AssertionError all = new AssertionError(of("FAULTS") + " faults: "
                + faults.stream().map(Throwable::getMessage).collect(Collectors.joining("\n")));
        faults.forEach(all::addSuppressed);
        throw all;
    }

    @Override
    public String toString() {
        return new TreeMap<>(counts).toString();
    }
}
