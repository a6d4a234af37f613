package io.tpp;

import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Answers {@code OPTIONS *}, which asks about the server itself and not about a resource (RFC 9110 §9.3.7): TPP is the
 * server meant, so it does not go to the upstream and needs no token. Stateless.
 */
final class ServerWideOptions extends Handler.Wrapper {
    ServerWideOptions(Handler next) {
        super(next);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        if (!HttpMethod.OPTIONS.is(request.getMethod())
                || !"*".equals(request.getHttpURI().getPath())) {
            return super.handle(request, response, callback);
        }
        response.setStatus(HttpStatus.OK_200);
        callback.succeeded();
        return true;
    }
}
