package io.tpp.proxy;

import io.tpp.pool.TokenPool;
import io.tpp.proxy.ProxyListener.ReplayReason;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.eclipse.jetty.client.Result;

/**
 * Sends requests again that the upstream has provably not executed, and tells the pool of tokens that are
 * refused or look dead.
 *
 * <p>What is a proof, and that there is none for most of what can go wrong, is in {@link NotExecuted}. A request
 * that is sent again goes through the gate anew, waits there like any other, and carries whichever value its
 * lease has by then.
 *
 * <h2>Threads</h2>
 *
 * Called by Jetty's client on any of its threads; nothing blocks, and nothing is called under a lock.
 */
final class Replays implements UpstreamResponse.Outcome {
    /** How long a refusal's body may take to come, so that the connection can be kept. */
    private static final Duration DRAIN_TIME = Duration.ofSeconds(1);

    private final TokenPool pool;
    private final LeaseGate gate;
    private final ScheduledExecutorService timer;
    private final ProxyListener listener;
    private final FailureAnswer failureAnswer;
    private final BiConsumer<Exchange, UpstreamCall> onEnded;
    private final Suspicions suspicions;
    private final IntSupplier replayBytes;

    /** When the latest call was sent that the upstream has answered; it was up since. */
    private volatile long upAt;

    /** {@code onEnded} is told when a call has ended that is not sent again. */
    Replays(
            TokenPool pool,
            LeaseGate gate,
            ScheduledExecutorService timer,
            LongSupplier nanoTime,
            ProxyListener listener,
            FailureAnswer failureAnswer,
            IntSupplier replayBytes,
            BiConsumer<Exchange, UpstreamCall> onEnded) {
        this.pool = pool;
        this.gate = gate;
        this.timer = timer;
        this.listener = listener;
        this.failureAnswer = failureAnswer;
        this.replayBytes = replayBytes;
        this.onEnded = onEnded;
        this.suspicions = new Suspicions(nanoTime);
        this.upAt = nanoTime.getAsLong();
    }

    // While the answer comes

    @Override
    public void answered(Exchange exchange, UpstreamCall call) {
        // Two at once may leave the earlier one of them; it is as true.
        if (call.forwardedAt() - upAt > 0) {
            upAt = call.forwardedAt();
        }
        exchange.resends().reached();
    }

    @Override
    public void refused(Exchange exchange, UpstreamCall call) {
        pool.refused(call.use());
        RequestBody body = exchange.body();
        if (body != null && !body.isSent()) {
            // What else was sent of it would be lost, and perhaps too much to be sent again.
            giveUp(call);
            return;
        }
        try {
            var unused = timer.schedule(() -> giveUp(call), DRAIN_TIME.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException stopping) {
            giveUp(call);
        }
    }

    private static void giveUp(UpstreamCall call) {
        call.abort(new TokenRefusedException());
    }

    /** The request is not sent again: statements of its script may have been run before the one that failed. */
    @Override
    public void suspected(UpstreamCall call) {
        if (suspicions.raise(call.use())) {
            pool.suspect(call.use());
        }
    }

    // When it is over

    @Override
    public boolean over(Exchange exchange, UpstreamCall call, UpstreamResponse.Fate fate, Result result) {
        return switch (fate) {
            case REFUSED -> {
                afterRefusal(exchange, call);
                yield true;
            }
            case NOTHING_CAME -> result.isFailed() && afterFailure(exchange, call, result.getFailure());
            case BEGUN -> false;
        };
    }

    @Override
    public void ended(Exchange exchange, UpstreamCall call) {
        onEnded.accept(exchange, call);
    }

    /** "The request has not been applied" (RFC 9110 §15.5.2). */
    private void afterRefusal(Exchange exchange, UpstreamCall call) {
        if (!canStartAgain(exchange)) {
            endRefused(
                    exchange,
                    call,
                    "the upstream refused the token, which is being replaced; the request's body is too large to be"
                            + " sent again (upstream.replay_buffer_bytes " + replayBytes.getAsInt() + ")");
        } else if (!exchange.resends().take(ReplayReason.UNAUTHORIZED)) {
            endRefused(exchange, call, "the upstream refused two tokens for this request");
        } else if (!resend(exchange, call, ReplayReason.UNAUTHORIZED)) {
            endRefused(exchange, call, "the client left");
        }
    }

    /** Before the client is answered: its next request must not meet a token that is still in use, as that cannot be probed. */
    private void endRefused(Exchange exchange, UpstreamCall call, String reason) {
        onEnded.accept(exchange, call);
        failureAnswer.tokenRefused(exchange, reason);
    }

    /** Returns whether the request is sent again; else its client is told of the failure. */
    private boolean afterFailure(Exchange exchange, UpstreamCall call, Throwable failure) {
        if (exchange.client().isGone() || exchange.client().failure() != null) {
            return false;
        }
        ReplayReason reason =
                NotExecuted.proof(call.request(), failure, exchange.resends().isFirstStale());
        if (reason == ReplayReason.CONNECT) {
            unreachable(call);
        }
        if (reason == null || !canStartAgain(exchange) || !exchange.resends().take(reason)) {
            return false;
        }
        if (reason == ReplayReason.CONNECT) {
            exchange.resends().unreachable(failure);
        }
        if (!resend(exchange, call, reason)) {
            return false;
        }
        failureAnswer.count(failure);
        return true;
    }

    /** Whether the tokens outlive what happened to the upstream is not known; unless it has been there since. */
    private void unreachable(UpstreamCall call) {
        if (upAt - call.forwardedAt() <= 0) {
            pool.suspectAll();
        }
    }

    private static boolean canStartAgain(Exchange exchange) {
        RequestBody body = exchange.body();
        return body == null || body.canStartAgain();
    }

    /** Returns false if there is nobody to do it for. */
    private boolean resend(Exchange exchange, UpstreamCall call, ReplayReason reason) {
        if (!exchange.beginAnew(call.request().again(reason == ReplayReason.STALE))) {
            return false;
        }
        call.end();
        listener.requestReplayed(reason);
        // Before the next one begins: a token with which a request is under way could not be probed.
        call.endUse(pool);
        gate.admit(exchange);
        return true;
    }
}
