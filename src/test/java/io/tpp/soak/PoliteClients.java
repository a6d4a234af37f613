package io.tpp.soak;

import java.util.ArrayList;
import java.util.List;

/** Clients that want every answer they ask for. */
final class PoliteClients {
    private static final int LARGE = 1_000_000;

    private PoliteClients() {}

    static void keepAlive(Visit visit) throws InterruptedException {
        SoakClient client = visit.connect();
        for (int left = 1 + visit.upTo(6); left > 0; left--) {
            client.ask(any(visit, client));
            visit.pause(20);
        }
    }

    private static Question any(Visit visit, SoakClient client) {
        return switch (visit.upTo(6)) {
            case 0 -> Question.download(visit.upTo(100_000), visit.random().nextBoolean());
            case 1 ->
                Question.upload(
                        visit.random(), 1 + visit.upTo(100_000), visit.random().nextBoolean());
            case 2, 3 -> Question.script(visit.number(), client.port(), visit.upTo(50));
            default -> Question.echo(visit.number(), client.port());
        };
    }

    static void pipeline(Visit visit) {
        SoakClient client = visit.connect();
        List<Question> questions = new ArrayList<>();
        StringBuilder bytes = new StringBuilder();
        for (int left = 2 + visit.upTo(6); left > 0; left--) {
            Question question = visit.random().nextBoolean()
                    ? Question.echo(visit.number(), client.port())
                    : Question.script(visit.number(), client.port(), visit.upTo(10));
            questions.add(question);
            bytes.append(question.bytes());
        }
        long sentAt = client.send(bytes.toString());
        questions.forEach(question -> client.read(question, sentAt));
    }

    static void askForClose(Visit visit) {
        SoakClient client = visit.connect();
        client.ask(Question.echo(visit.number(), client.port()));
        client.ask(Question.echo(visit.number(), client.port(), "HTTP/1.1", "Connection: close\r\n"));
        client.assertClosed();
    }

    static void http10(Visit visit) {
        SoakClient client = visit.connect();
        client.ask(Question.echo(visit.number(), client.port(), "HTTP/1.0", ""));
        client.assertClosed();
    }

    static void uploadInParts(Visit visit) throws InterruptedException {
        SoakClient client = visit.connect();
        Question question = Question.upload(
                visit.random(), 1000 + visit.upTo(100_000), visit.random().nextBoolean());
        int first = visit.upTo(question.bytes().length());
        long sentAt = client.send(question.bytes().substring(0, first));
        visit.pause(100);
        client.send(question.bytes().substring(first));
        client.read(question, sentAt);
    }

    static void readSlowly(Visit visit) throws InterruptedException {
        SoakClient client = visit.connect();
        int count = LARGE + visit.upTo(LARGE);
        long sentAt = client.send(Question.download(count, false));
        client.readHead(sentAt);
        StringBuilder body = new StringBuilder(count);
        while (body.length() < count) {
            visit.pause(20);
            body.append(client.readText(Math.min(LARGE / 4, count - body.length()), sentAt));
        }
        if (!Question.isAlphabet(body.toString(), count)) {
            throw new AssertionError("the download is not what was asked for");
        }
        client.ask(Question.echo(visit.number(), client.port()));
    }

    /** Comes back now and then, perhaps after its token has passed on. */
    static void holdIdly(Visit visit) throws InterruptedException {
        SoakClient client = visit.connect();
        for (int left = 1 + visit.upTo(3); left > 0; left--) {
            client.ask(Question.echo(visit.number(), client.port()));
            visit.pause(visit.soak().setup().longestIdle().toMillis());
        }
        client.ask(Question.script(visit.number(), client.port(), 1));
    }

    /** The simulator answers without a look at the body, of which half comes after the answer. */
    static void earlyAnswer(Visit visit) {
        SoakClient client = visit.connect();
        int count = 1 + visit.upTo(10_000);
        int half = 50_000;
        Question question = new Question(
                "POST /bytes?n=" + count + " HTTP/1.1\r\nHost: soak\r\nContent-Length: " + 2 * half + "\r\n\r\n"
                        + "x".repeat(half),
                body -> Question.isAlphabet(body, count));
        client.ask(question);
        client.sendIfOpen("x".repeat(half));
    }
}
