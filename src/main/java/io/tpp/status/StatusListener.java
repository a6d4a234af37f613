package io.tpp.status;

import io.tpp.pool.PoolListener;
import io.tpp.proxy.ProxyListener;
import io.tpp.token.LoginException;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Notes what happens in pool and proxy that operators should see. Thread-safe; nothing blocks. */
public final class StatusListener implements PoolListener, ProxyListener {
    /** From here on a status may be TPP's own answer, and shows nothing of the upstream. */
    private static final int FIRST_DOUBTFUL = 400;

    private final EventLog events;
    private final UpstreamWatch upstream;

    public StatusListener(EventLog events, LongSupplier nanoTime) {
        this.events = events;
        this.upstream = new UpstreamWatch(nanoTime);
    }

    EventLog events() {
        return events;
    }

    UpstreamState upstream() {
        return upstream.state();
    }

    // The pool

    @Override
    public void acquireEnded(Outcome outcome, Duration waited) {
        if (outcome == Outcome.TIMEOUT) {
            events.warn("A request waited longer than token.wait_timeout_seconds and was refused");
        } else if (outcome == Outcome.REJECTED) {
            events.warn("A request was refused: no token usable, the queue full, or shutting down");
        }
    }

    @Override
    public void loginEnded(@Nullable LoginException failure, Duration took) {
        if (failure == null) {
            upstream.answered();
            return;
        }
        String message = String.valueOf(failure.getMessage());
        events.warn("Login failed: " + message);
        if (failure.kind() == LoginException.Kind.UNREACHABLE || failure.kind() == LoginException.Kind.TIMEOUT) {
            upstream.unreachable(message);
        } else {
            upstream.answered();
        }
    }

    @Override
    public void probeEnded(Probe outcome) {
        if (outcome == Probe.UNKNOWN) {
            events.warn("A probe could not find out whether a token is alive");
        } else {
            upstream.answered();
        }
        if (outcome == Probe.DEAD) {
            events.warn("A probe found a token dead before its time");
        }
    }

    @Override
    public void refreshed(RefreshReason reason) {
        if (reason == RefreshReason.UNAUTHORIZED) {
            events.warn("A token that the upstream refused was replaced");
        }
    }

    // The proxy

    @Override
    public void leaseLeaked() {
        events.error("A client connection ended and nobody told; its lease was released by the sweep");
    }

    @Override
    public void requestEnded(int status, Duration took) {
        if (status < FIRST_DOUBTFUL) {
            upstream.answered();
        }
    }

    @Override
    public void upstreamError(UpstreamError kind) {
        String what = what(kind);
        events.warn(what);
        if (kind == UpstreamError.CONNECT) {
            upstream.unreachable(what);
        }
    }

    private static String what(UpstreamError kind) {
        return switch (kind) {
            case CONNECT -> "No connection to the upstream could be made for a request";
            case TIMEOUT -> "The upstream did not connect or answer a request in time";
            case RESET -> "The upstream broke a connection before its answer was complete";
            case PROTOCOL -> "The upstream answered a request with something that is not HTTP";
        };
    }
}
