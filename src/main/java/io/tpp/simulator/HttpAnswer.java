package io.tpp.simulator;

import io.tpp.simulator.HttpFields.Field;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An answer on its way to the client: either with its content at hand, or streamed, or the start of
 * another protocol. Immutable; the content must not be changed by anyone.
 */
final class HttpAnswer {
    /** Writes a body piece by piece; may block, and runs on a thread that may. */
    interface Stream {
        void writeTo(OutputStream out) throws IOException;
    }

    /** Speaks another protocol on the connection's own thread until that ends. */
    interface Tunnel {
        void run(InputStream in, OutputStream out) throws IOException;
    }

    private static final byte[] NOTHING = {};

    private final int status;
    private final List<Field> headers;
    private final byte[] content;
    private final @Nullable Stream stream;
    private final long length;
    private final @Nullable Tunnel tunnel;
    private final @Nullable Fault fault;

    private HttpAnswer(
            int status,
            List<Field> headers,
            byte[] content,
            @Nullable Stream stream,
            long length,
            @Nullable Tunnel tunnel,
            @Nullable Fault fault) {
        this.status = status;
        this.headers = headers;
        this.content = content;
        this.stream = stream;
        this.length = length;
        this.tunnel = tunnel;
        this.fault = fault;
    }

    static HttpAnswer of(int status, String contentType, byte[] content) {
        List<Field> headers = List.of(new Field("Content-Type", contentType));
        return new HttpAnswer(status, headers, content, null, content.length, null, null);
    }

    static HttpAnswer of(int status, String contentType, String content) {
        return of(status, contentType, content.getBytes(StandardCharsets.UTF_8));
    }

    static HttpAnswer json(int status, byte[] content) {
        return of(status, "application/json", content);
    }

    /** Returns an answer whose body is written later; {@code length} -1: sent in chunks. */
    static HttpAnswer streamed(String contentType, long length, Stream stream) {
        List<Field> headers = List.of(new Field("Content-Type", contentType));
        return new HttpAnswer(200, headers, NOTHING, stream, length, null, null);
    }

    static HttpAnswer switching(List<Field> headers, Tunnel tunnel) {
        return new HttpAnswer(101, headers, NOTHING, null, 0, tunnel, null);
    }

    HttpAnswer withHeader(String name, String value) {
        List<Field> more = new ArrayList<>(headers);
        more.add(new Field(name, value));
        return new HttpAnswer(status, more, content, stream, length, tunnel, fault);
    }

    HttpAnswer inChunks() {
        return new HttpAnswer(status, headers, content, stream, -1, tunnel, fault);
    }

    HttpAnswer withFault(@Nullable Fault newFault) {
        return new HttpAnswer(status, headers, content, stream, length, tunnel, newFault);
    }

    int status() {
        return status;
    }

    List<Field> headers() {
        return headers;
    }

    /** Returns the body; empty if it is streamed. */
    byte[] content() {
        return content;
    }

    /** Returns what writes the body; null if it is at hand. */
    @Nullable
    Stream stream() {
        return stream;
    }

    /** Returns the body's length; -1: sent in chunks. */
    long length() {
        return length;
    }

    /** Returns what takes the connection over after the head; null: it stays HTTP. */
    @Nullable
    Tunnel tunnel() {
        return tunnel;
    }

    /** Returns what goes wrong on the way; null: nothing. */
    @Nullable
    Fault fault() {
        return fault;
    }

    /** Returns whether writing it takes long, so that the connection's thread must not do it. */
    boolean takesLong() {
        return stream != null || fault != null;
    }
}
