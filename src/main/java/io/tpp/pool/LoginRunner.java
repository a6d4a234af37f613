package io.tpp.pool;

import io.tpp.token.BearerToken;
import io.tpp.token.LoginException;
import io.tpp.token.LoginException.Kind;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes the logins that {@link LoginQueue} says, a few at once.
 *
 * <p>Owned by {@link TokenRefresher}'s thread.
 */
final class LoginRunner {
    /** Who acts on what came of them. */
    interface Results {
        void started(LoginAttempt attempt);

        void obtained(LoginAttempt attempt, BearerToken token, long now);

        void failed(LoginAttempt attempt, LoginException failure, long now);
    }

    private final LoginQueue queue;
    private final IntSupplier concurrency;
    private final Executor timer;
    private final LongSupplier nanoTime;
    private final Results results;
    private int underWay;

    /** {@code timer} is {@link TokenRefresher}'s thread. */
    LoginRunner(LoginQueue queue, IntSupplier concurrency, Executor timer, LongSupplier nanoTime, Results results) {
        this.queue = queue;
        this.concurrency = concurrency;
        this.timer = timer;
        this.nanoTime = nanoTime;
        this.results = results;
    }

    /** Starts what may be started. */
    void start(long now) {
        TokenPlan plan;
        while (underWay < concurrency.getAsInt() && (plan = queue.next(now)) != null) {
            login(new LoginAttempt(plan, plan.credential, now));
        }
    }

    private void login(LoginAttempt attempt) {
        underWay++;
        attempt.plan.attempt = attempt;
        results.started(attempt);
        var unused = begin(attempt.credential.source()::login)
                .whenComplete((token, failure) -> timer.execute(() -> ended(attempt, token, failure)));
    }

    /** Calls a source. One that breaks its word and throws must not end all refreshing or probing. */
    static <T> CompletableFuture<T> begin(Supplier<CompletableFuture<T>> call) {
        try {
            return call.get();
        } catch (RuntimeException | Error bug) {
            return CompletableFuture.failedFuture(bug);
        }
    }

    private void ended(LoginAttempt attempt, @Nullable BearerToken token, @Nullable Throwable failure) {
        underWay--;
        long now = nanoTime.getAsLong();
        if (token == null) {
            results.failed(attempt, loginException(failure, "the login failed: "), now);
        } else {
            results.obtained(attempt, token, now);
        }
    }

    static LoginException loginException(@Nullable Throwable failure, String what) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof LoginException exception) {
            return exception;
        }
        // Only its class: an unforeseen exception's message might hold anything.
        return new LoginException(
                Kind.MALFORMED,
                what + (cause == null ? "nothing" : cause.getClass().getName()));
    }
}
