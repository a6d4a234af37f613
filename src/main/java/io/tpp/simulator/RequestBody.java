package io.tpp.simulator;

import java.io.IOException;
import java.io.InputStream;

/**
 * The body of one request, decoded while it is read (RFC 9112 §6 and §7).
 *
 * <p>The first read asks for the body with {@code 100 Continue} if the client waits for that.
 */
final class RequestBody extends InputStream {
    /** Sends {@code 100 Continue}. */
    interface Continue {
        void send() throws IOException;

        /** For requests that do not wait for it. */
        Continue NOT_EXPECTED = () -> {};
    }

    private final HttpInput in;
    private final boolean chunked;
    private final Continue expectation;
    private long remaining;
    private boolean started;
    private boolean ended;

    private RequestBody(HttpInput in, boolean chunked, long length, Continue expectation) {
        this.in = in;
        this.chunked = chunked;
        this.remaining = length;
        this.expectation = expectation;
        this.ended = !chunked && length == 0;
    }

    static RequestBody ofLength(HttpInput in, long length, Continue expectation) {
        return new RequestBody(in, false, length, expectation);
    }

    static RequestBody chunked(HttpInput in, Continue expectation) {
        return new RequestBody(in, true, 0, expectation);
    }

    /** Returns whether every byte of the body has been read. */
    boolean atEnd() {
        return ended;
    }

    /** Returns whether the client still waits to be asked for the body. */
    boolean awaitsContinue() {
        return !started && !ended && expectation != Continue.NOT_EXPECTED;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        start();
        if (!ended && remaining == 0) {
            nextChunk();
        }
        if (ended) {
            return -1;
        }
        int count = in.read(target, offset, (int) Math.min(length, remaining));
        if (count < 0) {
            throw new IOException("the connection ended within a body");
        }
        remaining -= count;
        endPiece();
        return count;
    }

    private void start() throws IOException {
        if (!started && !ended) {
            expectation.send();
        }
        started = true;
    }

    private void endPiece() throws IOException {
        if (remaining > 0) {
            return;
        }
        if (!chunked) {
            ended = true;
        } else if (!requiredLine().isEmpty()) {
            throw new BadRequestException("a chunk is longer than it says");
        }
    }

    private void nextChunk() throws IOException {
        String size = requiredLine();
        int extension = size.indexOf(';');
        try {
            remaining = Long.parseLong(extension < 0 ? size : size.substring(0, extension), 16);
        } catch (NumberFormatException e) {
            throw new BadRequestException("a chunk has no size");
        }
        if (remaining < 0) {
            throw new BadRequestException("a chunk has a negative size");
        }
        if (remaining == 0) {
            skipTrailers();
            ended = true;
        }
    }

    private void skipTrailers() throws IOException {
        while (!requiredLine().isEmpty()) {
            // Trailers mean nothing here.
        }
    }

    private String requiredLine() throws IOException {
        String line = in.line();
        if (line == null) {
            throw new IOException("the connection ended within a body");
        }
        return line;
    }
}
