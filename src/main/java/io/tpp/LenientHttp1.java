package io.tpp;

import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.internal.HttpConnection;

/**
 * HTTP/1.x that ignores an {@code Upgrade} that {@code Connection} does not name, and wakes no thread between two requests.
 *
 * <p>Such a request came through a proxy that does not know the header; RFC 9110 §7.8 has it ignored. Jetty takes
 * every {@code Upgrade} for one to HTTP/2, and answers 400.
 */
final class LenientHttp1 extends HttpConnectionFactory {
    private final int maxTargetBytes;

    /** {@code maxTargetBytes}: a longer target is answered with 414, whatever else is wrong. */
    LenientHttp1(HttpConfiguration http, int maxTargetBytes) {
        super(http);
        this.maxTargetBytes = maxTargetBytes;
    }

    @Override
    public Connection newConnection(Connector connector, EndPoint endPoint) {
        HttpConnection connection = new LenientConnection(
                getHttpConfiguration(), connector, endPoint, maxTargetBytes, getInputBufferSize());
        connection.setTransferEncodingChunkMaxLength(getTransferEncodingChunkMaxLength());
        return configure(connection, connector, endPoint);
    }
}
