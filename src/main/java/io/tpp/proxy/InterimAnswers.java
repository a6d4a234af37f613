package io.tpp.proxy;

import org.eclipse.jetty.client.ProtocolHandler;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.client.transport.HttpConversation;
import org.eclipse.jetty.client.transport.HttpExchange;
import org.eclipse.jetty.client.transport.HttpRequest;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpStatus;

/**
 * What Jetty's client does with interim answers, such as 100 or 103: each is handed to its exchange, and the next answer
 * is awaited. Without it the client would take one for the answer, and the real one would never arrive.
 *
 * <h2>Threads</h2>
 *
 * Stateless. Called by Jetty's client, for one request by one thread at a time.
 */
final class InterimAnswers implements ProtocolHandler {
    @Override
    public String getName() {
        return "tpp-interim";
    }

    @Override
    public boolean accept(Request request, Response response) {
        return HttpStatus.isInterim(response.getStatus());
    }

    @Override
    public Response.Listener getResponseListener() {
        return new Passing();
    }

    /** Hears of one interim answer. */
    private static final class Passing implements Response.Listener {
        @Override
        public void onSuccess(Response response) {
            HttpFields headers = HttpFields.build(response.getHeaders()).asImmutable();
            int status = response.getStatus();
            awaitNext(response);
            if (response.getRequest() instanceof UpstreamRequest request) {
                pass(request.exchange(), status, headers);
            }
        }

        private static void pass(Exchange exchange, int status, HttpFields headers) {
            // The answer may have come with it, and Jetty fails one that finds another write under way.
            SelectorTurn.current().close();
            if (status == HttpStatus.CONTINUE_100) {
                // Jetty passes it on as the body is read. To others it has nothing to say.
                exchange.heldBody().ask();
            } else {
                exchange.interims().pass(status, headers);
            }
        }

        private static void awaitNext(Response response) {
            HttpConversation conversation = conversation(response);
            conversation.updateResponseListeners(null);
            HttpExchange http = conversation.getExchanges().peekLast();
            if (http != null) {
                http.resetResponse();
            }
        }

        /** Those who wait for the answer hear of the end by themselves. */
        @Override
        public void onFailure(Response response, Throwable failure) {
            conversation(response).updateResponseListeners(null);
        }

        @Override
        public void onComplete(Result result) {}

        private static HttpConversation conversation(Response response) {
            return ((HttpRequest) response.getRequest()).getConversation();
        }
    }
}
