package io.tpp.simulator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.atomic.LongAdder;

/**
 * Paths no real server has, for tests of a proxy: {@code /echo}, {@code /bytes} and {@code /sink}.
 * Thread-safe.
 */
final class ToolEndpoints {
    private static final int PIECE = 16 * 1024;

    private final Gates gates;
    private final LongAdder sent = new LongAdder();
    private final LongAdder received = new LongAdder();

    ToolEndpoints(Gates gates) {
        this.gates = gates;
    }

    /** Returns how many bytes {@code /bytes} has written so far. */
    long bytesSent() {
        return sent.sum();
    }

    /** Returns how many bytes {@code /sink} has read so far. */
    long bytesReceived() {
        return received.sum();
    }

    /** Answers with the request as it came, secrets masked, and the length of its body. */
    HttpAnswer echo(Exchange exchange, Quirks quirks) throws IOException {
        HttpRequest request = exchange.request();
        Caller caller = exchange.caller();
        ArrayNode headers = Json.array();
        caller.masked(request.headers()).forEach(headers::add);
        ObjectNode echo = Json.object();
        echo.put("method", request.method())
                .put("target", request.target())
                .put("version", "HTTP/1." + request.minorVersion())
                .put("token", caller.tokenNumber())
                .put("user", caller.user())
                .put("connection", exchange.connection().id())
                .put("client", caller.clientConnection())
                .put("bodyLength", request.body().transferTo(OutputStream.nullOutputStream()));
        return HttpAnswer.json(200, Json.bytes(echo.set("headers", headers)));
    }

    /** Sends {@code n} bytes, with a length or, with {@code chunked}, in chunks. */
    HttpAnswer bytes(Exchange exchange, Quirks quirks) {
        long count = number(exchange.request().parameter("n"));
        boolean chunked = exchange.request().parameter("chunked") != null;
        return HttpAnswer.streamed("application/octet-stream", chunked ? -1 : count, out -> write(count, out));
    }

    private void write(long count, OutputStream out) throws IOException {
        byte[] piece = new byte[PIECE];
        for (int i = 0; i < PIECE; i++) {
            piece[i] = (byte) ('a' + i % 26);
        }
        for (long left = count; left > 0; left -= PIECE) {
            int length = (int) Math.min(PIECE, left);
            out.write(piece, 0, length);
            sent.add(length);
        }
    }

    /**
     * Counts the bytes of an upload and gives their SHA-256. With {@code ?gate=name} it reads nothing
     * before that gate opens.
     */
    HttpAnswer sink(Exchange exchange, Quirks quirks) throws IOException {
        String gate = exchange.request().parameter("gate");
        if (gate != null) {
            gates.named(gate).pass().join();
        }
        MessageDigest digest = sha256();
        long count = 0;
        byte[] piece = new byte[PIECE];
        InputStream body = exchange.request().body();
        for (int length = body.read(piece); length >= 0; length = body.read(piece)) {
            digest.update(piece, 0, length);
            received.add(length);
            count += length;
        }
        ObjectNode answer = Json.object();
        answer.put("bytes", count).put("sha256", HexFormat.of().formatHex(digest.digest()));
        return HttpAnswer.json(200, Json.bytes(answer));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static long number(@org.jspecify.annotations.Nullable String text) {
        return text == null || !text.matches("\\d{1,15}") ? 0 : Long.parseLong(text);
    }
}
