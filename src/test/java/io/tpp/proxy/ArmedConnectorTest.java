package io.tpp.proxy;

import static io.tpp.testing.ScriptedUpstream.answer;
import static io.tpp.testing.ScriptedUpstream.hangUp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.tpp.testing.RawClient;
import io.tpp.testing.ScriptedUpstream;
import java.nio.channels.SelectableChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients' connections and the upstream's, watched by the same threads. */
class ArmedConnectorTest {
    private static final int CLIENTS = 8;

    private final Server server = new Server();
    private final ArmedConnector connector =
            new ArmedConnector(server, new ConnectionFactory[] {new HttpConnectionFactory()});

    /** Clients' sockets, in the order they were opened. */
    private final List<ArmedEndPoint> sockets = new CopyOnWriteArrayList<>();

    private final BlockingQueue<ArmedEndPoint> opened = new LinkedBlockingQueue<>();
    private final BlockingQueue<Boolean> afterwards = new LinkedBlockingQueue<>();
    private final BlockingQueue<CountDownLatch> stopped = new LinkedBlockingQueue<>();
    private final List<RawClient> clients = new ArrayList<>();
    private ScriptedUpstream upstream;
    private HttpClient client;

    @BeforeEach
    void start() throws Exception {
        // Each answer needs a connection of its own.
        upstream = ScriptedUpstream.start(answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                .then(hangUp()));
        server.addConnector(connector);
        connector.addBean(new Connection.Listener() {
            @Override
            public void onOpened(Connection connection) {
                opened.add((ArmedEndPoint) connection.getEndPoint());
            }
        });
        server.setHandler(new Asking());
        // As the servlet does, before there is a selector.
        client = UpstreamClient.start(Duration.ofSeconds(5), null, server);
        server.start();
    }

    @AfterEach
    void stop() throws Exception {
        clients.forEach(RawClient::close);
        server.stop();
        client.stop();
        upstream.close();
    }

    /**
     * Asks the upstream, and answers with the names of the threads that took the request and its answer. /quiet?i answers
     * whether the socket that was opened as the i-th is known to be quiet, the two like it ask at the end of the turn and in
     * what may block, and /stop stops the selector until it is told to go on.
     */
    private final class Asking extends Handler.Abstract.NonBlocking {
        @Override
        public boolean handle(Request request, Response response, Callback callback) throws InterruptedException {
            String query = request.getHttpURI().getQuery();
            int asked = query == null ? 0 : Integer.parseInt(query);
            switch (Request.getPathInContext(request)) {
                case "/quiet" ->
                    answer(response, String.valueOf(sockets.get(asked).isKnownQuiet()), callback);
                case "/quiet-afterwards" ->
                    answer(
                            response,
                            "",
                            Callback.from(
                                    callback,
                                    () -> afterwards.add(sockets.get(asked).isKnownQuiet())));
                case "/quiet-while-blocked" -> {
                    // As for something that may block: whoever does it may not be the one who selects any more.
                    SelectorTurn.current().step(sockets.get(0).selector(), () -> {});
                    answer(response, String.valueOf(sockets.get(asked).isKnownQuiet()), callback);
                }
                case "/stop" -> {
                    CountDownLatch goOn = new CountDownLatch(1);
                    stopped.add(goOn);
                    assertThat(goOn.await(10, TimeUnit.SECONDS)).isTrue();
                    answer(response, "", callback);
                }
                default -> pass(response, callback);
            }
            return true;
        }

        private static void answer(Response response, String text, Callback callback) {
            Content.Sink.write(response, true, text, callback);
        }

        private void pass(Response response, Callback callback) {
            String taken = Thread.currentThread().getName();
            client.newRequest("http://127.0.0.1:" + upstream.port())
                    .onResponseSuccess(unused -> answer(
                            response, taken + " " + Thread.currentThread().getName(), callback))
                    .send(result -> {});
        }
    }

    private static String get(String target) {
        return "GET " + target + " HTTP/1.1\r\nHost: tpp\r\n\r\n";
    }

    private static <T> T soon(BlockingQueue<T> queue) throws InterruptedException {
        return Objects.requireNonNull(queue.poll(10, TimeUnit.SECONDS));
    }

    private RawClient connect() throws InterruptedException {
        RawClient connected = RawClient.connect(connector.getLocalPort());
        clients.add(connected);
        ArmedEndPoint socket = soon(opened);
        sockets.add(socket);
        await().pollInterval(1, TimeUnit.MILLISECONDS)
                .until(() -> socket.getFillInterest().isInterested());
        return connected;
    }

