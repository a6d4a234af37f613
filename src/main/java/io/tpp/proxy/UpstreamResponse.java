package io.tpp.proxy;

import io.tpp.dolphindb.AnswerStart;
import io.tpp.dolphindb.DeadTokenDetector;
import org.eclipse.jetty.client.HttpResponseException;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.jspecify.annotations.Nullable;

/**
 * Hands the upstream's answer to Jetty's proxy listener as long as the client's response is still this
 * exchange's own, and tells when the answer is over.
 *
 * <p>An answer that refuses the token is kept from the client, who has no credentials to answer with. Of any
 * other one the start is looked at as it passes.
 *
 * <h2>Threads</h2>
 *
 * Called by Jetty's client, by one thread at a time. The response is touched under the exchange's monitor.
 */
final class UpstreamResponse implements Response.Listener {
    /** How much of an answer that nobody gets is read, in bytes, so that the connection can be kept. */
    private static final int DRAINED = 64 * 1024;

    /** What a call and its answer turn out to be. */
    interface Outcome {
        /** The upstream has begun to answer. */
        void answered(Exchange exchange, UpstreamCall call);

        /** The answer refuses the token; {@link #over} follows. */
        void refused(Exchange exchange, UpstreamCall call);

        /** The answer looks as if the token were dead. */
        void suspected(UpstreamCall call);

        /**
         * Nothing more comes of the call.
         *
         * @param fate what became of it
         * @return whether the client is, or will be, answered by other means than this answer
         */
        boolean over(Exchange exchange, UpstreamCall call, Fate fate, Result result);

        /** After {@link #over} and all else, if the client was not answered by other means. */
        void ended(Exchange exchange, UpstreamCall call);
    }

    /** How far the answer has come. */
    enum Fate {
        NOTHING_CAME,
        REFUSED,
        BEGUN
    }

    private final Exchange exchange;
    private final UpstreamCall call;
    private final Response.Listener proxy;
    private final DeadTokenDetector detector;
    private final Outcome outcome;
    private Fate fate = Fate.NOTHING_CAME;

    /** Whether the answer came to its end; what became of the request's body does not matter then. */
    private boolean whole;

    private long drained;
    private @Nullable AnswerStart start;

    /** {@code proxy} is Jetty's own listener, which writes to the client. */
    UpstreamResponse(
            Exchange exchange,
            UpstreamCall call,
            Response.Listener proxy,
            DeadTokenDetector detector,
            Outcome outcome) {
        this.exchange = exchange;
        this.call = call;
        this.proxy = proxy;
        this.detector = detector;
        this.outcome = outcome;
    }

    @Override
    public void onBegin(Response response) {
        outcome.answered(exchange, call);
        // Before anything of it goes to the client.
        if (detector.refuses(response.getStatus())) {
            fate = Fate.REFUSED;
            outcome.refused(exchange, call);
            return;
        }
        fate = Fate.BEGUN;
        exchange.heldBody().waive();
        synchronized (exchange) {
            if (exchange.isCompleted()) {
                giveUp(response);
            } else if (response.getStatus() == HttpStatus.SWITCHING_PROTOCOLS_101) {
                var unused =
                        response.abort(new HttpResponseException("a switch of protocols nobody offered", response));
            } else {
                proxy.onBegin(response);
            }
        }
    }

    @Override
    public void onHeaders(Response response) {
        if (fate == Fate.REFUSED) {
            return;
        }
        start = detector.start(
                call.request().getMethod(),
                path(),
                response.getHeaders().get(HttpHeader.CONTENT_TYPE),
                response.getHeaders().get(HttpHeader.CONTENT_ENCODING));
        synchronized (exchange) {
            if (!exchange.isCompleted()) {
                proxy.onHeaders(response);
            }
        }
    }

    private String path() {
        String path = call.request().getPath();
        return path == null ? "/" : path;
    }

    @Override
    public void onContent(Response response, Content.Chunk chunk, Runnable demander) throws Exception {
        if (fate == Fate.REFUSED) {
            drain(response, chunk, demander);
            return;
        }
        look(chunk);
        synchronized (exchange) {
            if (exchange.isCompleted()) {
                giveUp(response);
            } else {
                proxy.onContent(response, chunk, demander);
            }
        }
    }

    private void drain(Response response, Content.Chunk chunk, Runnable demander) {
        drained += chunk.remaining();
        if (drained > DRAINED) {
            var unused = response.abort(new TokenRefusedException());
        } else {
            demander.run();
        }
    }

    private void look(Content.Chunk chunk) {
        AnswerStart passing = start;
        if (passing == null) {
            return;
        }
        AnswerStart.Finding finding = passing.look(chunk.getByteBuffer());
        if (finding == AnswerStart.Finding.OPEN) {
            return;
        }
        start = null;
        if (finding == AnswerStart.Finding.SUSPECT) {
            outcome.suspected(call);
        }
    }

    private static void giveUp(Response response) {
        var unused = response.abort(new ClientGoneException());
    }

    @Override
    public void onSuccess(Response response) {
        if (fate != Fate.REFUSED) {
            whole = true;
            proxy.onSuccess(response);
            call.answered(exchange.body());
        }
    }

    @Override
    public void onComplete(Result result) {
        if (start != null) {
            start.end();
        }
        if (outcome.over(exchange, call, fate, result)) {
            return;
        }
        try {
            proxy.onComplete(whole ? new Result(result.getRequest(), result.getResponse()) : result);
        } finally {
            outcome.ended(exchange, call);
        }
    }
}
