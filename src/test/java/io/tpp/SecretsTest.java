package io.tpp;

import static io.tpp.testing.ScriptedUpstream.answer;
import static io.tpp.testing.ScriptedUpstream.hangUp;
import static io.tpp.testing.ScriptedUpstream.ok;
import static io.tpp.testing.ScriptedUpstream.reset;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.ContextInitializer;
import io.tpp.config.RequestLogTarget;
import io.tpp.config.TppConfig.LogFormat;
import io.tpp.telemetry.Logging;
import io.tpp.testing.RawClient;
import io.tpp.testing.ScriptedUpstream;
import io.tpp.testing.ScriptedUpstream.Script;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.LoggerFactory;

/** Nothing that comes out of TPP holds a password or a token, whatever is logged and whatever goes wrong. */
@Isolated("changes System.out, System.err and the loggers")
@Timeout(60)
class SecretsTest {
    private static final String GOOD_PASSWORD = "good-Pa55word";
    private static final String BAD_PASSWORD = "bad-Pa55word";
    private static final String CLIENTS_OWN = "clients-own-secret";
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final PrintStream realOut = System.out;
    private final PrintStream realErr = System.err;
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    /** What clients and monitoring were answered. */
    private final StringBuilder answered = new StringBuilder();

    @BeforeEach
    void capture() {
        PrintStream both = new PrintStream(printed, true, UTF_8);
        System.setOut(both);
        System.setErr(both);
        Logging.configure("trace,org.eclipse.jetty=trace", LogFormat.TEXT, RequestLogTarget.NONE);
    }

    @AfterEach
    void restore() throws Exception {
        System.setOut(realOut);
        System.setErr(realErr);
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        new ContextInitializer(context).autoConfig();
    }

    @Test
    void noSecretComesOut() throws Exception {
        ScriptedUpstream upstream = ScriptedUpstream.start(ok("fine"));
        upstream.refuse("bob");
        TppServer server = server(upstream.port());
        server.start();
        try (upstream) {
            await().atMost(LIMIT)
                    .until(() -> server.tpp().snapshot().available() == 1
                            && server.tpp().snapshot().lastLoginError() != null);
            askForHealth(server);
            callInEveryWay(server, upstream);
            askForHealth(server);
            upstream.close();
            call(server, get("/unreachable"));
        } finally {
            server.stop();
        }
        assertThat(upstream.tokens()).isNotEmpty();
        assertNoSecret(answered.toString());
        assertNoSecret(printed.toString(UTF_8));
        // Else the captured text would prove nothing.
        assertThat(printed.toString(UTF_8))
                .contains("refused user 'bob' (credential 2)")
                .contains(" INFO ")
                // Jetty's own lines, which would show everything.
                .contains("HttpParser HEADER:IN_VALUE --> FIELD(Authorization: ****")
                .contains("Authorization: ****")
                .contains("]****");
        assertThat(answered)
                .contains("fine")
                .contains("502")
                .contains("504")
                .contains("503")
                .contains("403");
    }

    private static TppServer server(int upstreamPort) throws Exception {
        return Rig.newServer(
                upstreamPort,
                2,
                "TPP_CREDENTIALS_0_USERNAME",
                "alice",
                "TPP_CREDENTIALS_0_PASSWORD",
                GOOD_PASSWORD,
                "TPP_CREDENTIALS_1_USERNAME",
                "bob",
                "TPP_CREDENTIALS_1_PASSWORD",
                BAD_PASSWORD,
                "TPP_UPSTREAM_RESPONSE_TIMEOUT_SECONDS",
                "0.2",
                "TPP_TOKEN_WAIT_TIMEOUT_SECONDS",
                "0.1");
    }

    private void askForHealth(TppServer server) {
        for (String path : List.of("/health", "/livez?verbose", "/readyz?verbose", "/metrics", "/")) {
            try (RawClient client = RawClient.connect(server.healthPort())) {
                client.send("GET " + path + " HTTP/1.1\r\nHost: tpp\r\nConnection: close\r\n\r\n");
                answered.append(client.readRest());
            }
        }
    }

    private void callInEveryWay(TppServer server, ScriptedUpstream upstream) {
        List<Script> ways = List.of(
                ok("fine"),
                reset(),
                hangUp(),
                answer("nonsense\r\n\r\n").then(hangUp()),
                answer("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\ncut").then(hangUp()),
                answer("HTTP/1.1 500 Failed\r\nContent-Length: 0\r\n\r\n"),
                answer("HTTP/1.1 401 Dead\r\nWWW-Authenticate: Bearer\r\nContent-Length: 0\r\n\r\n"));
        for (Script way : ways) {
            upstream.script(way);
            call(server, get("/"));
        }
        call(server, get("/api/login"));
        call(
                server,
                "TRACE / HTTP/1.1\r\nHost: tpp\r\nConnection: close\r\nAuthorization: " + CLIENTS_OWN + "\r\n\r\n");
        call(server, "GET / HTTP/1.1\r\nHost: tpp\r\nAuthorization : Bearer " + CLIENTS_OWN + "\r\n\r\n");
        call(server, "POST / HTTP/1.1\r\nHost: tpp\r\nTransfer-Encoding: chunked\r\n\r\n" + CLIENTS_OWN);
        upstream.script(connection -> {});
        call(server, get("/silent"));
        upstream.script(ok("fine"));
        waitInVain(server);
    }

    private void waitInVain(TppServer server) {
        try (RawClient holder = RawClient.connect(server.clientPort())) {
            holder.send("GET / HTTP/1.1\r\nHost: tpp\r\n\r\n").read();
            call(server, get("/"));
        }
    }

    private static String get(String target) {
        return "GET " + target + " HTTP/1.1\r\nHost: tpp\r\nConnection: close\r\nAuthorization: Bearer " + CLIENTS_OWN
                + "\r\n\r\n";
    }

    private void call(TppServer server, String request) {
        try (RawClient client = RawClient.connect(server.clientPort())) {
            answered.append(client.send(request).readRest());
        }
    }

    private static void assertNoSecret(String text) {
        assertThat(text)
                .doesNotContain(ScriptedUpstream.TOKEN_PREFIX)
                .doesNotContain(GOOD_PASSWORD)
                .doesNotContain(BAD_PASSWORD)
                .doesNotContain(CLIENTS_OWN);
    }
}
