package io.tpp.simulator;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The receiving side of a connection, buffered so that one can wait for bytes without consuming
 * them. Used by the connection's own thread only.
 */
final class HttpInput extends InputStream {
    private static final int LINE_LIMIT = 1024 * 1024;

    private final InputStream in;
    private final byte[] buffer = new byte[16 * 1024];
    private int position;
    private int limit;

    HttpInput(InputStream in) {
        this.in = in;
    }

    boolean isEmpty() {
        return position == limit;
    }

    /** Waits until a byte can be read. Returns false at the end of the stream. */
    boolean fill() throws IOException {
        if (!isEmpty()) {
            return true;
        }
        int count = in.read(buffer, 0, buffer.length);
        position = 0;
        limit = Math.max(count, 0);
        return count > 0;
    }

    @Override
    public int read() throws IOException {
        return fill() ? buffer[position++] & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int count = Math.min(length, limit - position);
        System.arraycopy(buffer, position, target, offset, count);
        position += count;
        return count;
    }

    /** Returns the next line without its CRLF; null if the stream ends before its first byte. */
    @Nullable
    String line() throws IOException {
        StringBuilder line = new StringBuilder(80);
        while (fill()) {
            int start = position;
            while (position < limit && buffer[position] != '\n') {
                position++;
            }
            line.append(new String(buffer, start, position - start, StandardCharsets.ISO_8859_1));
            if (position < limit) {
                position++;
                return withoutCarriageReturn(line);
            }
            if (line.length() > LINE_LIMIT) {
                throw new BadRequestException("a line is longer than " + LINE_LIMIT + " bytes");
            }
        }
        if (line.isEmpty()) {
            return null;
        }
        throw new IOException("the connection ended within a line");
    }

    private static String withoutCarriageReturn(StringBuilder line) throws BadRequestException {
        int last = line.length() - 1;
        if (last < 0 || line.charAt(last) != '\r') {
            throw new BadRequestException("a line ends with LF alone");
        }
        line.setLength(last);
        if (line.indexOf("\r") >= 0) {
            throw new BadRequestException("a line holds a bare CR");
        }
        return line.toString();
    }
}
