package io.tpp.proxy;

import static io.tpp.testing.ScriptedUpstream.answer;
import static io.tpp.testing.ScriptedUpstream.hangUp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tpp.testing.RawClient;
import io.tpp.testing.ScriptedUpstream;
import java.nio.channels.SelectableChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.jetty.client.HttpClient;
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

    private final List<RawClient> clients = new ArrayList<>();
    private ScriptedUpstream upstream;
    private HttpClient client;

    @BeforeEach
    void start() throws Exception {
        // Each answer needs a connection of its own.
        upstream = ScriptedUpstream.start(answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                .then(hangUp()));
        server.addConnector(connector);
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

    /** Asks the upstream, and answers with the names of the threads that took the request and its answer. */
    private final class Asking extends Handler.Abstract.NonBlocking {
        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            String taken = Thread.currentThread().getName();
            client.newRequest("http://127.0.0.1:" + upstream.port())
                    .onResponseSuccess(answer -> Content.Sink.write(
                            response, true, taken + " " + Thread.currentThread().getName(), callback))
                    .send(result -> {});
            return true;
        }
    }

    /** Returns what each of new clients is answered, one after the other. */
    private List<String> ask() {
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
    void theThreadThatTakesARequestTakesItsAnswer() {
        List<String> answers = ask();
        assertThat(answers).allSatisfy(answer -> {
            String[] threads = answer.split(" ");
            assertThat(threads[1]).isEqualTo(threads[0]);
        });
        assertThat(answers.stream().distinct()).hasSize(Math.min(CLIENTS, ArmedConnector.SELECTORS));
    }

    @Test
    void whatIsForClientsHearsNothingOfTheUpstream() {
        Counting counting = new Counting();
        connector.getSelectorManager().addEventListener(counting);
        ask();
        assertThat(connector.getConnectedEndPoints()).hasSize(CLIENTS);
        clients.forEach(RawClient::close);
        await().untilAsserted(() -> assertThat(counting.closed).containsAll(counting.accepted));
        assertThat(counting.closed).hasSize(CLIENTS);
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
