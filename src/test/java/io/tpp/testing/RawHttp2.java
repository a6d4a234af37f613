package io.tpp.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.hpack.HpackDecoder;

/**
 * One HTTP/2 connection on which a test says frame by frame what a client sends (RFC 9113). Header fields are literal, so
 * that they may be anything; what the peer compresses is decoded.
 */
public final class RawHttp2 implements AutoCloseable {
    public static final int DATA = 0;
    public static final int HEADERS = 1;
    public static final int RST_STREAM = 3;
    public static final int SETTINGS = 4;
    public static final int PING = 6;
    public static final int GOAWAY = 7;
    public static final int CONTINUATION = 9;

    public static final int END_STREAM = 1;
    public static final int END_HEADERS = 4;

    public static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    private final RawClient client;
    private final HpackDecoder decoder = new HpackDecoder(64 * 1024, System::nanoTime);

    /** A frame from the peer. */
    public record Frame(int type, int flags, int stream, String payload) {}

    public RawHttp2(RawClient client) {
        this.client = client;
    }

    /** Sends the preface and empty settings. */
    public RawHttp2 open() {
        client.send(PREFACE + frame(SETTINGS, 0, 0, ""));
        return this;
    }

    public RawHttp2 send(String frames) {
        client.send(frames);
        return this;
    }

    /** Sends a request without a body; {@code fields} are its whole header block. */
    public RawHttp2 get(int stream, String fields) {
        return send(frame(HEADERS, END_STREAM | END_HEADERS, stream, fields));
    }

    public static String frame(int type, int flags, int stream, String payload) {
        return number(payload.length(), 3) + (char) type + (char) flags + number(stream, 4) + payload;
    }

    /** Returns a number in so many octets. */
    public static String number(int value, int octets) {
        StringBuilder text = new StringBuilder();
        for (int i = octets - 1; i >= 0; i--) {
            text.append((char) (value >>> (8 * i) & 0xFF));
        }
        return text.toString();
    }

    /** Returns a literal field that is not indexed (RFC 7541 §6.2.2). */
    public static String field(String name, String value) {
        return "\0" + literal(name) + literal(value);
    }

    /** RFC 7541 §5.1 and §5.2, without Huffman. */
    private static String literal(String text) {
        if (text.length() < 127) {
            return (char) text.length() + text;
        }
        StringBuilder length = new StringBuilder().append((char) 127);
        int rest = text.length() - 127;
        for (; rest >= 128; rest >>>= 7) {
            length.append((char) (rest & 127 | 128));
        }
        return length.append((char) rest) + text;
    }

    /** Returns the pseudo-header fields of a request. */
    public static String request(String method, String path) {
        return field(":method", method) + field(":scheme", "http") + field(":path", path) + field(":authority", "tpp");
    }

    public Frame read() {
        String head = client.readText(9);
        int length = head.charAt(0) << 16 | head.charAt(1) << 8 | head.charAt(2);
        int stream = ByteBuffer.wrap(head.substring(5).getBytes(ISO_8859_1)).getInt();
        return new Frame(head.charAt(3), head.charAt(4), stream, client.readText(length));
    }

    /** Returns the next frame of a type. */
    public Frame read(int type) {
        Frame frame = read();
        while (frame.type() != type) {
            frame = read();
        }
        return frame;
    }

    /** Returns the status of a stream's answer; 0: it, or the connection, was given up instead. */
    public int status(int stream) throws Exception {
        Frame frame = read();
        while (frame.type() != HEADERS || frame.stream() != stream) {
            if (frame.type() == GOAWAY || (frame.type() == RST_STREAM && frame.stream() == stream)) {
                return 0;
            }
            frame = read();
        }
        ByteBuffer block = ByteBuffer.wrap(frame.payload().getBytes(ISO_8859_1));
        return ((MetaData.Response) decoder.decode(block)).getStatus();
    }

    public static Map<Integer, Integer> settings(Frame frame) {
        ByteBuffer bytes = ByteBuffer.wrap(frame.payload().getBytes(ISO_8859_1));
        Map<Integer, Integer> settings = new HashMap<>();
        while (bytes.hasRemaining()) {
            settings.put((int) bytes.getShort(), bytes.getInt());
        }
        return settings;
    }

    @Override
    public void close() {
        client.close();
    }
}
