package io.tpp.proxy;

import java.util.function.BiConsumer;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;

/**
 * Writes the upstream's answer to the client, each piece as it comes, uncopied.
 *
 * <p>It stands for the listener of the servlet's base class, which writes by way of the servlet's output: that hands each
 * answer to another thread before its first byte. Here it is written by the thread that read it. The next piece is asked for
 * once the client's system has taken the one before, so the upstream is read only as fast as the client reads.
 *
 * <h2>Threads</h2>
 *
 * Called by Jetty's client, by one thread at a time, with the exchange's monitor held wherever the response is touched.
 */
final class ClientResponse implements Response.Listener {
    private final Exchange exchange;
    private final BiConsumer<Exchange, Response> onHeaders;
    private final BiConsumer<Exchange, Result> onFailure;

    /**
     * @param onHeaders puts what passes of the answer's headers into the response
     * @param onFailure called if the answer does not come to its end
     */
    ClientResponse(
            Exchange exchange, BiConsumer<Exchange, Response> onHeaders, BiConsumer<Exchange, Result> onFailure) {
        this.exchange = exchange;
        this.onHeaders = onHeaders;
        this.onFailure = onFailure;
    }

    @Override
    public void onBegin(Response response) {
        exchange.response().setStatus(response.getStatus());
    }

    @Override
    public void onHeaders(Response response) {
        onHeaders.accept(exchange, response);
    }

    @Override
    public void onContent(Response response, Content.Chunk chunk, Runnable demander) {
        chunk.retain();
        exchange.core()
                .getServletContextResponse()
                .write(false, chunk.getByteBuffer(), new Written(response, chunk, demander));
    }

    /** No piece is on its way any more: the end is not read before each was taken. */
    @Override
    public void onComplete(Result result) {
        if (result.isSucceeded()) {
            exchange.complete();
        } else {
            onFailure.accept(exchange, result);
        }
    }

    /** What follows once the client's system has taken a piece. */
    private record Written(Response response, Content.Chunk chunk, Runnable demander) implements Callback {
        @Override
        public void succeeded() {
            chunk.release();
            demander.run();
        }

        @Override
        public void failed(Throwable failure) {
            chunk.release();
            var unused = response.abort(failure);
        }

        @Override
        public InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }
    }
}
