package io.tpp.status;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether the upstream can be reached, as far as requests, logins and probes have found.
 *
 * <p>Thread-safe; nothing blocks. {@link #answered} is called for each request.
 */
final class UpstreamWatch {
    /** The time of an answer is not written again before this has passed, for the sake of other threads. */
    private static final Duration RESOLUTION = Duration.ofMillis(100);

    private record Failure(long at, String why) {}

    private final LongSupplier nanoTime;
    private final long startedAt;

    /** When it answered last; {@link #startedAt}: never. */
    private volatile long answeredAt;

    private volatile boolean everAnswered;
    private volatile @Nullable Failure failure;

    UpstreamWatch(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.startedAt = nanoTime.getAsLong();
        this.answeredAt = startedAt;
    }

    void answered() {
        long now = nanoTime.getAsLong();
        if (!everAnswered || now - answeredAt > RESOLUTION.toNanos()) {
            answeredAt = now;
            everAnswered = true;
        }
    }

    void unreachable(String why) {
        failure = new Failure(nanoTime.getAsLong(), why);
    }

    UpstreamState state() {
        long now = nanoTime.getAsLong();
        Failure last = failure;
        boolean answered = everAnswered;
        Duration answerAge = answered ? Duration.ofNanos(now - answeredAt) : null;
        if (last == null) {
            return new UpstreamState(answered ? Boolean.TRUE : null, answerAge, null, null);
        }
        boolean up = answered && answeredAt - last.at >= 0;
        return new UpstreamState(up, answerAge, Duration.ofNanos(now - last.at), last.why);
    }
}
