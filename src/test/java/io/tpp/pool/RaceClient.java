package io.tpp.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A client in a race for a pool's only token: one connection with one request, as the proxy drives them.
 *
 * <p>Checks at each grant that no other connection is using the token.
 */
class RaceClient implements Waiter {
    final Holder holder;
    final AtomicInteger grants = new AtomicInteger();
    final AtomicInteger refusals = new AtomicInteger();

    private final TokenPool pool;
    private final AtomicReference<@Nullable RaceClient> user;

    /** The running request's; null: none is running. */
    volatile @Nullable TokenUse use;

    /** Whether its last request could not go at once; for the thread that began it, and after the race. */
    boolean hadToWait;

    /**
     * Makes a client that has no lease.
     *
     * @param user who is using the token; the same for all clients of a pool
     */
    RaceClient(TokenPool pool, AtomicReference<@Nullable RaceClient> user) {
        this.pool = pool;
        this.user = user;
        this.holder = pool.newHolder();
    }

    /** Sends its request. */
    void begin() {
        try {
            TokenUse begun = pool.begin(holder, this);
            hadToWait = begun == null;
            if (begun != null) {
                granted(begun);
            }
        } catch (RefusedException refusal) {
            refused(refusal);
        }
    }

    @Override
    public void granted(TokenUse granted) {
        grants.incrementAndGet();
        if (!user.compareAndSet(null, this)) {
            throw new AssertionError("two connections use one token");
        }
        use = granted;
    }

    @Override
    public void refused(RefusedException refusal) {
        refusals.incrementAndGet();
    }

    boolean holdsToken() {
        return use != null;
    }

    int told() {
        return grants.get() + refusals.get();
    }

    /** Ends its running request, if there is one. */
    void end() {
        TokenUse running = use;
        if (running != null) {
            use = null;
            assertThat(user.compareAndSet(this, null)).isTrue();
            pool.end(running);
        }
    }

    /** Ends its request and closes its connection. */
    void leave() {
        end();
        pool.close(holder);
    }
}
