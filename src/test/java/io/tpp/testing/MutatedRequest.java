package io.tpp.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * A request of HTTP/1.1 that was well-formed before it was changed at random, in the ways in which parsers are known to
 * disagree. Ends with its connection: whatever is left of it is no other request.
 *
 * @param bytes one byte a character
 * @param changes what was done to it
 */
public record MutatedRequest(String bytes, List<String> changes) {
    private static final String[] TARGETS = {"/a", "/a?b=c", "//a", "/a%2Fb", "/", "/a;b", "http://tpp/a", "/a|b"};
    private static final String[] ODD = {
        "\0", "\r", "\n", "\r\n", " ", "\t", "\u000b", ":", ",", ";", "\"", "\\", "\u0080", "\u00ff", "\u0001", "#",
        "%", "/", "@"
    };
    private static final String[] LINES = {
        "Transfer-Encoding: chunked",
        "Transfer-Encoding:chunked",
        "Transfer-Encoding : chunked",
        " Transfer-Encoding: chunked",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: identity",
        "Transfer-Encoding: gzip, chunked",
        "Transfer-Encoding:\tchunked",
        "transfer-encoding: CHUNKED",
        "Transfer_Encoding: chunked",
        "X: y\nTransfer-Encoding: chunked",
        "Content-Length: 0",
        "Content-Length: 1",
        "Content-Length: +5",
        "Content-Length: 5, 5",
        "Content-Length: 0x5",
        "Content-Length : 1",
        "Content_Length: 1",
        "Host: other",
        "Connection: content-length",
        "Connection: transfer-encoding, host",
        "Connection: close",
        "Connection: keep-alive, x-kept",
        "Expect: 100-continue",
        "Upgrade: h2c",
        "X-Forwarded-For: 6.6.6.6",
        "X-Kept: 1",
        "Folded: 1\r\n 2"
    };

    /** Makes one; the same for the same source of chance. */
    public static MutatedRequest of(Random random) {
        List<String> changes = new ArrayList<>();
        StringBuilder bytes = new StringBuilder(wellFormed(random));
        for (int i = random.nextInt(3); i >= 0; i--) {
            changes.add(change(bytes, random));
        }
        return new MutatedRequest(bytes.toString(), changes);
    }

    private static String wellFormed(Random random) {
        String target = TARGETS[random.nextInt(TARGETS.length)];
        String head = (random.nextBoolean() ? "POST " : "GET ") + target + " HTTP/1." + (random.nextInt(8) == 0 ? 0 : 1)
                + "\r\nHost: tpp\r\nX-Kept: Kept  Value\r\nsessionID: 7\r\n";
        // Whatever is read as a second request would be found.
        String body = random.nextInt(3) == 0 ? "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n" : "hello";
        return switch (random.nextInt(3)) {
            case 0 -> head + "\r\n";
            case 1 -> head + "Content-Length: " + body.length() + "\r\n\r\n" + body;
            default ->
                head + "Transfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(body.length()) + "\r\n" + body
                        + "\r\n0\r\n\r\n";
        };
    }

    private static String change(StringBuilder bytes, Random random) {
        int at = random.nextInt(bytes.length());
        switch (random.nextInt(6)) {
            case 0 -> {
                String line = LINES[random.nextInt(LINES.length)];
                int end = bytes.indexOf("\r\n");
                bytes.insert(Math.max(end, 0), "\r\n" + line);
                return "line " + escaped(line);
            }
            case 1 -> {
                String odd = ODD[random.nextInt(ODD.length)];
                bytes.insert(at, odd);
                return "insert " + escaped(odd) + " at " + at;
            }
            case 2 -> {
                char before = bytes.charAt(at);
                bytes.deleteCharAt(at);
                return "delete " + escaped(String.valueOf(before)) + " at " + at;
            }
            case 3 -> {
                String odd = ODD[random.nextInt(ODD.length)];
                bytes.replace(at, at + 1, odd);
                return "replace by " + escaped(odd) + " at " + at;
            }
            case 4 -> {
                int end = bytes.indexOf("\r\n", at);
                if (end >= 0) {
                    bytes.replace(end, end + 2, random.nextBoolean() ? "\n" : "\r");
                }
                return "bare line end behind " + at;
            }
            default -> {
                int end = Math.min(bytes.length(), at + 1 + random.nextInt(20));
                String copy = bytes.substring(at, end);
                bytes.insert(at, copy);
                return "repeat " + escaped(copy) + " at " + at;
            }
        }
    }

    /** Returns the bytes as a Java text shows them. */
    public static String escaped(String text) {
        StringBuilder shown = new StringBuilder();
        text.chars()
                .forEach(c -> shown.append(
                        c == '\r'
                                ? "\\r"
                                : c == '\n' ? "\\n" : c < ' ' || c > '~' ? hex(c) : String.valueOf((char) c)));
        return shown.toString();
    }

    private static String hex(int c) {
        return String.format(Locale.ROOT, "\\u%04x", c);
    }

    @Override
    public String toString() {
        return changes + ": " + escaped(bytes);
    }
}
