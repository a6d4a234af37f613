package io.tpp.abuse;

import static io.tpp.testing.RawHttp2.CONTINUATION;
import static io.tpp.testing.RawHttp2.DATA;
import static io.tpp.testing.RawHttp2.END_HEADERS;
import static io.tpp.testing.RawHttp2.END_STREAM;
import static io.tpp.testing.RawHttp2.HEADERS;
import static io.tpp.testing.RawHttp2.PING;
import static io.tpp.testing.RawHttp2.PREFACE;
import static io.tpp.testing.RawHttp2.PRIORITY;
import static io.tpp.testing.RawHttp2.PUSH_PROMISE;
import static io.tpp.testing.RawHttp2.RST_STREAM;
import static io.tpp.testing.RawHttp2.SETTINGS;
import static io.tpp.testing.RawHttp2.WINDOW_UPDATE;
import static io.tpp.testing.RawHttp2.field;
import static io.tpp.testing.RawHttp2.frame;
import static io.tpp.testing.RawHttp2.number;
import static io.tpp.testing.RawHttp2.request;

import java.util.List;
import java.util.Random;

/** What a client of HTTP/2 may send, changed at random: frames in any order, with any flags and stream, of any length. */
final class MutatedFrames {
    private static final int[] FLAGS = {0, END_STREAM, END_HEADERS, END_STREAM | END_HEADERS, 8, 0x20, 0xFF};
    private static final int[] STREAMS = {0, 1, 1, 1, 3, 3, 5, 2, Integer.MAX_VALUE, Integer.MIN_VALUE};
    private static final List<String> METHODS =
            List.of("GET", "POST", "HEAD", "OPTIONS", "CONNECT", "TRACE", "get", "");
    private static final List<String> PATHS =
            List.of("/", "/a?b=c", "//a", "/a%2F..%2fb", "*", "", "a", "/a#b", "/a b", "http://x/");
    private static final List<String> FIELDS = List.of(
            field("content-length", "5"),
            field("content-length", "-1"),
            field("te", "trailers"),
            field("connection", "close"),
            field("expect", "100-continue"),
            field("cookie", "a=b"),
            field("X-Capital", "1"),
            field(":status", "200"),
            field("x-lines", "a\r\nb: c"),
            field("upgrade", "websocket"),
            "\u00be",
            "\u0082",
            " ",
            "?\u00e1\u001f");

    private final Random random;

    private MutatedFrames(Random random) {
        this.random = random;
    }

    /** Makes what a connection may begin with, its preface included; the same for the same source of chance. */
    static String of(Random random) {
        MutatedFrames frames = new MutatedFrames(random);
        StringBuilder bytes = new StringBuilder(PREFACE + frame(SETTINGS, 0, 0, ""));
        for (int left = 1 + random.nextInt(10); left > 0; left--) {
            bytes.append(frames.next());
        }
        for (int left = random.nextInt(4); left > 0; left--) {
            // Mostly behind the preface, without which it is not HTTP/2.
            int from = random.nextInt(20) == 0 ? 0 : PREFACE.length();
            bytes.setCharAt(from + random.nextInt(bytes.length() - from), (char) random.nextInt(256));
        }
        return random.nextInt(4) == 0 ? bytes.substring(0, random.nextInt(bytes.length())) : bytes.toString();
    }

    private String next() {
        int stream = STREAMS[random.nextInt(STREAMS.length)];
        int flags = FLAGS[random.nextInt(FLAGS.length)];
        return switch (random.nextInt(12)) {
            case 0, 1, 2 -> frame(HEADERS, END_HEADERS | (flags & END_STREAM), stream, head());
            case 3 -> frame(HEADERS, flags, stream, head());
            case 4 -> frame(CONTINUATION, flags, stream, head());
            case 5, 6 -> frame(DATA, flags & END_STREAM, stream, noise(20));
            case 7 -> frame(SETTINGS, 0, 0, number(random.nextInt(9), 2) + number(random.nextInt(), 4));
            case 8 -> frame(WINDOW_UPDATE, 0, stream, number(random.nextInt(), 4));
            case 9 -> frame(RST_STREAM, 0, stream, number(random.nextInt(16), 4));
            case 10 -> frame(random.nextBoolean() ? PING : PRIORITY, flags, stream, noise(9));
            default -> frame(random.nextBoolean() ? PUSH_PROMISE : random.nextInt(256), flags, stream, noise(40));
        };
    }

    private String head() {
        StringBuilder block = new StringBuilder(request(of(METHODS), of(PATHS)));
        for (int left = random.nextInt(3); left > 0; left--) {
            block.insert(random.nextInt(8) == 0 ? 0 : block.length(), of(FIELDS));
        }
        return block.toString();
    }

    private String of(List<String> choices) {
        // The first is what mostly is meant.
        return choices.get(random.nextBoolean() ? 0 : random.nextInt(choices.size()));
    }

    private String noise(int most) {
        StringBuilder noise = new StringBuilder();
        for (int left = random.nextInt(most); left > 0; left--) {
            noise.append((char) random.nextInt(256));
        }
        return noise.toString();
    }
}
