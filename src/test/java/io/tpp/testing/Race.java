package io.tpp.testing;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Two threads that start together, round after round, so that every order of their steps comes up.
 *
 * <p>The starts are shifted against each other by a little more and a little less from round to round.
 * Both threads spin at the barrier: a barrier that parks threads would let them start one after the
 * other, and would make a hundred thousand rounds take a minute. What either side throws fails the race.
 */
public final class Race {
    private static final int SHIFTS = 64;
    private static final long LIMIT = Duration.ofSeconds(20).toNanos();

    /** One meeting of the two. */
    public interface Round {
        /** Runs on the test's thread. */
        void left();

        /** Runs on the other thread at the same time. */
        void right();

        /** What must hold after both, whoever was first; on the test's thread. */
        void check();
    }

    private final int rounds;
    private final Supplier<? extends Round> newRound;

    /** The round under way, written last when it starts; read first by the right side. */
    private volatile int started;

    private volatile int ended;
    private volatile Round round;

    private Race(int rounds, Supplier<? extends Round> newRound) {
        this.rounds = rounds;
        this.newRound = newRound;
    }

    /** Runs so many rounds, each on what the supplier makes. */
    public static void run(int rounds, Supplier<? extends Round> newRound) {
        new Race(rounds, newRound).run();
    }

    private void run() {
        ExecutorService thread = Executors.newSingleThreadExecutor(task -> new Thread(task, "race"));
        try {
            Future<?> right = thread.submit(this::runRight);
            for (int number = 1; number <= rounds; number++) {
                round = newRound.get();
                started = number;
                shift(number % SHIFTS);
                round.left();
                await(number, right);
                round.check();
            }
            right.get(20, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException failure) {
            throw new AssertionError("the right side failed", failure);
        } finally {
            started = rounds + 1;
            thread.shutdownNow();
        }
    }

    private void runRight() {
        for (int number = 1; number <= rounds; number++) {
            spinUntil(number);
            if (started > number) {
                return; // the left side failed
            }
            shift(SHIFTS - number % SHIFTS);
            round.right();
            ended = number;
        }
    }

    private void spinUntil(int number) {
        long since = System.nanoTime();
        for (int spins = 0; started < number; spins++) {
            pause(spins, since);
        }
    }

    private void await(int number, Future<?> right) throws ExecutionException, InterruptedException {
        long since = System.nanoTime();
        for (int spins = 0; ended < number; spins++) {
            if (right.isDone()) {
                right.get();
            }
            pause(spins, since);
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // yield() makes room, nothing relies on it
    private static void pause(int spins, long since) {
        if (spins % 1000 < 999) {
            Thread.onSpinWait();
            return;
        }
        // Others may need the processor more than this spin does.
        Thread.yield();
        if (System.nanoTime() - since > LIMIT) {
            throw new AssertionError("the other side did not come to the barrier");
        }
    }

    private static void shift(int steps) {
        for (int i = 0; i < steps; i++) {
            Thread.onSpinWait();
        }
    }
}
