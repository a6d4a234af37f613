package io.tpp.simulator;

import io.tpp.simulator.HttpFields.Field;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Puts answers on the wire, with {@code Content-Length} or in chunks. */
final class AnswerWriter {
    private static final int CHUNK = 4096;
    private static final byte[] LAST_CHUNK = ascii("0\r\n\r\n");
    private static final byte[] LINE_END = ascii("\r\n");

    private final Wire wire;

    AnswerWriter(Wire wire) {
        this.wire = wire;
    }

    void write(Exchange exchange, HttpAnswer answer) throws IOException {
        boolean withBody = !exchange.request().method().equals("HEAD");
        if (answer.fault() != null) {
            answer.fault().play(wire, exchange, answer.status(), head(answer), withBody ? body(answer) : new byte[0]);
        } else if (answer.stream() != null && withBody) {
            stream(exchange, answer, answer.stream());
        } else {
            exchange.end(answer.status());
            wire.write(withBody ? join(head(answer), body(answer)) : head(answer));
        }
    }

    private void stream(Exchange exchange, HttpAnswer answer, HttpAnswer.Stream stream) throws IOException {
        wire.write(head(answer));
        if (answer.length() < 0) {
            stream.writeTo(new ChunkedOutput(wire.output()));
            exchange.end(answer.status());
            wire.write(LAST_CHUNK);
        } else {
            stream.writeTo(new CountedOutput(wire.output(), answer.length(), () -> exchange.end(answer.status())));
            exchange.end(answer.status());
        }
    }

    private static byte[] head(HttpAnswer answer) {
        StringBuilder head = new StringBuilder(256);
        head.append("HTTP/1.1 ").append(answer.status()).append(' ').append(reason(answer.status()));
        head.append("\r\n");
        for (Field field : answer.headers()) {
            head.append(field.name()).append(": ").append(field.value()).append("\r\n");
        }
        if (answer.length() < 0) {
            head.append("Transfer-Encoding: chunked\r\n");
        } else if (answer.status() != 101) {
            head.append("Content-Length: ").append(answer.length()).append("\r\n");
        }
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String reason(int status) {
        return switch (status) {
            case 101 -> "Switching Protocols";
            case 200 -> "OK";
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 404 -> "Not Found";
            case 500 -> "Internal Server Error";
            default -> "Status";
        };
    }

    private static byte[] body(HttpAnswer answer) throws IOException {
        byte[] content = answer.content();
        if (answer.stream() != null) {
            ByteArrayOutputStream collected = new ByteArrayOutputStream();
            answer.stream().writeTo(collected);
            content = collected.toByteArray();
        }
        return answer.length() < 0 ? chunked(content) : content;
    }

    private static byte[] chunked(byte[] content) throws IOException {
        ByteArrayOutputStream encoded = new ByteArrayOutputStream(content.length + content.length / 100 + 32);
        OutputStream out = new ChunkedOutput(encoded);
        for (int from = 0; from < content.length; from += CHUNK) {
            out.write(content, from, Math.min(CHUNK, content.length - from));
        }
        encoded.write(LAST_CHUNK);
        return encoded.toByteArray();
    }

    private static byte[] join(byte[] head, byte[] body) {
        byte[] both = new byte[head.length + body.length];
        System.arraycopy(head, 0, both, 0, head.length);
        System.arraycopy(body, 0, both, head.length, body.length);
        return both;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Makes each write one chunk. */
    private static final class ChunkedOutput extends FilterOutputStream {
        ChunkedOutput(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            byte[] size = ascii(Integer.toHexString(length) + "\r\n");
            byte[] piece = new byte[size.length + length + LINE_END.length];
            System.arraycopy(size, 0, piece, 0, size.length);
            System.arraycopy(bytes, offset, piece, size.length, length);
            System.arraycopy(LINE_END, 0, piece, size.length + length, LINE_END.length);
            out.write(piece, 0, piece.length);
        }
    }

    /** Tells when the next write completes the body. */
    private static final class CountedOutput extends FilterOutputStream {
        private final Runnable onLast;
        private long remaining;

        CountedOutput(OutputStream out, long length, Runnable onLast) {
            super(out);
            this.remaining = length;
            this.onLast = onLast;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            remaining -= length;
            if (remaining <= 0) {
                onLast.run();
            }
            out.write(bytes, offset, length);
        }
    }
}
