package io.tpp.proxy;

import java.io.EOFException;
import java.util.Objects;
import org.eclipse.jetty.client.HttpResponseException;
import org.eclipse.jetty.client.ProtocolHandler;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.client.transport.HttpConversation;
import org.eclipse.jetty.client.transport.HttpRequest;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.EndPoint;
import org.jspecify.annotations.Nullable;

/**
 * What Jetty's client does with the upstream's 101 to a request that asked for it: the connection becomes part of a
 * tunnel. If that fails, the request fails.
 *
 * <h2>Threads</h2>
 *
 * Stateless. Called by Jetty's client, for one request by one thread at a time.
 */
final class UpgradeHandler implements ProtocolHandler {
    private static final String PENDING = PendingUpgrade.class.getName();

    /** Prepares a request that is not sent yet. */
    static void expect(PendingUpgrade upgrade, Request request) {
        request.attribute(PENDING, upgrade);
    }

    private static @Nullable PendingUpgrade pending(Request request) {
        return (PendingUpgrade) request.getAttributes().get(PENDING);
    }

    @Override
    public String getName() {
        return "tpp-upgrade";
    }

    @Override
    public boolean accept(Request request, Response response) {
        return response.getStatus() == HttpStatus.SWITCHING_PROTOCOLS_101 && pending(request) != null;
    }

    @Override
    public Response.Listener getResponseListener() {
        return new Switching();
    }

    /** Hears of an answer of 101. */
    private static final class Switching implements Response.Listener {
        private static PendingUpgrade upgrade(Response response) {
            return Objects.requireNonNull(pending(response.getRequest()), "accepted before");
        }

        @Override
        public void onHeaders(Response response) {
            if (!upgrade(response).isMetBy(response)) {
                var unused = response.abort(
                        new HttpResponseException("the upstream switches to a protocol nobody offered", response));
            }
        }

        /** By the thread that reads the answer, which holds what has come behind it; the request may not be through. */
        @Override
        public void onSuccess(Response response) {
            upgrade(response).take((EndPoint) conversation(response).getAttribute(EndPoint.class.getName()));
        }

        @Override
        public void onComplete(Result result) {
            Response response = result.getResponse();
            if (result.isFailed()) {
                fail(result);
            } else if (!upgrade(response).begin(response.getHeaders())) {
                fail(new Result(result, new EOFException("a side ended at the switch of protocols")));
            }
        }

        private static HttpConversation conversation(Response response) {
            return ((HttpRequest) response.getRequest()).getConversation();
        }

        /** Lets those hear of it who would have heard of an ordinary answer. */
        private static void fail(Result result) {
            HttpConversation conversation = conversation(result.getResponse());
            conversation.updateResponseListeners(null);
            conversation.getResponseListeners().emitFailureComplete(result);
        }
    }
}
