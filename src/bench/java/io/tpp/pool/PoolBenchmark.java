package io.tpp.pool;

import io.tpp.testing.ManualScheduler;
import io.tpp.token.BearerToken;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Acquiring and releasing a token, with nobody or many waiting. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class PoolBenchmark {
    private static final int SIZE = 1_000;

    @Param({"0", "10000"})
    int waiting;

    private final Queue<Runnable> calls = new ArrayDeque<>();
    private final List<TokenUse> granted = new ArrayList<>();
    private final TokenPool pool = new TokenPool(
            TestSettings.size(SIZE).build(),
            new ManualScheduler(),
            calls::add,
            System::nanoTime,
            new PoolListener() {});

    @Setup
    public void fill() throws RefusedException {
        int number = 0;
        for (PooledToken token : pool.tokens()) {
            pool.renew(token, BearerToken.of("token-" + ++number), System.nanoTime(), false);
        }
        if (waiting > 0) {
            for (int i = 0; i < SIZE + waiting; i++) {
                TokenUse use = pool.begin(pool.newHolder(), new Line());
                if (use != null) {
                    granted.add(use);
                }
            }
        }
    }

    @TearDown
    public void end() {
        pool.drain();
    }

    /** Waits at the end of the line again as soon as it has had its turn. */
    private final class Line implements Waiter {
        @Override
        public void granted(TokenUse use) {
            granted.add(use);
        }

        @Override
        public void refused(RefusedException refusal) {}
    }

    /** A lease from its beginning to its end: what a connection with a single request takes. */
    @Benchmark
    public Object lease() throws RefusedException {
        return waiting == 0 ? leaseAtOnce() : leaseInLine();
    }

    private TokenUse leaseAtOnce() throws RefusedException {
        Holder holder = pool.newHolder();
        TokenUse use = Objects.requireNonNull(pool.begin(holder, new Line()));
        pool.end(use);
        pool.close(holder);
        return use;
    }

    /** The first of those that wait gets a token that comes back, and another one joins them. */
    private TokenUse leaseInLine() throws RefusedException {
        TokenUse use = granted.remove(granted.size() - 1);
        pool.end(use);
        pool.close(use.holder());
        Objects.requireNonNull(calls.poll()).run();
        if (pool.begin(pool.newHolder(), new Line()) != null) {
            throw new AssertionError("did not have to wait");
        }
        return use;
    }
}