    /** Returns what each of new clients is answered, one after the other. */
    private List<String> ask() throws Exception {
        List<String> answers = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            RawClient asking = RawClient.connect(connector.getLocalPort());
            clients.add(asking);
            answers.add(
                    asking.send("GET / HTTP/1.1\r\nHost: tpp\r\n\r\n").read().body());
        }
        return answers;
    }

    @Test
    void theThreadThatTakesARequestTakesItsAnswer() throws Exception {
        List<String> answers = ask();
        assertThat(answers).allSatisfy(answer -> {
            String[] threads = answer.split(" ", 2);
            assertThat(threads[1]).isEqualTo(threads[0]);
        });
        assertThat(answers.stream().distinct()).hasSize(Math.min(CLIENTS, ArmedConnector.SELECTORS));
    }

    @Test
    void whatIsForClientsHearsNothingOfTheUpstream() throws Exception {
        Counting counting = new Counting();
        connector.getSelectorManager().addEventListener(counting);
        ask();
        assertThat(connector.getConnectedEndPoints()).hasSize(CLIENTS);
        clients.forEach(RawClient::close);
        await().untilAsserted(() -> assertThat(counting.closed).containsAll(counting.accepted));
        assertThat(counting.closed).hasSize(CLIENTS);
    }

    /** Connects until there are so many clients that one selector watches, and returns their numbers. */
    private List<Integer> together(int count) throws Exception {
        while (true) {
            connect();
            List<Integer> same = IntStream.range(0, sockets.size())
                    .filter(i -> sockets.get(i).selector() == sockets.get(0).selector())
                    .boxed()
                    .toList();
            if (same.size() == count) {
                return same;
            }
        }
    }

    @Test
    void whatTheSelectorHasJustSeenNothingOfIsKnownToBeQuiet() throws Exception {
        List<Integer> same = together(2);
        RawClient asking = clients.get(same.get(0));
        // A socket that has just been opened is not watched yet.
        await().untilAsserted(() -> assertThat(
                        asking.send(get("/quiet?" + same.get(1))).read().body())
                .isEqualTo("true"));
    }

    /** Lets the selector of the first client find the requests of those others at once, and returns their answers. */
    private List<String> askAtOnce(String path, List<Integer> others, IntUnaryOperator asked) throws Exception {
        clients.get(0).send(get("/stop"));
        CountDownLatch goOn = soon(stopped);
        others.forEach(i -> clients.get(i).send(get(path + "?" + asked.applyAsInt(i))));
        goOn.countDown();
        return others.stream().map(i -> clients.get(i).read().body()).toList();
    }

    @Test
    void whatHasComeButWasNotReadIsNotKnownToBeQuiet() throws Exception {
        List<Integer> others = together(3).subList(1, 3);
        int sum = others.get(0) + others.get(1);
        // Each asks for the other, whichever is first.
        assertThat(askAtOnce("/quiet", others, i -> sum - i)).containsExactly("false", "false");
    }

    /** The system may not have told of all that has come. */
    @Test
    void nothingIsKnownToBeQuietWhenVeryManyAreNot() throws Exception {
        List<Integer> same = together(250);
        assertThat(askAtOnce("/quiet", same.subList(2, 250), i -> same.get(1))).containsOnly("false");
    }

    /** What is written then may have been followed by sockets that are watched for the first time. */
    @Test
    void nothingIsKnownToBeQuietAtTheEndOfTheTurn() throws Exception {
        List<Integer> same = together(4);
        askAtOnce("/quiet-afterwards", same.subList(2, 4), i -> same.get(1));
        assertThat(List.of(soon(afterwards), soon(afterwards))).containsOnly(false);
    }

    @Test
    void nothingIsKnownToBeQuietToWhatMayBlock() throws Exception {
        List<Integer> same = together(2);
        assertThat(clients.get(0)
                        .send(get("/quiet-while-blocked?" + same.get(1)))
                        .read()
                        .body())
                .isEqualTo("false");
    }

    @Test
    void whatAnotherSelectorWatchesIsNotKnownToBeQuiet() throws Exception {
        assumeThat(ArmedConnector.SELECTORS).isGreaterThan(1);
        together(2);
        assertThat(clients.get(0).send(get("/quiet?1")).read().body()).isEqualTo("false");
        assertThat(sockets.get(0).isKnownQuiet()).isFalse();
    }

    private static final class Counting implements SelectorManager.AcceptListener {
        final List<SelectableChannel> accepted = new CopyOnWriteArrayList<>();
        final List<SelectableChannel> closed = new CopyOnWriteArrayList<>();

        @Override
        public void onAccepted(SelectableChannel channel) {
            accepted.add(channel);
        }

        @Override
        public void onClosed(SelectableChannel channel) {
            closed.add(channel);
        }
    }
}
