package io.tpp.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * An upstream that does nothing with bodies but read them to their end, and sends as many bytes as the path's last number
 * asks for. A login gives a new token.
 */
final class BodyServer implements AutoCloseable {
    private final ServerSocketChannel listener;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    private BodyServer(ServerSocketChannel listener) {
        this.listener = listener;
    }

    static BodyServer start() throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open();
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        BodyServer server = new BodyServer(listener);
        server.threads.execute(server::accept);
        return server;
    }

    int port() {
        return listener.socket().getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel client = listener.accept();
                threads.execute(() -> serve(client));
            }
        } catch (IOException closed) {
            threads.shutdown();
        }
    }

    private static void serve(SocketChannel channel) {
        try (BodyStream client = new BodyStream(channel)) {
            String head;
            while ((head = client.readHead()) != null) {
                client.skip(BodyStream.contentLength(head));
                answer(client, head.split(" ", 3)[1]);
            }
        } catch (IOException gone) {
            return;
        }
    }

    private static void answer(BodyStream client, String path) throws IOException {
        if (path.matches("/down/\\d+")) {
            long length = Long.parseLong(path.replaceAll("\\D", ""));
            client.write("HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: " + length
                    + "\r\n\r\n");
            client.writeBody(length);
        } else {
            String login = "{\"session\":\"1\",\"user\":\"admin\",\"code\":\"0\",\"message\":\"\",\"result\":[\""
                    + UUID.randomUUID() + "\"]}";
            client.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + login.length()
                    + "\r\n\r\n" + login);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        threads.shutdownNow();
    }
}
