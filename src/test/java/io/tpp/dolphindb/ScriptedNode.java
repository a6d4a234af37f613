package io.tpp.dolphindb;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A DolphinDB node on 127.0.0.1 that answers byte for byte what the test says, and records what it was sent.
 *
 * <p>Each connection has its own daemon thread; closing the upstream closes them all.
 */
final class ScriptedNode implements Closeable {
    /** What to do once a request has been read completely. */
    interface Script {
        void run(Connection connection) throws IOException, InterruptedException;

        default Script then(Script next) {
            return connection -> {
                run(connection);
                next.run(connection);
            };
        }
    }

    private final ServerSocket server;
    private final Script script;
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();
    private final CountDownLatch closed = new CountDownLatch(1);

    private ScriptedNode(ServerSocket server, Script script) {
        this.server = server;
        this.script = script;
    }

    static ScriptedNode start(Script script) throws IOException {
        return start(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), script);
    }

    static ScriptedNode start(ServerSocket server, Script script) {
        ScriptedNode upstream = new ScriptedNode(server, script);
        daemon(upstream::accept);
        return upstream;
    }

    static Script send(String bytes) {
        return connection -> connection.write(bytes.getBytes(StandardCharsets.UTF_8));
    }

    /** A complete answer. */
    static Script answer(int status, String body) {
        return send("HTTP/1.1 " + status + " Status\r\nContent-Type: application/json\r\nContent-Length: "
                + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body);
    }

    /** An answer whose end never comes, though its length is announced. */
    static Script answerCutOff(int status, String body) {
        return send("HTTP/1.1 " + status + " Status\r\nContent-Length: 10000\r\n\r\n" + body);
    }

    static Script hangUp() {
        return connection -> connection.socket.close();
    }

    static Script reset() {
        return connection -> {
            connection.socket.setSoLinger(true, 0);
            connection.socket.close();
        };
    }

    /** Neither answers nor closes until the upstream is closed. */
    static Script stall() {
        return Connection::stall;
    }

    int port() {
        return server.getLocalPort();
    }

    int connections() {
        return connections.get();
    }

    /** How many connections are open. */
    int open() {
        return open.size();
    }

    /** The requests so far, head and body. */
    List<String> requests() {
        return requests;
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            server.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept() throws IOException {
        while (!server.isClosed()) {
            Socket socket = server.accept();
            connections.incrementAndGet();
            open.add(socket);
            if (closed.getCount() == 0) {
                socket.close(); // accepted while close() was at work
            }
            daemon(() -> new Connection(socket).serve());
        }
    }

    private interface Task {
        void run() throws IOException, InterruptedException;
    }

    private static void daemon(Task task) {
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (IOException e) {
                        // The client or the test closed the connection.
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "scripted-node");
        thread.setDaemon(true);
        thread.start();
    }

    /** One connection of a client. */
    final class Connection {
        final Socket socket;

        Connection(Socket socket) {
            this.socket = socket;
        }

        void write(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        }

        private void stall() throws InterruptedException {
            closed.await(30, TimeUnit.SECONDS);
        }

        private void serve() throws IOException, InterruptedException {
            try (socket) {
                while (!socket.isClosed() && closed.getCount() > 0) {
                    requests.add(readRequest(socket.getInputStream()));
                    script.run(this);
                }
            } finally {
                open.remove(socket);
            }
        }

        private String readRequest(InputStream in) throws IOException {
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                int b = in.read();
                if (b < 0) {
                    throw new SocketException("closed by the client");
                }
                head.write(b);
            }
            String text = head.toString(StandardCharsets.ISO_8859_1);
            String length = text.replaceAll("(?is).*\r\ncontent-length: *(\\d+)\r\n.*", "$1");
            return text + new String(in.readNBytes(Integer.parseInt(length)), StandardCharsets.UTF_8);
        }
    }
}
