package io.tpp;

import static org.awaitility.Awaitility.await;

import io.tpp.pool.PoolSnapshot;
import io.tpp.testing.RawClient;
import io.tpp.testing.ScriptedUpstream;
import io.tpp.testing.ScriptedUpstream.Script;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** A scripted upstream with the whole TPP and a pool of two tokens in front of it, on free ports. */
public final class ScriptedRig implements AutoCloseable {
    private static final int TOKENS = 2;
    private static final Duration POLL = Duration.ofMillis(5);

    public final ScriptedUpstream upstream;
    final TppServer server;

    private ScriptedRig(ScriptedUpstream upstream, TppServer server) {
        this.upstream = upstream;
        this.server = server;
    }

    /** Starts with all tokens there; {@code settings} are pairs of variable and value. */
    public static ScriptedRig start(Script script, String... settings) throws Exception {
        ScriptedUpstream upstream = ScriptedUpstream.start(script);
        TppServer server = Rig.newServer(upstream.port(), TOKENS, settings);
        server.start();
        ScriptedRig rig = new ScriptedRig(upstream, server);
        rig.awaitIdle();
        return rig;
    }

    private void awaitIdle() {
        await().pollInterval(POLL)
                .atMost(Duration.ofSeconds(10))
                .until(() -> server.tpp().snapshot().available() == TOKENS);
    }

    /**
     * Forgets what tests before did, once it has ended: the connections they closed may still hold their tokens for a
     * moment, and their requests be on the way.
     */
    void forget() {
        awaitIdle();
        upstream.forgetHeads();
    }

    public RawClient connect() {
        return RawClient.connect(server.clientPort());
    }

    public PoolSnapshot pool() {
        return server.tpp().snapshot();
    }

    /** Sends a request on a connection of its own and returns the head that the upstream got. */
    String forwarded(String request) throws InterruptedException {
        try (RawClient client = connect().send(request)) {
            String head = upstream.takeHead();
            client.readHead();
            return head;
        }
    }

    /** Sends a GET on a connection of its own, and returns the head of the answer. */
    String answered(Script script) {
        upstream.script(script);
        try (RawClient client = connect().send("GET / HTTP/1.1\r\nHost: tpp\r\n\r\n")) {
            return client.readHead();
        }
    }

    String metrics() throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + server.healthPort() + "/metrics");
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    @Override
    public void close() {
        try {
            server.stopNow();
        } catch (Exception e) {
            throw new IllegalStateException("the server did not stop", e);
        } finally {
            upstream.close();
        }
    }
}
