package io.tpp.proxy;

import org.eclipse.jetty.client.HttpResponseException;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;

/**
 * Hands the upstream's answer to Jetty's proxy listener as long as the client's response is still this
 * exchange's own, and tells when the answer is over.
 *
 * <h2>Threads</h2>
 *
 * Called by Jetty's client, by one thread at a time. The response is touched under the exchange's monitor.
 */
final class UpstreamResponse implements Response.Listener {
    private final Exchange exchange;
    private final Response.Listener proxy;
    private final Runnable onOver;

    /**
     * Makes a listener for one request to the upstream.
     *
     * @param proxy Jetty's own, which writes to the client
     * @param onOver called once, whatever {@code proxy} does, when nothing more comes
     */
    UpstreamResponse(Exchange exchange, Response.Listener proxy, Runnable onOver) {
        this.exchange = exchange;
        this.proxy = proxy;
        this.onOver = onOver;
    }

    @Override
    public void onBegin(Response response) {
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
        synchronized (exchange) {
            if (!exchange.isCompleted()) {
                proxy.onHeaders(response);
            }
        }
    }

    @Override
    public void onContent(Response response, Content.Chunk chunk, Runnable demander) throws Exception {
        synchronized (exchange) {
            if (exchange.isCompleted()) {
                giveUp(response);
            } else {
                proxy.onContent(response, chunk, demander);
            }
        }
    }

    private static void giveUp(Response response) {
        var unused = response.abort(new ClientGoneException());
    }

    @Override
    public void onSuccess(Response response) {
        proxy.onSuccess(response);
    }

    @Override
    public void onFailure(Response response, Throwable failure) {
        proxy.onFailure(response, failure);
    }

    @Override
    public void onComplete(Result result) {
        try {
            proxy.onComplete(result);
        } finally {
            onOver.run();
        }
    }
}
