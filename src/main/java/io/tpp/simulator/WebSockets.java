package io.tpp.simulator;

import io.tpp.simulator.HttpFields.Field;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * WebSocket upgrades ({@code GET /}, {@code GET /agent-bus/v1}); what comes is sent back.
 *
 * <p>With a {@code Sec-WebSocket-Key} it speaks frames (RFC 6455); without one, which no real client
 * does, it echoes plain bytes for the sake of tests of tunnels.
 */
final class WebSockets {
    static final String AGENT_BUS = "/agent-bus/v1";
    private static final String ACCEPT_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int FIN = 0x80;
    private static final int OPCODE_CLOSE = 0x8;
    private static final int OPCODE_PING = 0x9;
    private static final int OPCODE_PONG = 0xA;
    private static final int MAX_FRAME = 16 * 1024 * 1024;

    private WebSockets() {}

    static HttpAnswer upgrade(Exchange exchange, Quirks quirks) {
        HttpRequest request = exchange.request();
        HttpAnswer refusal = request.path().equals(AGENT_BUS) ? Admission.strictRefusal(exchange, quirks) : null;
        if (refusal != null) {
            return refusal;
        }
        String key = request.headers().first("Sec-WebSocket-Key");
        return HttpAnswer.switching(headers(request, key), key == null ? InputStream::transferTo : WebSockets::echo);
    }

    private static List<Field> headers(HttpRequest request, @Nullable String key) {
        List<Field> headers = new ArrayList<>();
        headers.add(new Field("Upgrade", "websocket"));
        headers.add(new Field("Connection", "Upgrade"));
        if (key != null) {
            headers.add(new Field("Sec-WebSocket-Accept", accept(key)));
        }
        String protocols = request.headers().first("Sec-WebSocket-Protocol");
        if (protocols != null) {
            headers.add(new Field("Sec-WebSocket-Protocol", protocols.split(",", -1)[0].strip()));
        }
        return headers;
    }

    private static String accept(String key) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            byte[] hash = sha1.digest((key + ACCEPT_SUFFIX).getBytes(StandardCharsets.ISO_8859_1));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }

    private static void echo(InputStream in, OutputStream out) throws IOException {
        for (int first = in.read(); first >= 0; first = in.read()) {
            byte[] payload = payload(in);
            int opcode = first & 0xF;
            send(out, opcode == OPCODE_PING ? FIN | OPCODE_PONG : first, payload);
            if (opcode == OPCODE_CLOSE) {
                return;
            }
        }
    }

    private static byte[] payload(InputStream in) throws IOException {
        int second = octet(in);
        long length = second & 0x7F;
        if (length >= 126) {
            length = number(in, length == 126 ? 2 : 8);
        }
        if (length < 0 || length > MAX_FRAME) {
            throw new IOException("a frame of " + length + " bytes");
        }
        byte[] mask = (second & 0x80) == 0 ? new byte[4] : in.readNBytes(4);
        byte[] payload = in.readNBytes((int) length);
        if (mask.length < 4 || payload.length < length) {
            throw new EOFException("a frame breaks off");
        }
        for (int i = 0; i < payload.length; i++) {
            payload[i] ^= mask[i % 4];
        }
        return payload;
    }

    private static long number(InputStream in, int octets) throws IOException {
        long number = 0;
        for (int i = 0; i < octets; i++) {
            number = number << 8 | octet(in);
        }
        return number;
    }

    private static int octet(InputStream in) throws IOException {
        int octet = in.read();
        if (octet < 0) {
            throw new EOFException("a frame breaks off");
        }
        return octet;
    }

    private static void send(OutputStream out, int first, byte[] payload) throws IOException {
        byte[] head = {(byte) first, (byte) payload.length};
        if (payload.length > 0xFFFF) {
            head = new byte[10];
            putNumber(head, payload.length, 8, 127);
        } else if (payload.length > 125) {
            head = new byte[4];
            putNumber(head, payload.length, 2, 126);
        }
        head[0] = (byte) first;
        byte[] frame = new byte[head.length + payload.length];
        System.arraycopy(head, 0, frame, 0, head.length);
        System.arraycopy(payload, 0, frame, head.length, payload.length);
        out.write(frame);
        out.flush();
    }

    private static void putNumber(byte[] head, long number, int octets, int marker) {
        head[1] = (byte) marker;
        for (int i = 0; i < octets; i++) {
            head[2 + i] = (byte) (number >>> (8 * (octets - 1 - i)));
        }
    }
}
