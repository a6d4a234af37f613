package io.tpp.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.hpack.HpackDecoder;
import org.eclipse.jetty.http2.hpack.HpackException;

/** One connection of HTTP/2 in clear (RFC 9113), by prior knowledge, on which a test says frame by frame what a client sends. */
public final class RawHttp2 implements AutoCloseable {
    public static final int DATA = 0;
    public static final int HEADERS = 1;
    public static final int PRIORITY = 2;
    public static final int RST_STREAM = 3;
    public static final int SETTINGS = 4;
    public static final int PUSH_PROMISE = 5;
    public static final int PING = 6;
    public static final int GOAWAY = 7;
    public static final int WINDOW_UPDATE = 8;
    public static final int CONTINUATION = 9;

    public static final int END_STREAM = 1;
    public static final int END_HEADERS = 4;

    public static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    private static final int MUCH = 1 << 30;

    private final RawClient client;
    private final HpackDecoder decoder = new HpackDecoder(4096, System::nanoTime);

    /** A frame that has come. */
    public record Frame(int type, int flags, int stream, ByteBuffer payload) {
        public boolean endsStream() {
            return (flags & END_STREAM) != 0;
        }
    }

    /** Begins to speak on a connection. */
    public RawHttp2(RawClient client) {
        this(client, PREFACE + frame(SETTINGS, 0, 0, "") + frame(WINDOW_UPDATE, 0, 0, number(MUCH, 4)));
    }

    /** Begins to speak on a connection with the preface and these frames, or goes on with nothing. */
    public RawHttp2(RawClient client, String first) {
        this.client = client;
        if (!first.isEmpty()) {
            client.send(first);
        }
    }

    /** Sends bytes, which may be frames. */
    public RawHttp2 send(String frames) {
        client.send(frames);
        return this;
    }

    /** Sends a request without a body; {@code fields} are its whole header block. */
    public RawHttp2 get(int stream, String fields) {
        return send(frame(HEADERS, END_STREAM | END_HEADERS, stream, fields));
    }

    /** Sends a request's head; {@code fields} are names and values by turns. */
    public void sendRequest(int stream, boolean last, String method, String... fields) {
        sendFields(stream, last, request(method, "/"), fields);
    }

    /** Sends what comes behind a request's body. */
    public void sendTrailers(int stream, String... fields) {
        sendFields(stream, true, "", fields);
    }

    private void sendFields(int stream, boolean last, String first, String... fields) {
        StringBuilder block = new StringBuilder(first);
        for (int i = 0; i < fields.length; i += 2) {
            block.append(field(fields[i], fields[i + 1]));
        }
        client.send(frame(HEADERS, END_HEADERS | (last ? END_STREAM : 0), stream, block.toString()));
    }

    /** Sends a piece of a request's body. */
    public void sendData(int stream, boolean last, String data) {
        client.send(frame(DATA, last ? END_STREAM : 0, stream, data));
    }

    /** Returns the next frame. */
    public Frame read() {
        String head = client.readText(9);
        String payload = client.readText(head.charAt(0) << 16 | head.charAt(1) << 8 | head.charAt(2));
        int stream = ByteBuffer.wrap(head.getBytes(ISO_8859_1)).getInt(5);
        return new Frame(head.charAt(3), head.charAt(4), stream, ByteBuffer.wrap(payload.getBytes(ISO_8859_1)));
    }

    /** Returns the next frame of a type, past others. */
    public Frame await(int type) {
        Frame frame = read();
        while (frame.type() != type) {
            frame = read();
        }
        return frame;
    }

    /** Returns the status of the next head, an interim one too. */
    public int readStatus() {
        return ((MetaData.Response) decode(await(HEADERS))).getStatus();
    }

    /** Returns the status of a stream's answer; 0: it, or the connection, was given up instead. */
    public int status(int stream) {
        Frame frame = read();
        while (frame.type() != HEADERS || frame.stream() != stream) {
            if (frame.type() == GOAWAY || (frame.type() == RST_STREAM && frame.stream() == stream)) {
                return 0;
            }
            frame = read();
        }
        return ((MetaData.Response) decode(frame)).getStatus();
    }

    /** Returns the status in a frame that is a whole head, or 0 if it is what comes behind a body. */
    public int statusIn(Frame headers) {
        return decode(headers) instanceof MetaData.Response response ? response.getStatus() : 0;
    }

    /** Returns the fields of the next head, or of what comes behind a body. */
    public HttpFields readFields() {
        return decode(await(HEADERS)).getHttpFields();
    }

    private MetaData decode(Frame headers) {
        try {
            return decoder.decode(headers.payload());
        } catch (HpackException e) {
            throw new AssertionError("a head is not well-formed", e);
        }
    }

    @Override
    public void close() {
        client.close();
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

    /** Returns the pseudo-header fields of a request. */
    public static String request(String method, String path) {
        return field(":method", method) + field(":scheme", "http") + field(":path", path) + field(":authority", "tpp");
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
            length.append((char) ((rest & 127) | 128));
        }
        return length.append((char) rest) + text;
    }
}
