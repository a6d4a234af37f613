package io.tpp.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Two threads that meet at the same thing, round after round, so that every order of their steps comes
 * up.
 *
 * <p>Rounds are prepared and checked many at a time, and the two start together into each such batch.
 * Before each round they wait for one another, spinning, but not for long: on a busy machine the other
 * may have lost its processor, and a hundred thousand rounds are to take seconds. From round to round
 * their starts are shifted against each other by a little more or less, and now and then by much. What
 * either side throws fails the race.
 */
public final class Race {
    private static final int BATCH = 1_000;
    private static final int LONGEST_SPIN = 300;
    private static final int SHIFTS = 60;

    /** One of so many rounds each side begins so late that the other is first, however long its step takes. */
    private static final int LATE = 16;

    private static final int LATE_SPIN = 2_000;

    /** For which it waits until the other has caught up, which may be some rounds behind. */
    private static final int LONGEST_SPIN_WHEN_LATE = 20_000;

    private static final int LIMIT_SECONDS = 20;

    /** One meeting of the two. */
    public interface Round {
        /** Runs on one thread. */
        void left();

        /** Runs on another thread at the same time. */
        void right();

        /** What must hold after both, whoever was first; on the test's thread. */
        void check();
    }

    private final List<Round> rounds = new ArrayList<>();
    private final CyclicBarrier start = new CyclicBarrier(2);
    private final AtomicInteger leftReached = new AtomicInteger();
    private final AtomicInteger rightReached = new AtomicInteger();

    private Race(int count, Supplier<? extends Round> newRound) {
        for (int i = 0; i < count; i++) {
            rounds.add(newRound.get());
        }
    }

    /** Runs so many rounds, each on what the supplier makes. */
    public static void run(int count, Supplier<? extends Round> newRound) {
        ExecutorService threads = Executors.newFixedThreadPool(2, Race::thread);
        try {
            for (int left = count; left > 0; left -= BATCH) {
                new Race(Math.min(left, BATCH), newRound).run(threads);
            }
        } catch (InterruptedException | ExecutionException | TimeoutException failure) {
            throw new AssertionError("a side of the race failed", failure);
        } finally {
            threads.shutdownNow();
        }
    }

    /** A side that hangs must not keep the test run from its end. */
    private static Thread thread(Runnable side) {
        Thread thread = new Thread(side, "race");
        thread.setDaemon(true);
        return thread;
    }

    private void run(ExecutorService threads) throws InterruptedException, ExecutionException, TimeoutException {
        Future<?> left = threads.submit(() -> runSide(Round::left, leftReached, rightReached, 0, 0));
        Future<?> right = threads.submit(() -> runSide(Round::right, rightReached, leftReached, SHIFTS / 2, LATE / 2));
        left.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        right.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        rounds.forEach(Round::check);
    }

    private Void runSide(Consumer<Round> side, AtomicInteger reached, AtomicInteger otherReached, int shift, int late)
            throws InterruptedException, BrokenBarrierException, TimeoutException {
        start.await(LIMIT_SECONDS, TimeUnit.SECONDS);
        for (int number = 1; number <= rounds.size(); number++) {
            reached.set(number);
            boolean isLate = number % LATE == late;
            int longest = isLate ? LONGEST_SPIN_WHEN_LATE : LONGEST_SPIN;
            for (int spins = 0; spins < longest && otherReached.get() < number; spins++) {
                Thread.onSpinWait();
            }
            spin(isLate ? LATE_SPIN : (number + shift) % SHIFTS);
            side.accept(rounds.get(number - 1));
        }
        return null;
    }

    private static void spin(int times) {
        for (int i = 0; i < times; i++) {
            Thread.onSpinWait();
        }
    }
}
