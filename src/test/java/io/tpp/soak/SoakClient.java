package io.tpp.soak;

import io.tpp.testing.RawClient;
import io.tpp.testing.RawClient.Response;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.util.function.Supplier;

/** A connection whose client wants its answers, and checks that each is its own. For one thread. */
final class SoakClient implements AutoCloseable {
    private final Visit visit;
    private final RawClient connection;
    private final Slots slots;

    SoakClient(Visit visit, RawClient connection) {
        this.visit = visit;
        this.connection = connection;
        this.slots = new Slots(visit.soak());
    }

    /** Returns the connection itself, for those who do not want answers. */
    RawClient raw() {
        return connection;
    }

    int port() {
        return connection.localPort();
    }

    /** Asks and waits for the answer. */
    void ask(Question question) {
        read(question, send(question));
    }

    /** Only sends. Returns the time before. */
    long send(Question question) {
        return send(question.bytes());
    }

    /** Sends a part of a request. Returns the time before. */
    long send(String bytes) {
        long now = System.nanoTime();
        try {
            connection.send(bytes);
        } catch (UncheckedIOException closed) {
            throw visit.failed("the connection was closed", now, closed);
        }
        return now;
    }

    /** Reads the answer to a question that was sent at that time. */
    void read(Question question, long sentAt) {
        Response response = reading(this::answer, sentAt);
        if (response.status() != 200) {
            throw visit.failed("answered " + response.status() + " " + response.body(), sentAt, null);
        }
        if (!question.answer().test(response.body())) {
            throw new AssertionError(
                    "not the answer to " + firstLine(question.bytes()) + ": " + start(response.body()));
        }
        slots.answered(response.body(), sentAt);
        visit.count("answers");
    }

    /** Reads the head of an answer that must be a success. */
    void readHead(long sentAt) {
        String head = reading(connection::readHead, sentAt);
        if (!head.startsWith("HTTP/1.1 200 ")) {
            throw visit.failed("answered " + head, sentAt, null);
        }
    }

    /** Reads so many bytes of an answer. */
    String readText(int length, long sentAt) {
        return reading(() -> connection.readText(length), sentAt);
    }

    /** Sends something that the other side may have lost interest in. */
    void sendIfOpen(String bytes) {
        try {
            connection.send(bytes);
        } catch (UncheckedIOException closed) {
            visit.count("sent in vain");
        }
    }

    /** Fails unless the connection has ended or ends now. */
    void assertClosed() {
        if (!connection.isClosedByPeer()) {
            throw new AssertionError("the connection stays open");
        }
    }

    /** Reads what is not interim. */
    private Response answer() {
        Response response = connection.read();
        while (response.status() < 200) {
            response = connection.read();
        }
        return response;
    }

    private <T> T reading(Supplier<T> part, long sentAt) {
        try {
            return part.get();
        } catch (UncheckedIOException broken) {
            if (broken.getCause() instanceof SocketTimeoutException) {
                throw new AssertionError("no answer came", broken);
            }
            throw visit.failed("the answer broke off", sentAt, broken);
        }
    }

    static String start(String body) {
        return body.length() + " bytes, " + body.substring(0, Math.min(body.length(), 500));
    }

    private static String firstLine(String request) {
        return request.substring(0, request.indexOf('\r'));
    }

    @Override
    public void close() {
        connection.close();
    }
}
