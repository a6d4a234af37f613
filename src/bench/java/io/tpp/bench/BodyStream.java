package io.tpp.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One end of a connection, for heads that are read and bodies that are not looked at. Blocks. */
final class BodyStream implements AutoCloseable {
    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)");
    private static final int PIECE = 256 * 1024;

    private final SocketChannel channel;
    private final ByteBuffer in;
    private final ByteBuffer out;

    BodyStream(SocketChannel channel) throws IOException {
        this(channel, PIECE);
    }

    /** {@code piece}: how many bytes go in one step. */
    BodyStream(SocketChannel channel, int piece) throws IOException {
        this.channel = channel;
        this.in = ByteBuffer.allocateDirect(piece).limit(0);
        this.out = ByteBuffer.allocateDirect(piece);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }

    /** Returns the next head; null: there is none. */
    @Nullable
    String readHead() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            if (!in.hasRemaining() && !fill()) {
                return null;
            }
            head.append((char) in.get());
        }
        return head.toString();
    }

    /** Reads an answer, which must be a success, up to its body's end. */
    void readSuccess() throws IOException {
        String head = readHead();
        if (head == null || !head.startsWith("HTTP/1.1 200 ")) {
            throw new AssertionError("no success: " + head);
        }
        skip(contentLength(head));
    }

    /** Returns how long the body after that head is, in bytes. */
    static long contentLength(String head) {
        Matcher matcher = LENGTH.matcher(head);
        return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
    }

    /** Reads so many bytes. */
    void skip(long length) throws IOException {
        long left = length;
        while (left > 0) {
            if (!in.hasRemaining() && !fill()) {
                throw new EOFException(left + " bytes are missing");
            }
            int taken = (int) Math.min(left, in.remaining());
            in.position(in.position() + taken);
            left -= taken;
        }
    }

    private boolean fill() throws IOException {
        in.clear();
        int read = channel.read(in);
        in.flip();
        return read >= 0;
    }

    void write(String text) throws IOException {
        ByteBuffer bytes = ISO_8859_1.encode(text);
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Writes so many bytes. */
    void writeBody(long length) throws IOException {
        long left = length;
        while (left > 0) {
            out.position(0).limit((int) Math.min(left, out.capacity()));
            left -= channel.write(out);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
