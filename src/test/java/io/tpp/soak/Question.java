package io.tpp.soak;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Random;
import java.util.function.Predicate;

/**
 * A request, and how to tell its answer from any other's. Immutable.
 *
 * @param bytes what is sent, one byte a character
 * @param answer whether a body is the whole answer to this request
 */
record Question(String bytes, Predicate<String> answer) {
    /** The simulator writes large bodies in pieces of this size, each a walk through the alphabet. */
    private static final int PIECE = 16 * 1024;

    private static final String ALPHABET = alphabet();

    /** Asks for the request itself; the answer tells number, client and user. */
    static Question echo(long number, int port) {
        return echo(number, port, "HTTP/1.1", "");
    }

    /** Asks for the request itself, in another version or with further header lines. */
    static Question echo(long number, int port, String version, String lines) {
        return new Question(
                "GET /echo?id=" + number + " " + version + "\r\nHost: soak\r\n" + lines + "\r\n",
                body -> body.contains("\"target\":\"/echo?id=" + number + "\"")
                        && body.contains("\"client\":\"127.0.0.1:" + port + "\""));
    }

    /** Runs a script that takes so long and tells the request's headers, of which one has the number. */
    static Question script(long number, int port, int millis) {
        String script = "{\"script\":\"sleep(" + millis + "); echoHeaders()\"}";
        return new Question(
                "POST /api/execute HTTP/1.1\r\nHost: soak\r\nX-Id: " + number + "\r\nContent-Length: " + script.length()
                        + "\r\n\r\n" + script,
                body -> body.contains("\"X-Id: " + number + "\"")
                        && body.contains("for=\\\"127.0.0.1:" + port + "\\\""));
    }

    /** Asks for so many bytes. */
    static Question download(int count, boolean chunked) {
        return new Question(
                "GET /bytes?n=" + count + (chunked ? "&chunked=1" : "") + " HTTP/1.1\r\nHost: soak\r\n\r\n",
                body -> isAlphabet(body, count));
    }

    /** Sends random bytes; the answer tells their number and hash. */
    static Question upload(Random random, int count, boolean chunked) {
        byte[] content = new byte[count];
        random.nextBytes(content);
        String text = new String(content, ISO_8859_1);
        String body = chunked ? Integer.toHexString(count) + "\r\n" + text + "\r\n0\r\n\r\n" : text;
        String length = chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + count;
        String answer = "{\"bytes\":" + count + ",\"sha256\":\"" + sha256(content) + "\"}";
        return new Question("POST /sink HTTP/1.1\r\nHost: soak\r\n" + length + "\r\n\r\n" + body, answer::equals);
    }

    /** Returns whether this is what the simulator sends when it is asked for so many bytes. */
    static boolean isAlphabet(String body, int count) {
        if (body.length() != count) {
            return false;
        }
        for (int from = 0; from < count; from += PIECE) {
            if (!body.regionMatches(from, ALPHABET, 0, Math.min(PIECE, count - from))) {
                return false;
            }
        }
        return true;
    }

    private static String alphabet() {
        StringBuilder piece = new StringBuilder(PIECE);
        for (int i = 0; i < PIECE; i++) {
            piece.append((char) ('a' + i % 26));
        }
        return piece.toString();
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
