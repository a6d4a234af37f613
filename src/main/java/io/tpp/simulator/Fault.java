package io.tpp.simulator;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Something that goes wrong with the answer to a request. Immutable.
 *
 * <p>Planned with {@link Faults}. None of them is documented DolphinDB behaviour: they are what
 * networks, crashing servers and other proxies do.
 */
public final class Fault {
    /** How the bytes of an answer are treated. */
    private interface Play {
        void answer(Wire wire, Exchange exchange, int status, byte[] head, byte[] body) throws IOException;
    }

    private static final int HEAD_PIECES = 20;

    private final String name;
    private final Play play;

    private Fault(String name, Play play) {
        this.name = name;
        this.play = play;
    }

    /** The head comes in small pieces spread over {@code total}. */
    public static Fault slowHead(Duration total) {
        return new Fault("slow head", (wire, exchange, status, head, body) -> {
            int piece = head.length / HEAD_PIECES + 1;
            for (int from = 0; from < head.length; from += piece) {
                wire.write(head, from, Math.min(from + piece, head.length));
                wire.pause(exchange, total.dividedBy(HEAD_PIECES));
            }
            exchange.end(status);
            wire.write(body);
        });
    }

    /** Nothing comes for {@code silence}, then the answer. */
    public static Fault stalledAnswer(Duration silence) {
        return new Fault("stalled answer", (wire, exchange, status, head, body) -> {
            wire.pause(exchange, silence);
            wire.write(head);
            exchange.end(status);
            wire.write(body);
        });
    }

    /** The head and {@code bytes} of the body come, the rest after {@code silence}. */
    public static Fault stalledBody(int bytes, Duration silence) {
        return new Fault("stalled body", (wire, exchange, status, head, body) -> {
            int first = Math.min(bytes, body.length);
            wire.write(head);
            wire.write(body, 0, first);
            wire.pause(exchange, silence);
            exchange.end(status);
            wire.write(body, first, body.length);
        });
    }

    /** The connection ends in good order after the head and {@code bytes} of the body. */
    public static Fault cutBody(int bytes) {
        return new Fault("cut body", (wire, exchange, status, head, body) -> {
            exchange.end(status);
            wire.write(head);
            wire.write(body, 0, Math.min(bytes, body.length));
            wire.finish();
        });
    }

    /** The connection is reset after the head and {@code bytes} of the body. */
    public static Fault resetBody(int bytes) {
        return new Fault("reset body", (wire, exchange, status, head, body) -> {
            exchange.end(status);
            wire.write(head);
            wire.write(body, 0, Math.min(bytes, body.length));
            wire.reset();
        });
    }

    /** The connection is reset instead of an answer. */
    public static Fault reset() {
        return new Fault("reset", (wire, exchange, status, head, body) -> {
            exchange.end(0);
            wire.reset();
        });
    }

    /** The connection ends in good order instead of an answer. */
    public static Fault closed() {
        return new Fault("closed", (wire, exchange, status, head, body) -> {
            exchange.end(0);
            wire.finish();
        });
    }

    /** An interim answer, such as 103 with a {@code Link}, comes before the answer. */
    public static Fault interim(int interimStatus) {
        return new Fault("interim " + interimStatus, (wire, exchange, status, head, body) -> {
            wire.write(bytes("HTTP/1.1 " + interimStatus + " Interim\r\nLink: </style.css>; rel=preload\r\n\r\n"));
            wire.write(head);
            exchange.end(status);
            wire.write(body);
        });
    }

    /** The head holds one more header field of {@code size} bytes. */
    public static Fault hugeHeader(int size) {
        return new Fault("huge header", (wire, exchange, status, head, body) -> {
            wire.write(head, 0, head.length - 2);
            wire.write(bytes("X-Huge: " + "x".repeat(size) + "\r\n\r\n"));
            exchange.end(status);
            wire.write(body);
        });
    }

    /** The head promises {@code difference} bytes more than come (or fewer), then the sending side ends. */
    public static Fault wrongContentLength(int difference) {
        return new Fault("wrong length", (wire, exchange, status, head, body) -> {
            String wrong = new String(head, StandardCharsets.ISO_8859_1)
                    .replaceFirst("Content-Length: \\d+", "Content-Length: " + (body.length + difference));
            exchange.end(status);
            wire.write(bytes(wrong));
            wire.write(body);
            wire.finish();
        });
    }

    /** Something that is not HTTP comes. */
    public static Fault notHttp() {
        return new Fault("not HTTP", (wire, exchange, status, head, body) -> {
            exchange.end(0);
            wire.write(bytes("\u0000\u0001 this is not HTTP\r\n\r\n"));
            wire.finish();
        });
    }

    /** Another answer comes, as from a proxy between; the body is HTML. */
    public static Fault otherStatus(int otherStatus) {
        return new Fault("status " + otherStatus, (wire, exchange, status, head, body) -> {
            String html = "<html><body>" + otherStatus + "</body></html>";
            exchange.end(otherStatus);
            wire.write(bytes("HTTP/1.1 " + otherStatus + " Other\r\nContent-Type: text/html\r\nContent-Length: "
                    + html.length() + "\r\n\r\n" + html));
        });
    }

    void play(Wire wire, Exchange exchange, int status, byte[] head, byte[] body) throws IOException {
        play.answer(wire, exchange, status, head, body);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public String toString() {
        return name;
    }
}
