package io.tpp.proxy;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One request's part of a distributed trace, if the OpenTelemetry agent runs; else nothing.
 *
 * <p>The agent makes the spans, one for the client's request (SERVER) and one for each request to the upstream
 * (CLIENT). It knows which belong together by the thread. But a request that waits for its token, or is sent again,
 * goes on on a thread that is just busy with another one's; so what it belongs to is kept here. Names and values are
 * those of the semantic conventions for HTTP, 1.23 and later; TPP's own begin with {@code tpp.}.
 *
 * <p>A query may be a script, or hold a secret, and is kept out of spans.
 *
 * <p>Immutable and thread-safe.
 */
final class RequestTrace {
    /** What stands for a query. */
    static final String HIDDEN = "REDACTED";

    private final Context context;
    private final Span server;

    private RequestTrace(Context context) {
        this.context = context;
        this.server = Span.fromContext(context);
    }

    /** Returns the trace of the request that the calling thread has just been given, whose query may be null. */
    static RequestTrace begin(@Nullable String query) {
        RequestTrace trace = new RequestTrace(Context.current());
        if (query != null && trace.isRecorded()) {
            trace.server.setAttribute("url.query", HIDDEN);
        }
        return trace;
    }

    /** Returns the SERVER span; not valid without an agent. */
    SpanContext span() {
        return server.getSpanContext();
    }

    private boolean isRecorded() {
        return server.isRecording();
    }

    /** Runs what is done for the request, on whichever thread. */
    void run(Runnable step) {
        // Without an agent there is none but the root.
        if (context == Context.root()) {
            step.run();
        } else {
            context.wrap(step).run();
        }
    }

    /** The request got its token, after {@code waited}. */
    void granted(int tokenNumber, Duration waited) {
        if (!isRecorded()) {
            return;
        }
        server.setAttribute("tpp.token.number", tokenNumber);
        if (!waited.isZero()) {
            waitSpan(waited, "granted");
        }
    }

    /** The request waited, but got no token. */
    void notGranted(Duration waited, String outcome) {
        if (isRecorded()) {
            waitSpan(waited, outcome);
        }
    }

    /** Only now, because how a wait began and how it ended are told by threads that may overtake each other. */
    private void waitSpan(Duration waited, String outcome) {
        Instant end = Instant.now();
        Span wait = tracer().spanBuilder("wait for token")
                .setParent(context)
                .setStartTimestamp(end.minus(waited))
                .setAttribute("tpp.wait.outcome", outcome)
                .startSpan();
        if (!outcome.equals("granted")) {
            wait.setStatus(StatusCode.ERROR, outcome);
        }
        wait.end(nanos(end), TimeUnit.NANOSECONDS);
    }

    private static long nanos(Instant time) {
        return TimeUnit.SECONDS.toNanos(time.getEpochSecond()) + time.getNano();
    }

    /** Not kept: it is the agent's only if asked for once the agent runs. */
    private static Tracer tracer() {
        return GlobalOpenTelemetry.getTracer("io.tpp");
    }

    /**
     * Completes the CLIENT span of a request that is about to be sent, perhaps again.
     *
     * @param resends how often it was sent before
     */
    void describe(UpstreamRequest request, int resends) {
        if (isRecorded() && resends > 0) {
            request.onSend(() -> describeCurrent(resends));
        }
    }

    /** The agent has made the request's span the thread's own meanwhile. */
    private void describeCurrent(int resends) {
        Span client = Span.current();
        if (!client.getSpanContext().equals(server.getSpanContext())) {
            client.setAttribute("http.request.resend_count", resends);
        }
    }
}
