package io.tpp.pool;

import io.tpp.testing.ManualScheduler;
import io.tpp.token.BearerToken;
import java.time.Duration;
import java.util.ArrayDeque;
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

/**
 * What acquiring and releasing a token costs, on one thread: with a token free, and with none free and so many others
 * waiting all the while.
 *
 * <p>While others wait, a newcomer never gets a token that comes back: the first of them does. So acquiring and
 * releasing is a hand-over then, {@link #handOver}: one request joins the line, one lease ends, and its token goes to
 * the first in the line, with all the executor has to do for it. Only who has a token goes on with it, {@link #request}.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class PoolBenchmark {
    private static final int SIZE = 1_000;

    /** A pool that has all its tokens, and an executor that runs when it is told to. */
    @State(Scope.Thread)
    public static class Full {
        final Queue<Runnable> calls = new ArrayDeque<>();
        final TokenPool pool = new TokenPool(
                TestSettings.size(SIZE)
                        .waitTimeout(Duration.ofMinutes(1))
                        .idleReclaim(Duration.ofSeconds(5))
                        .build(),
                new ManualScheduler(),
                calls::add,
                System::nanoTime,
                new PoolListener() {});

        /** The requests that run, those granted first at the head. */
        final Queue<TokenUse> running = new ArrayDeque<>();

        public Full() {
            int number = 0;
            for (PooledToken token : pool.tokens()) {
                pool.renew(token, BearerToken.of("token-" + ++number), System.nanoTime(), true);
            }
        }

        @TearDown
        public void drain() {
            pool.drain();
        }

        /** Begins a request that must be able to go at once. */
        TokenUse begin(Holder holder) throws RefusedException {
            return Objects.requireNonNull(pool.begin(holder, new Line()), "had to wait");
        }

        /** Begins a connection's only request, which must have to wait. */
        void await() throws RefusedException {
            if (pool.begin(pool.newHolder(), new Line()) != null) {
                throw new AssertionError("did not have to wait");
            }
        }

        /** Ends a request, which is all its connection did. */
        void leave(TokenUse use) {
            pool.end(use);
            pool.close(use.holder());
        }

        private final class Line implements Waiter {
            @Override
            public void granted(TokenUse use) {
                running.add(use);
            }

            @Override
            public void refused(RefusedException refusal) {}
        }
    }

    /** The same with each of its tokens on lease, its request running, and others waiting. */
    @State(Scope.Thread)
    public static class Contended extends Full {
        @Param({"0", "100", "10000"})
        int waiting;

        @Setup
        public void join() throws RefusedException {
            for (int i = 0; i < SIZE; i++) {
                running.add(begin(pool.newHolder()));
            }
            for (int i = 0; i < waiting; i++) {
                await();
            }
        }
    }

    /** A lease from its beginning to its end while tokens are free: a connection with a single request. */
    @Benchmark
    public Object lease(Full full) throws RefusedException {
        TokenUse use = full.begin(full.pool.newHolder());
        full.leave(use);
        return use;
    }

    /** The same while none is: a connection joins the line, another one ends, and the first in the line is served. */
    @Benchmark
    public Object handOver(Contended full) throws RefusedException {
        full.await();
        TokenUse use = full.running.remove();
        full.leave(use);
        full.calls.remove().run();
        return use;
    }

    /** A further request of a connection that has its token. */
    @Benchmark
    public Object request(Contended full) throws RefusedException {
        TokenUse before = full.running.remove();
        full.pool.end(before);
        TokenUse use = full.begin(before.holder());
        full.running.add(use);
        return use;
    }
}
