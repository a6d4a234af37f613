package io.tpp.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * One TCP connection, in clear or with TLS on it, on which a test says byte for byte what a client sends. Every read has a
 * limit, by default of ten seconds.
 */
public final class RawClient implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    /** The TCP connection. */
    private final Socket tcp;

    /** What is spoken on it: the same, or TLS. */
    private final Socket socket;

    private final InputStream in;
    private boolean chunkOpen;

    /**
     * A response.
     *
     * @param headers by lower-case name; the values of one name joined by {@code ", "}
     */
    public record Response(int status, Map<String, String> headers, String body) {}

    private RawClient(Socket tcp, Socket socket) throws IOException {
        this.tcp = tcp;
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    public static RawClient connect(int port) {
        return connect(port, LIMIT);
    }

    /** Connects, for tests that let clients wait longer. */
    public static RawClient connect(int port, Duration limit) {
        try {
            Socket tcp = connected(port, Math.toIntExact(limit.toMillis()));
            return new RawClient(tcp, tcp);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Socket connected(int port, int limitMillis) throws IOException {
        Socket socket = new Socket();
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(limitMillis);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), limitMillis);
        return socket;
    }

    /** Connects and does the handshake. {@code context} says whom to trust. */
    public static RawClient connectTls(int port, SSLContext context) {
        try {
            return connect(port).handshake(context, "TLSv1.2", "TLSv1.3");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Does the handshake, with one of these versions; what is said from now on is to be said to the returned client. */
    public RawClient handshake(SSLContext context, String... versions) throws IOException {
        SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(tcp, "localhost", tcp.getPort(), true);
        tls.setEnabledProtocols(versions);
        tls.startHandshake();
        return new RawClient(tcp, tls);
    }

    /** Returns the certificate that the peer showed. */
    public Certificate peerCertificate() {
        try {
            return ((SSLSocket) socket).getSession().getPeerCertificates()[0];
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int localPort() {
        return socket.getLocalPort();
    }

    /** Sends text as it is, one byte a character. */
    public RawClient send(String text) {
        try {
            socket.getOutputStream().write(text.getBytes(ISO_8859_1));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends a script, as {@code POST /api/execute}, with further header lines. */
    public RawClient sendScript(String script, String... headerLines) {
        String body = "{\"script\":\"" + script.replace("\"", "\\\"") + "\"}";
        StringBuilder head = new StringBuilder("POST /api/execute HTTP/1.1\r\nHost: tpp\r\n");
        for (String line : headerLines) {
            head.append(line).append("\r\n");
        }
        return send(head + "Content-Length: " + body.length() + "\r\n\r\n" + body);
    }

    /** Sends a script and reads the answer. */
    public Response execute(String script, String... headerLines) {
        return sendScript(script, headerLines).read();
    }

    /** Asks the simulator which token this connection's request carries. */
    public int tokenNumber() {
        Response response = execute("whoami()");
        return tokenNumber(response);
    }

    /** Returns the token number in the simulator's answer to {@code whoami()}. */
    public static int tokenNumber(Response response) {
        String marker = "\"token\":";
        int start = response.body().indexOf(marker);
        if (response.status() != 200 || start < 0) {
            throw new AssertionError("no token in " + response);
        }
        int from = start + marker.length();
        int to = from;
        while (Character.isDigit(response.body().charAt(to))) {
            to++;
        }
        return Integer.parseInt(response.body().substring(from, to));
    }

    /** Reads one response, be it interim or not. */
    public Response read() {
        try {
            String[] statusLine = line().split(" ", 3);
            Map<String, String> headers = new TreeMap<>();
            for (String line = line(); !line.isEmpty(); line = line()) {
                int colon = line.indexOf(':');
                headers.merge(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).trim(),
                        (first, second) -> first + ", " + second);
            }
            int status = Integer.parseInt(statusLine[1]);
            return new Response(status, headers, hasBody(status) ? body(headers) : "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads a response's head, up to and with the empty line: what the upstream said, byte for byte, without the {@code
     * Via} by which TPP notes that it passed.
     */
    public String readHead() {
        return withoutVia(readWholeHead());
    }

    private static String withoutVia(String text) {
        return text.replace("\r\nVia: 1.1 tpp\r\n", "\r\n");
    }

    /** Reads a response's head, byte for byte, up to and with the empty line. */
    public String readWholeHead() {
        try {
            StringBuilder head = new StringBuilder();
            while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
                head.append(readText(1));
            }
            return head.toString();
        } catch (UncheckedIOException e) {
            throw new UncheckedIOException("within a head", e.getCause());
        }
    }

    /** Reads so many bytes. */
    public String readText(int length) {
        try {
            byte[] bytes = in.readNBytes(length);
            if (bytes.length < length) {
                throw new EOFException("the connection ended after " + bytes.length + " of " + length + " bytes");
            }
            return new String(bytes, ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads until the peer ends the connection, in whatever way, and returns what came before; heads as {@link #readHead}. */
    public String readRest() {
        StringBuilder rest = new StringBuilder();
        try {
            for (int b = in.read(); b >= 0; b = in.read()) {
                rest.append((char) b);
            }
        } catch (SocketTimeoutException open) {
            throw new AssertionError("the connection did not end after: " + rest, open);
        } catch (IOException reset) {
            return withoutVia(rest.toString());
        }
        return withoutVia(rest.toString());
    }

    /** Reads one chunk of a chunked body; empty at its end. */
    public String readChunk() {
        try {
            if (chunkOpen) {
                line(); // Jetty ends a chunk when it begins the next
            }
            String chunk = readText(Integer.parseInt(line(), 16));
            chunkOpen = !chunk.isEmpty();
            if (chunk.isEmpty()) {
                line();
            }
            return chunk;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** RFC 9112 §6.3; not asked for by HEAD. */
    private static boolean hasBody(int status) {
        return status >= 200 && status != 204 && status != 304;
    }

    private String body(Map<String, String> headers) throws IOException {
        if ("chunked".equalsIgnoreCase(headers.get("transfer-encoding"))) {
            return chunks();
        }
        String length = headers.get("content-length");
        byte[] body = length == null ? in.readAllBytes() : in.readNBytes(Integer.parseInt(length));
        if (length != null && body.length < Integer.parseInt(length)) {
            throw new EOFException("the body was cut after " + body.length + " of " + length + " bytes");
        }
        return new String(body, ISO_8859_1);
    }

    private String chunks() throws IOException {
        StringBuilder body = new StringBuilder();
        int size;
        do {
            size = Integer.parseInt(line(), 16);
            body.append(new String(in.readNBytes(size), ISO_8859_1));
            line();
        } while (size > 0);
        return body.toString();
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int b;
        while ((b = in.read()) != '\n') {
            if (b < 0) {
                throw new EOFException("the connection ended within a line: " + line);
            }
            line.write(b);
        }
        return line.toString(ISO_8859_1).stripTrailing();
    }

    /** Reads and drops so many bytes, or what comes up to the end of the connection; returns how many it were. */
    public long skip(long length) {
        byte[] piece = new byte[1 << 16];
        long skipped = 0;
        try {
            while (skipped < length) {
                int count = in.read(piece, 0, (int) Math.min(piece.length, length - skipped));
                if (count < 0) {
                    return skipped;
                }
                skipped += count;
            }
            return skipped;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns whether nothing has come by now that was not read. */
    public boolean hasNothingToRead() {
        try {
            return in.available() == 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns whether the peer ends the connection, within the limit, without sending more. */
    public boolean isClosedByPeer() {
        try {
            return in.read() < 0;
        } catch (IOException reset) {
            return !(reset instanceof SocketTimeoutException);
        }
    }

    /** Ends the sending side only (FIN, over TLS close_notify). */
    public void shutdownOutput() {
        try {
            socket.shutdownOutput();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends the connection with a reset. */
    public void reset() {
        try {
            tcp.setSoLinger(true, 0);
            tcp.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Closes the TCP connection (FIN) as if there were no TLS on it: without a close_notify. */
    public void cut() {
        try {
            tcp.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Closes the connection in the ordinary way (FIN, over TLS after a close_notify), in the middle of a test. */
    public void hangUp() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        hangUp();
    }
}
