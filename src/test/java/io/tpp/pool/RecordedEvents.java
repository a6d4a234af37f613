package io.tpp.pool;

import io.tpp.token.LoginException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** A listener that writes down what it hears, one line an event. Thread-safe. */
final class RecordedEvents implements PoolListener {
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();

    @Override
    public void acquireEnded(Outcome outcome, Duration waited) {
        lines.add(outcome + " after " + waited);
    }

    @Override
    public void released(Duration held) {
        lines.add("released after " + held);
    }

    @Override
    public void reclaimed() {
        lines.add("reclaimed");
    }

    @Override
    public void loginEnded(@Nullable LoginException failure, Duration took) {
        lines.add("login " + (failure == null ? "ok" : failure.kind()) + " after " + took);
    }

    @Override
    public void probeEnded(Probe outcome) {
        lines.add("probe " + outcome);
    }

    @Override
    public void refreshed(RefreshReason reason) {
        lines.add("refreshed for " + reason);
    }

    /** Returns what was heard since the last call. */
    List<String> take() {
        List<String> taken = List.copyOf(lines);
        lines.clear();
        return taken;
    }
}
