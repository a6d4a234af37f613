package io.tpp;

import io.tpp.dolphindb.ErrorEnvelope;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/**
 * Answers what Jetty refuses before any servlet sees it, such as malformed or too large requests, in
 * DolphinDB's envelope, and closes the connection.
 *
 * <p>Only the status is told, not Jetty's reason, which may quote what the client sent. Stateless.
 */
final class ErrorAnswers implements Request.Handler {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int status = status(request, response);
        byte[] body = ErrorEnvelope.of("the request cannot be served: " + status + " " + HttpStatus.getMessage(status));
        response.setStatus(status);
        response.getHeaders()
                .put(HttpHeader.CONTENT_TYPE, ErrorEnvelope.CONTENT_TYPE)
                .put(HttpFields.CONNECTION_CLOSE);
        response.write(true, ByteBuffer.wrap(body), callback);
        return true;
    }

    private static int status(Request request, Response response) {
        return request.getAttribute(ErrorHandler.ERROR_EXCEPTION) instanceof HttpException failure
                ? failure.getCode()
                : response.getStatus();
    }
}
