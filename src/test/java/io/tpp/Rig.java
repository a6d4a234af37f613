package io.tpp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tpp.config.ConfigLoader;
import io.tpp.pool.PoolSnapshot;
import io.tpp.simulator.DolphinDbSimulator;
import io.tpp.simulator.Quirks;
import io.tpp.testing.RawClient;
import jakarta.servlet.ServletContext;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * A simulator with the whole TPP in front of it, on free ports.
 *
 * <p>{@link #close} fails the test if a lease or waiter is left, or if the simulator noticed wrong use.
 */
public final class Rig implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(5);

    public final DolphinDbSimulator simulator;
    final TppServer server;
    private boolean stopped;

    private Rig(DolphinDbSimulator simulator, TppServer server) {
        this.simulator = simulator;
        this.server = server;
    }

    /** Starts with a pool of so many tokens, all there. */
    public static Rig start(int tokens, String... settings) throws Exception {
        Rig rig = startUnready(Quirks.documented(), tokens, settings);
        rig.awaitPool(pool -> pool.available() == tokens);
        return rig;
    }

    /** Starts, and does not wait for tokens; {@code settings} are pairs of variable and value. */
    static Rig startUnready(Quirks quirks, int tokens, String... settings) throws Exception {
        return startUnready(DolphinDbSimulator.start(quirks), tokens, settings);
    }

    /** Starts in front of a simulator that is there already, and closes it in the end. */
    public static Rig startUnready(DolphinDbSimulator simulator, int tokens, String... settings) throws Exception {
        TppServer server = newServer(simulator.port(), tokens, settings);
        server.start();
        return new Rig(simulator, server);
    }

    /** Takes a server that was started in front of a simulator; both are closed in the end. */
    static Rig of(DolphinDbSimulator simulator, TppServer server) {
        return new Rig(simulator, server);
    }

    /** Makes a server that is not started; given credentials replace the usual one; 0 tokens: as many as follow from them. */
    static TppServer newServer(int upstreamPort, int tokens, String... settings) throws Exception {
        Map<String, String> environment = new HashMap<>(Map.of(
                "TPP_LISTEN", "127.0.0.1:0",
                "TPP_HEALTH_LISTEN", "127.0.0.1:0",
                "TPP_UPSTREAM_HOST", "127.0.0.1",
                "TPP_UPSTREAM_PORT", String.valueOf(upstreamPort),
                "TPP_CREDENTIAL_USERNAME", "admin",
                "TPP_CREDENTIAL_PASSWORD", "123456",
                "TPP_TOKEN_POOL_SIZE", String.valueOf(tokens)));
        for (int i = 0; i < settings.length; i += 2) {
            if (settings[i].startsWith("TPP_CREDENTIALS_") || settings[i].equals("TPP_TOKENS_FILE")) {
                environment.remove("TPP_CREDENTIAL_USERNAME");
                environment.remove("TPP_CREDENTIAL_PASSWORD");
            }
            if (settings[i].equals("TPP_CREDENTIAL_PASSWORD_FILE")) {
                environment.remove("TPP_CREDENTIAL_PASSWORD");
            }
            environment.put(settings[i], settings[i + 1]);
        }
        if (tokens == 0) {
            environment.remove("TPP_TOKEN_POOL_SIZE");
        }
        return new TppServer(new ConfigLoader(environment).load(null));
    }

    public int port() {
        return server.clientPort();
    }

    public int healthPort() {
        return server.healthPort();
    }

    /** Returns the context of the proxy's servlet: its server and its upstream's client can be found there. */
    public ServletContext servletContext() {
        return server.tpp().proxyServlet().getServletContext();
    }

    RawClient connect() {
        return RawClient.connect(port());
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port() + path);
    }

    public PoolSnapshot pool() {
        return server.tpp().snapshot();
    }

    public void awaitPool(Predicate<PoolSnapshot> condition) {
        await().pollInterval(POLL).atMost(LIMIT).until(this::pool, condition);
    }

    void awaitWaiting(int count) {
        awaitPool(pool -> pool.waiting() == count);
    }

    void awaitAllIdle() {
        awaitPool(pool -> pool.inUse() == 0 && pool.waiting() == 0 && pool.available() == pool.total());
    }

    HttpResponse<String> health(String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + server.healthPort() + path);
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).timeout(LIMIT).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Stops the server as SIGTERM does. */
    void stop() throws Exception {
        stopped = true;
        server.stop();
    }

    @Override
    public void close() {
        try {
            if (!stopped) {
                awaitAllIdle();
            }
            assertThat(simulator.violations()).isEmpty();
        } finally {
            if (!stopped) {
                stopNow();
            }
            simulator.close();
        }
    }

    /** Ends the server at once. */
    void stopNow() {
        stopped = true;
        try {
            server.stopNow();
        } catch (Exception e) {
            throw new IllegalStateException("the server did not stop", e);
        }
    }
}
