package io.tpp.proxy;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Response;

/** How far a response of HTTP/1.x has gone out. Stateless; to be asked while nobody writes. */
final class ResponseProgress {
    private ResponseProgress() {}

    /**
     * Returns whether the system has taken all of a response that says how long it is. From then on its client can have read
     * it to its end, and be gone.
     */
    static boolean isWritten(Response response, EndPoint endPoint) {
        long length = response.isCommitted() ? response.getHeaders().getLongField(HttpHeader.CONTENT_LENGTH) : -1;
        return length >= 0 && Response.getContentBytesWritten(response) >= length && isTaken(endPoint);
    }

    private static boolean isTaken(EndPoint endPoint) {
        return endPoint instanceof AbstractEndPoint socket
                && !socket.getWriteFlusher().isPending()
                && !socket.getWriteFlusher().isFailed();
    }
}
