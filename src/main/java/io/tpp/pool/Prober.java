package io.tpp.pool;

import io.tpp.token.TokenSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Finds out which suspect tokens are alive, a few at once, and for ever if the upstream does not say.
 *
 * <p>All state belongs to the timer's one thread.
 */
final class Prober {
    private record Candidate(PooledToken token, TokenSource source) {}

    private final TokenPool pool;
    private final int concurrency;
    private final ScheduledExecutorService timer;
    private final Backoff backoff;
    private final Deque<Candidate> waiting = new ArrayDeque<>();
    private int underWay;
    private int failures;
    private boolean resting;
    private volatile boolean stopped;

    Prober(TokenPool pool, int concurrency, ScheduledExecutorService timer, Backoff backoff) {
        this.pool = pool;
        this.concurrency = concurrency;
        this.timer = timer;
        this.backoff = backoff;
    }

    /** Takes up a token that has become suspect. */
    void add(PooledToken token, TokenSource source) {
        waiting.add(new Candidate(token, source));
        startProbes();
    }

    /** Starts no more probes; may be called on any thread. */
    void stop() {
        stopped = true;
    }

    private void startProbes() {
        while (!stopped && !resting && underWay < concurrency && !waiting.isEmpty()) {
            Candidate next = waiting.remove();
            TokenPool.Suspect suspect = pool.suspect(next.token());
            if (suspect != null) {
                probe(next, suspect);
            }
        }
    }

    private void probe(Candidate candidate, TokenPool.Suspect suspect) {
        underWay++;
        var unused = probe(candidate.source(), suspect)
                .whenComplete((alive, failure) -> timer.execute(() -> ended(candidate, suspect, alive)));
    }

    /** A source that breaks its word and throws must not end all probing. */
    private static CompletableFuture<Boolean> probe(TokenSource source, TokenPool.Suspect suspect) {
        try {
            return source.probe(suspect.value());
        } catch (RuntimeException bug) {
            return CompletableFuture.failedFuture(bug);
        }
    }

    private void ended(Candidate candidate, TokenPool.Suspect suspect, @Nullable Boolean alive) {
        if (stopped) {
            return;
        }
        underWay--;
        if (alive == null) {
            waiting.add(candidate);
            rest();
        } else {
            failures = 0;
            pool.probed(candidate.token(), suspect.generation(), alive);
        }
        startProbes();
    }

    private void rest() {
        if (!resting) {
            resting = true;
            failures++;
            var unused = timer.schedule(this::endRest, backoff.after(failures).toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private void endRest() {
        resting = false;
        startProbes();
    }
}
