package io.tpp.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * An upstream that gives every login a token and answers everything else byte for byte as the test says.
 *
 * <p>It records the heads of requests as they came. Each connection has its own daemon thread; closing
 * the upstream closes them all.
 */
public final class ScriptedUpstream implements AutoCloseable {
    private static final int LIMIT_SECONDS = 10;

    /** Every token's value starts with this, so that a test can look for it. */
    public static final String TOKEN_PREFIX = "ScriptedTokenValue";

    /** What to do with a request whose head has been read. What it leaves of the body is read afterwards. */
    public interface Script {
        void run(Connection connection) throws Exception;

        default Script then(Script next) {
            return connection -> {
                run(connection);
                next.run(connection);
            };
        }
    }

    private final ServerSocket server;
    private final BlockingQueue<String> heads = new LinkedBlockingQueue<>();
    private final List<String> tokens = new CopyOnWriteArrayList<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile Script script;
    private volatile String refusedUser;

    private ScriptedUpstream(Script script) throws IOException {
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.script = script;
    }

    /** Starts one that answers all but logins like this. */
    public static ScriptedUpstream start(Script script) throws IOException {
        ScriptedUpstream upstream = new ScriptedUpstream(script);
        daemon(upstream::accept);
        return upstream;
    }

    /** Reads the body, then sends these bytes. */
    public static Script answer(String bytes) {
        return connection -> {
            connection.readBody();
            connection.write(bytes);
        };
    }

    /** Answers 200 with this body and its length. */
    public static Script ok(String body) {
        return answer("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
    }

    /** Ends the connection in good order. */
    public static Script hangUp() {
        return Connection::close;
    }

    /** Ends the connection with a reset. */
    public static Script reset() {
        return connection -> {
            connection.socket.setSoLinger(true, 0);
            connection.close();
        };
    }

    /** Answers requests from now on like this. */
    public void script(Script newScript) {
        script = newScript;
    }

    /** Refuses this user's logins from now on, and repeats the request in the refusal, as DolphinDB does. */
    public void refuse(String user) {
        refusedUser = user;
    }

    public int port() {
        return server.getLocalPort();
    }

    /** Returns the values of the tokens given out. */
    public List<String> tokens() {
        return tokens;
    }

    /** Returns the oldest head not yet taken, logins left out; waits for it. */
    public String takeHead() throws InterruptedException {
        String head = heads.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
        if (head == null) {
            throw new AssertionError("no request came");
        }
        return head;
    }

    public void forgetHeads() {
        heads.clear();
    }

    /** Returns how many heads were not taken. */
    public int headsLeft() {
        return heads.size();
    }

    @Override
    public void close() {
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
            open.add(socket);
            if (server.isClosed()) {
                socket.close(); // accepted while close() was at work
            }
            daemon(() -> serve(new Connection(socket)));
        }
    }

    private void serve(Connection connection) throws Exception {
        try (Socket socket = connection.socket) {
            while (!socket.isClosed()) {
                connection.readHead();
                if (connection.head().startsWith("POST /api/login ")) {
                    connection.write(login(connection.readBody()));
                } else {
                    heads.add(connection.head());
                    script.run(connection);
                }
                if (!socket.isClosed()) {
                    connection.readBody();
                }
            }
        } finally {
            open.remove(connection.socket);
        }
    }

    private String login(String request) {
        String body = refusedUser != null && request.contains("\"" + refusedUser + "\"")
                ? "{\"session\":\"1\",\"user\":\"guest\",\"code\":\"1\",\"message\":\"login => incorrect: "
                        + request.replace("\"", "\\\"") + "\",\"result\":[]}"
                : "{\"session\":\"1\",\"user\":\"admin\",\"code\":\"0\",\"message\":\"\",\"result\":[\"" + newToken()
                        + "\"]}";
        return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n"
                + body;
    }

    private synchronized String newToken() {
        String token = TOKEN_PREFIX + (tokens.size() + 1) + "==";
        tokens.add(token);
        return token;
    }

    private interface Task {
        void run() throws Exception;
    }

    private static void daemon(Task task) {
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (IOException e) {
                        // The proxy or the test closed the connection.
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    } catch (Exception e) {
                        throw new AssertionError("the script failed", e);
                    }
                },
                "scripted-upstream");
        thread.setDaemon(true);
        thread.start();
    }

    /** One connection of the proxy. Used by its own thread. */
    public static final class Connection {
        private final Socket socket;
        private final InputStream in;
        private String head = "";
        private boolean bodyRead;
        private boolean chunkOpen;
        private String trailers = "";

        private Connection(Socket socket) throws IOException {
            this.socket = socket;
            this.in = new BufferedInputStream(socket.getInputStream());
            socket.setTcpNoDelay(true);
        }

        /** Returns the request's head, byte for byte, with the empty line. */
        public String head() {
            return head;
        }

        /** Returns the request's body; what is left of it if some was read. */
        public String readBody() throws IOException {
            StringBuilder body = new StringBuilder();
            if (!bodyRead && isChunked()) {
                while (!bodyRead) {
                    body.append(readChunk());
                }
            } else if (!bodyRead) {
                String length = head.replaceAll("(?is).*\r\ncontent-length: *(\\d+)\r\n.*", "$1");
                body.append(length.equals(head) ? "" : text(Integer.parseInt(length)));
            }
            bodyRead = true;
            return body.toString();
        }

        private boolean isChunked() {
            return head.toLowerCase(Locale.ROOT).contains("\r\ntransfer-encoding: chunked\r\n");
        }

        /** Returns the next chunk of the request's body; empty at its end. */
        public String readChunk() throws IOException {
            if (chunkOpen) {
                line(); // Jetty ends a chunk when it begins the next
            }
            String chunk = text(Integer.parseInt(line().strip(), 16));
            chunkOpen = !chunk.isEmpty();
            if (chunk.isEmpty()) {
                trailers = lines();
                bodyRead = true;
            }
            return chunk;
        }

        /** Returns what came behind the chunks, byte for byte, with the empty line. */
        public String trailers() {
            return trailers;
        }

        public void write(String bytes) throws IOException {
            socket.getOutputStream().write(bytes.getBytes(ISO_8859_1));
        }

        /** Reads so many bytes, whatever they are part of. */
        public String readText(int length) throws IOException {
            return text(length);
        }

        /** Returns what comes, whatever it is part of. */
        public InputStream in() {
            return in;
        }

        /** Returns where to write. */
        public OutputStream out() throws IOException {
            return socket.getOutputStream();
        }

        /** Reads to the proxy's FIN; an exception tells of its RST. */
        public String readRest() throws IOException {
            return new String(in.readAllBytes(), ISO_8859_1);
        }

        /** Ends the sending side only (FIN). */
        public void shutdownOutput() throws IOException {
            socket.shutdownOutput();
        }

        public void close() throws IOException {
            socket.close();
        }

        private void readHead() throws IOException {
            head = lines();
            bodyRead = false;
        }

        /** Reads up to and with the next empty line. */
        private String lines() throws IOException {
            StringBuilder lines = new StringBuilder();
            String line;
            do {
                line = line();
                lines.append(line);
            } while (!line.equals("\r\n"));
            return lines.toString();
        }

        private String line() throws IOException {
            StringBuilder line = new StringBuilder();
            while (line.indexOf("\n") < 0) {
                line.append(text(1));
            }
            return line.toString();
        }

        private String text(int length) throws IOException {
            byte[] bytes = in.readNBytes(length);
            if (bytes.length < length) {
                throw new EOFException("closed by the proxy");
            }
            return new String(bytes, ISO_8859_1);
        }
    }
}
