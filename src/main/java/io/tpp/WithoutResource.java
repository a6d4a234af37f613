package io.tpp;

import io.tpp.dolphindb.ErrorEnvelope;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Answers what is not about a resource, so that no servlet can.
 *
 * <p>{@code OPTIONS *} asks about the server itself (RFC 9110 §9.3.7): TPP is the server meant, so it does not go to the
 * upstream and needs no token. {@code CONNECT} asks for a tunnel to anywhere, which TPP makes for nobody. Stateless.
 */
final class WithoutResource extends Handler.Wrapper {
    WithoutResource(Handler next) {
        super(next);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        if (HttpMethod.CONNECT.is(request.getMethod())) {
            refuse(response, HttpStatus.METHOD_NOT_ALLOWED_405, "CONNECT is not allowed through TPP", callback);
        } else if (!"*".equals(request.getHttpURI().getPath())) {
            return super.handle(request, response, callback);
        } else if (HttpMethod.OPTIONS.is(request.getMethod())) {
            response.setStatus(HttpStatus.OK_200);
            callback.succeeded();
        } else {
            refuse(response, HttpStatus.BAD_REQUEST_400, "only OPTIONS can be about the server itself", callback);
        }
        return true;
    }

    private static void refuse(Response response, int status, String message, Callback callback) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, ErrorEnvelope.CONTENT_TYPE);
        response.write(true, ByteBuffer.wrap(ErrorEnvelope.of(message)), callback);
    }
}
