package io.tpp.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** Connections that have sent one request each and are then left alone. */
final class OpenConnections implements AutoCloseable {
    private final List<BodyStream> connections = new ArrayList<>();

    /** Opens some more, one after the other; {@code answered} says whether the answer is waited for. */
    void open(int port, int count, boolean answered) throws IOException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        for (int i = 0; i < count; i++) {
            BodyStream connection = new BodyStream(SocketChannel.open(address), 1024);
            connections.add(connection);
            connection.write("GET " + Upstream.SMALL + " HTTP/1.1\r\nHost: bench\r\n\r\n");
            if (answered) {
                connection.readSuccess();
            }
        }
    }

    @Override
    public void close() throws IOException {
        for (BodyStream connection : connections) {
            connection.close();
        }
    }
}
