package io.tpp.proxy;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A request's body that its client keeps back until it is asked for it ({@code Expect: 100-continue}, RFC 9110 §10.1.1).
 *
 * <p>Nothing of it is read before, because Jetty asks for it as soon as it is read. Thread-safe.
 */
final class HeldBody {
    /** Null: nothing is kept back, or not any more. */
    private final AtomicReference<@Nullable Runnable> startReading = new AtomicReference<>();

    /** The client keeps its body back until {@code start} reads it. */
    void hold(Runnable start) {
        startReading.set(start);
    }

    boolean isHeld() {
        return startReading.get() != null;
    }

    /** Asks the client for it, if it is kept back. */
    void ask() {
        Runnable start = startReading.getAndSet(null);
        if (start != null) {
            start.run();
        }
    }

    /** The client is not to be asked any more. */
    void waive() {
        startReading.set(null);
    }
}
