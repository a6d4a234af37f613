package io.tpp.pool;

import io.tpp.testing.ManualScheduler;
import io.tpp.token.BearerToken;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Each operation of the pool takes effect at one instant: what three threads see could have been seen by
 * one, in some order, of {@link SequentialPool}. Lincheck makes the threads' scenarios up, in its stress
 * mode: its model checker is misled by the identity hash codes in the pool's sets.
 *
 * <p>Each thread is one client with one connection after the other, and several requests on it.
 *
 * <p>Only in the profile {@code soak}: the stress mode's threads spin at a barrier before each invocation, and where
 * three threads do not have a processor each, that takes minutes. The ordinary run has {@link TokenPoolRaceTest}.
 */
@Param(name = "thread", gen = ThreadIdGen.class)
public class TokenPoolLinearizabilityTest {
    private static final int CLIENTS = 3;
    private static final long LIMIT = Duration.ofSeconds(5).toNanos();

    private final ManualScheduler time = new ManualScheduler();
    private final TokenPool pool =
            new TokenPool(TestSettings.size(2).build(), time, Runnable::run, () -> 0, new PoolListener() {});
    private final List<Client> clients = new ArrayList<>();

    public TokenPoolLinearizabilityTest() {
        for (PooledToken token : pool.tokens()) {
            pool.renew(token, BearerToken.of("value"), 0, true);
        }
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(new Client(pool.newHolder()));
        }
    }

    @Test
    @Tag("lincheck")
    void operationsAreAtomic() {
        new StressOptions()
                .threads(CLIENTS)
                .actorsPerThread(4)
                .actorsBefore(0)
                .actorsAfter(0)
                .iterations(Integer.getInteger("lincheck.iterations", 6))
                .invocationsPerIteration(200)
                .sequentialSpecification(SequentialPool.class)
                .check(TokenPoolLinearizabilityTest.class);
    }

    @Operation
    public String begin(@Param(name = "thread") int thread) {
        Client client = client(thread);
        if (client.closed && client.requests.isEmpty()) {
            client.holder = pool.newHolder();
            client.closed = false;
        }
        Request request = new Request();
        try {
            TokenUse use = pool.begin(client.holder, request);
            request.waited = use == null;
            if (use != null) {
                request.use = use;
            }
        } catch (RefusedException refusal) {
            return refusal.reason().name();
        }
        client.requests.add(request);
        return request.waited ? "waits" : "token " + request.use().tokenNumber();
    }

    /** Ends the oldest request; one that still waits leaves. */
    @Operation
    public String end(@Param(name = "thread") int thread) {
        Client client = client(thread);
        if (client.requests.isEmpty()) {
            return "nothing to end";
        }
        Request request = client.requests.remove(0);
        if (request.waited && pool.cancel(client.holder, request)) {
            return "left";
        }
        TokenUse use = request.use();
        pool.end(use);
        return "ended on token " + use.tokenNumber();
    }

    /** Cancels the youngest request that had to wait. */
    @Operation
    public String cancel(@Param(name = "thread") int thread) {
        Client client = client(thread);
        for (int i = client.requests.size() - 1; i >= 0; i--) {
            Request request = client.requests.get(i);
            if (request.waited) {
                if (!pool.cancel(client.holder, request)) {
                    return "too late";
                }
                client.requests.remove(i);
                return "cancelled";
            }
        }
        return "nothing to cancel";
    }

    @Operation
    public String close(@Param(name = "thread") int thread) {
        Client client = client(thread);
        client.closed = true;
        pool.close(client.holder);
        // Either all its waiting requests were taken out, or all had been granted the token.
        if (client.holder.token == null) {
            client.requests.clear();
        }
        return "closed";
    }

    @Operation
    public String figures() {
        return pool.snapshot().figures();
    }

    private Client client(int thread) {
        return clients.get(thread % CLIENTS);
    }

    /** One thread's. */
    private static final class Client {
        Holder holder;
        boolean closed;
        final List<Request> requests = new ArrayList<>();

        Client(Holder holder) {
            this.holder = holder;
        }
    }

    private static final class Request implements Waiter {
        boolean waited;
        volatile @Nullable TokenUse use;

        @Override
        public void granted(TokenUse granted) {
            use = granted;
        }

        @Override
        public void refused(RefusedException refusal) {
            throw new AssertionError(refusal);
        }

        /** Returns the use; one just granted is on its way, on the thread that released the token. */
        TokenUse use() {
            long since = System.nanoTime();
            TokenUse granted = use;
            while (granted == null) {
                if (System.nanoTime() - since > LIMIT) {
                    throw new AssertionError("a waiter was neither cancelled nor told");
                }
                Thread.onSpinWait();
                granted = use;
            }
            return granted;
        }
    }
}
