package io.tpp.soak;

import io.tpp.testing.RawClient;
import io.tpp.testing.RawClient.Response;
import java.io.UncheckedIOException;
import java.util.List;

/** Clients that leave before they have their answer, and clients that make no sense. */
final class RudeClients {
    private static final List<String> NONSENSE = List.of(
            "this is not HTTP\r\n\r\n",
            "GET / HTTP/1.1\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
            "POST / HTTP/1.1\r\nHost: a\r\nX-Name : 1\r\nContent-Length: 2\r\n\r\n{}",
            "GET / HTTP/1.1\r\nHost: a\r\nX-Name: 1\r\n 2\r\n\r\n",
            "GET / HTTP/3.0\r\nHost: a\r\n\r\n");

    private RudeClients() {}

    /** Mostly at a random moment of its wait, or while the script runs, or when the answer is there. */
    static void leaveWhileWaiting(Visit visit) throws InterruptedException {
        SoakClient client = visit.connect();
        Question question = Question.script(visit.number(), client.port(), visit.upTo(100));
        client.send(question);
        visit.pause(300);
        if (visit.upTo(3) == 0) {
            halfClose(client, question);
        } else {
            leave(visit, client);
        }
    }

    /** Counts as leaving, unless the answer is on its way already; then it must be the right one. */
    private static void halfClose(SoakClient client, Question question) {
        try {
            client.raw().shutdownOutput();
        } catch (UncheckedIOException closed) {
            return; // by TPP, after a failure of the upstream
        }
        String rest = client.raw().readRest();
        if (rest.startsWith("HTTP/1.1 200") && !question.answer().test(rest)) {
            throw new AssertionError("told of success without the answer: " + SoakClient.start(rest));
        }
    }

    static void leaveInTheUpload(Visit visit) throws InterruptedException {
        SoakClient client = visit.connect();
        String upload = Question.upload(
                        visit.random(),
                        1000 + visit.upTo(500_000),
                        visit.random().nextBoolean())
                .bytes();
        client.sendIfOpen(upload.substring(0, 100 + visit.upTo(upload.length() - 100)));
        visit.pause(50);
        leave(visit, client);
    }

    static void leaveInTheHead(Visit visit) throws InterruptedException {
        SoakClient client = visit.connect();
        String request = Question.echo(visit.number(), client.port()).bytes();
        client.sendIfOpen(request.substring(0, 1 + visit.upTo(request.length() - 4)));
        visit.pause(20);
        leave(visit, client);
    }

    static void leaveInTheAnswer(Visit visit) throws InterruptedException {
        SoakClient client = visit.connect();
        client.send(Question.download(
                2_000_000 + visit.upTo(2_000_000), visit.random().nextBoolean()));
        try {
            client.raw().readText(1 + visit.upTo(1_000_000));
        } catch (UncheckedIOException cut) {
            return; // by a failure of the upstream
        }
        visit.pause(20);
        leave(visit, client);
    }

    /** What it sent behind its first request hides that it leaves. */
    static void leaveAfterPipelining(Visit visit) throws InterruptedException {
        SoakClient client = visit.connect();
        client.send(Question.script(visit.number(), client.port(), 20 + visit.upTo(50))
                        .bytes()
                + Question.script(visit.number(), client.port(), visit.upTo(50)).bytes());
        visit.pause(50);
        leave(visit, client);
    }

    static void connectOnly(Visit visit) throws InterruptedException {
        SoakClient client = visit.connect();
        visit.pause(100);
        leave(visit, client);
    }

    /** Perhaps behind a proper request. */
    static void malformed(Visit visit) {
        SoakClient client = visit.connect();
        if (visit.random().nextBoolean()) {
            client.ask(Question.echo(visit.number(), client.port()));
        }
        client.send(NONSENSE.get(visit.upTo(NONSENSE.size())));
        Response response = client.raw().read();
        if (response.status() < 400 || response.status() > 505) {
            throw new AssertionError("nonsense was answered by " + response);
        }
        client.assertClosed();
    }

    /** What is sent behind nonsense must get in nobody's way. */
    static void malformedAndMore(Visit visit) {
        SoakClient client = visit.connect();
        client.sendIfOpen(NONSENSE.get(visit.upTo(NONSENSE.size())));
        for (int i = 0; i < 20; i++) {
            client.sendIfOpen("GET / HTTP/1.1\r\n".repeat(1000));
        }
        leave(visit, client);
    }

    private static void leave(Visit visit, SoakClient client) {
        RawClient connection = client.raw();
        if (visit.random().nextBoolean()) {
            connection.reset();
        } else {
            connection.hangUp();
        }
    }
}
