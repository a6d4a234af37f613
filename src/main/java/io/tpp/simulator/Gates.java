package io.tpp.simulator;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/** The gates by name; each is closed when first named. Thread-safe. */
final class Gates {
    private final Map<String, Gate> gates = new ConcurrentHashMap<>();
    private final Executor workers;

    Gates(Executor workers) {
        this.workers = workers;
    }

    void openAll() {
        gates.values().forEach(Gate::open);
    }

    Gate named(String name) {
        return gates.computeIfAbsent(name, key -> new Gate(workers, false));
    }
}
