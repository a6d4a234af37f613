package io.tpp.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections counted by client. */
class ConnectionCountsTest {
    private static final int THREADS = 16;
    private static final int ROUNDS = 5_000;
    private static final ClientId A = new ClientId(ClientId.Kind.KEY, "a");

    @Test
    void aClientEntersAsOftenAsItMayAndAgainAfterItLeft() {
        ConnectionCounts counts = new ConnectionCounts(2);
        assertThat(counts.enter(A)).isTrue();
        assertThat(counts.enter(A)).isTrue();
        assertThat(counts.enter(A)).isFalse();
        assertThat(counts.enter(new ClientId(ClientId.Kind.CERTIFICATE, "a")))
                .as("another kind, another client")
                .isTrue();
        counts.leave(A);
        assertThat(counts.enter(A)).isTrue();
    }

    @Test
    void nothingIsKeptOfClientsThatLeft() {
        ConnectionCounts counts = new ConnectionCounts(3);
        for (int i = 0; i < 100; i++) {
            ClientId client = new ClientId(ClientId.Kind.ADDRESS, "10.0.0." + i);
            counts.enter(client);
            counts.enter(client);
            counts.leave(client);
            counts.leave(client);
        }
        assertThat(counts.clients()).isZero();
    }

    @Test
    void aLimitThatIsSetLaterCountsWhoIsThere() {
        ConnectionCounts counts = new ConnectionCounts(0);
        assertThat(counts.enter(A)).isTrue();
        assertThat(counts.enter(A)).isTrue();
        counts.limit(2);
        assertThat(counts.enter(A)).isFalse();
        counts.leave(A);
        assertThat(counts.enter(A)).isTrue();
        counts.limit(0);
        assertThat(counts.enter(A)).isTrue();
        assertThat(counts.of(A)).isEqualTo(3);
    }

    @Test
    @Timeout(60)
    void connectionsThatComeAndGoAtOnceAreNeverMoreThanTheLimitAndAllLeave() throws Exception {
        int limit = 3;
        ConnectionCounts counts = new ConnectionCounts(limit);
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger entered = new AtomicInteger();
        CyclicBarrier begin = new CyclicBarrier(THREADS);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                all.add(threads.submit(() -> {
                    begin.await();
                    for (int round = 0; round < ROUNDS; round++) {
                        if (counts.enter(A)) {
                            entered.incrementAndGet();
                            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                            Thread.onSpinWait();
                            inside.decrementAndGet();
                            counts.leave(A);
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(most.get()).isBetween(1, limit);
        assertThat(entered.get()).isGreaterThan(THREADS);
        assertThat(counts.clients()).isZero();
    }
}
