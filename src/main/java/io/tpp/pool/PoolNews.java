package io.tpp.pool;

import io.tpp.pool.PoolListener.Outcome;
import io.tpp.pool.PoolListener.RefreshReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the pool has to tell waiters and listener once its lock is released.
 *
 * <p>Guarantees: what one call throws keeps no other from being made; a grant that the executor does not
 * take any more is given back.
 *
 * <p>Guarded by the pool's lock, but for {@link #tell}, which is only called without it.
 */
final class PoolNews implements LeaseLedger.Events {
    private static final Logger logger = LoggerFactory.getLogger(PoolNews.class);

    /** How much one action has to tell at most, as a rule: a hand-over tells of two leases and one grant. */
    private static final int USUAL = 3;

    private final PoolListener listener;
    private final Executor executor;
    private final Consumer<TokenUse> giveBack;
    private List<Runnable> calls = new ArrayList<>(USUAL);
    private @Nullable TokenCare care;

    PoolNews(PoolListener listener, Executor executor, Consumer<TokenUse> giveBack) {
        this.listener = listener;
        this.executor = executor;
        this.giveBack = giveBack;
    }

    /** Sets who looks after tokens that are dead or suspect. */
    void care(TokenCare newCare) {
        care = newCare;
    }

    void loginNeeded(PooledToken token, int generation, RefreshReason reason) {
        TokenCare told = care;
        if (told != null) {
            calls.add(() -> told.loginNeeded(token, generation, reason));
        }
    }

    void probesNeeded(List<PooledToken> tokens) {
        TokenCare told = care;
        if (told != null && !tokens.isEmpty()) {
            calls.add(() -> told.probesNeeded(tokens));
        }
    }

    void acquireEnded(Outcome outcome, long waitedNanos) {
        Duration waited = Duration.ofNanos(waitedNanos);
        calls.add(() -> listener.acquireEnded(outcome, waited));
    }

    void refused(ParkedRequest request, RefusedException refusal) {
        calls.add(() -> {
            try {
                executor.execute(() -> request.waiter().refused(refusal));
            } catch (RejectedExecutionException stopped) {
                // The server has stopped, and with it the connection that would get the answer.
                logger.debug("A waiter was not told of its refusal: {}", refusal.reason());
            }
        });
    }

    /** One line for all who wait; it says whether the pool is too small or the upstream gives no tokens. */
    void longWait(PoolSnapshot state) {
        calls.add(() -> logger.warn("Requests wait long for a token, the first for {} s: {}", seconds(state), state));
    }

    /** One token turned out bad; so may be {@code others}, which are held back. */
    void tokenBad(PooledToken token, String what, long ageNanos, int others) {
        long age = Duration.ofNanos(ageNanos).toSeconds();
        if (others > 0) {
            calls.add(() -> logger.info(
                    "{} {}, {} s old: {} others are not used until they are known to be alive",
                    token,
                    what,
                    age,
                    others));
        } else {
            calls.add(() -> logger.debug("{} {}, {} s old", token, what, age));
        }
    }

    void allSuspect(int tokens) {
        if (tokens > 0) {
            calls.add(() -> logger.info(
                    "The upstream may have restarted: {} tokens are not used until they are known to be alive",
                    tokens));
        }
    }

    private static long seconds(PoolSnapshot state) {
        return state.oldestWait().toSeconds();
    }

    @Override
    public void leased(boolean queued, long waitedNanos) {
        acquireEnded(queued ? Outcome.QUEUED : Outcome.IMMEDIATE, waitedNanos);
    }

    @Override
    public void granted(ParkedRequest request, TokenUse use) {
        calls.add(() -> {
            try {
                executor.execute(() -> request.waiter().granted(use));
            } catch (RejectedExecutionException stopped) {
                giveBack.accept(use);
            }
        });
    }

    @Override
    public void released(long heldNanos) {
        Duration held = Duration.ofNanos(heldNanos);
        calls.add(() -> listener.released(held));
    }

    @Override
    public void reclaimed() {
        calls.add(listener::reclaimed);
    }

    @Override
    public void retired(PooledToken token) {
        TokenCare told = care;
        if (told != null) {
            calls.add(() -> told.retired(token));
        }
    }

    /** Takes what is to be told. */
    List<Runnable> take() {
        if (calls.isEmpty()) {
            return List.of();
        }
        List<Runnable> taken = calls;
        calls = new ArrayList<>(USUAL);
        return taken;
    }

    /** Tells it, in order. */
    static void tell(List<Runnable> taken) {
        taken.forEach(PoolNews::tell);
    }

    private static void tell(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException bug) {
            logger.error("A listener or waiter of the pool failed", bug);
        }
    }
}
