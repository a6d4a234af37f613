package io.tpp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tpp.testing.RawClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log at its finest, and everything else that comes out, holds no secret. */
class JarSecrecyIT {
    private static final String TOKEN = "Zm9yYmlkZGVuLXRva2Vu+/T0k3n==";

    /** Jetty's lines too, which show all it sends and receives. */
    private static final String EVERYTHING = "trace,org.eclipse.jetty=trace,io.opentelemetry=trace";

    private final List<String> authorizations = new CopyOnWriteArrayList<>();
    private HttpServer upstream;

    /** What getCurrentSessionAndUser() gives, by which TPP finds out whether a token is alive. */
    private static final String WHO_AM_I = "{\"session\":\"1\",\"user\":\"goodUser\",\"code\":\"0\",\"message\":\"\","
            + "\"result\":[[1,\"goodUser\",\"127.0.0.1\",1]]}";

    @BeforeEach
    void start() throws IOException {
        upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        upstream.createContext("/api/login", this::login);
        upstream.createContext("/", this::execute);
        upstream.start();
    }

    @AfterEach
    void stop() {
        upstream.stop(0);
    }

    /** Answers as DolphinDB does, whose refusal repeats the password. */
    private void login(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        answer(
                exchange,
                200,
                body.contains("goodUser")
                        ? "{\"session\":\"1\",\"user\":\"goodUser\",\"code\":\"0\",\"message\":\"\",\"result\":[\""
                                + TOKEN + "\"]}"
                        : "{\"session\":\"1\",\"user\":\"\",\"code\":\"1\",\"message\":\"login('badUser', 'passWord-2')"
                                + " => The user name or password is incorrect.\",\"result\":[]}");
    }

    private void execute(HttpExchange exchange) throws IOException {
        authorizations.add(exchange.getRequestHeaders().getFirst("Authorization"));
        exchange.getRequestBody().readAllBytes();
        if (exchange.getRequestURI().getPath().equals("/broken")) {
            exchange.close();
            return;
        }
        answer(exchange, exchange.getRequestURI().getPath().equals("/denied") ? 401 : 200, WHO_AM_I);
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(UTF_8);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Test
    void noOutputHoldsAReadyMadeTokenEvenAtTrace(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("tokens.txt"), TOKEN + "\n");
        Map<String, String> environment = new HashMap<>(JarProcess.FREE_PORTS);
        environment.put("TPP_UPSTREAM_HOST", "127.0.0.1");
        environment.put(
                "TPP_UPSTREAM_PORT", String.valueOf(upstream.getAddress().getPort()));
        environment.put("TPP_TOKENS_FILE", file.toString());
        environment.put("TPP_LOG", EVERYTHING);
        StringBuilder answers = new StringBuilder();
        try (JarProcess tpp = JarProcess.start(environment)) {
            for (String path : List.of("/api/execute", "/denied")) {
                try (RawClient client = tpp.connect()) {
                    answers.append(client.send("GET " + path + " HTTP/1.1\r\nHost: tpp\r\n\r\n")
                            .read());
                }
            }
            Files.writeString(file, TOKEN + "\n" + TOKEN + "\n");
            tpp.awaitLine(".* WARN .*tokens_file cannot be taken over.*tokens.txt:2: is the token of line 1.*");
            answers.append(tpp.health("/health").body());
            tpp.signal("TERM");
            assertThat(tpp.exitCode()).isZero();
            assertThat(answers + tpp.everything())
                    .contains("status=200", "status=503")
                    .doesNotContain(TOKEN, "Zm9yYmlkZGVu");
        }
        assertThat(authorizations).isNotEmpty().containsOnly("Bearer " + TOKEN);
    }

    @Test
    void noOutputHoldsAPasswordOrTokenEvenAtTrace() throws Exception {
        Map<String, String> environment = new HashMap<>(JarProcess.FREE_PORTS);
        environment.put("TPP_UPSTREAM_HOST", "127.0.0.1");
        environment.put(
                "TPP_UPSTREAM_PORT", String.valueOf(upstream.getAddress().getPort()));
        environment.put("TPP_CREDENTIALS_0_USERNAME", "goodUser");
        environment.put("TPP_CREDENTIALS_0_PASSWORD", "passWord-1");
        environment.put("TPP_CREDENTIALS_1_USERNAME", "badUser");
        environment.put("TPP_CREDENTIALS_1_PASSWORD", "passWord-2");
        environment.put("TPP_LOG", EVERYTHING);
        StringBuilder answers = new StringBuilder();
        try (JarProcess tpp = JarProcess.start(environment)) {
            tpp.awaitLine(".* WARN .*user 'badUser'.*");
            for (String path : List.of("/api/execute", "/denied", "/broken", "/api/login")) {
                try (RawClient client = tpp.connect()) {
                    answers.append(client.send("GET " + path + " HTTP/1.1\r\nHost: tpp\r\n"
                                    + "Authorization: Bearer clientSecret-3\r\n\r\n")
                            .read());
                }
            }
            for (String path : List.of("/health", "/readyz?verbose", "/metrics")) {
                answers.append(tpp.health(path).body());
            }
            tpp.signal("TERM");
            assertThat(tpp.exitCode()).isZero();
            assertThat(tpp.out()).anyMatch(line -> line.contains(" DEBUG "));
            assertThat(answers + tpp.everything())
                    .contains("badUser", "status=503", "status=502", "status=403")
                    .doesNotContain(TOKEN, "Zm9yYmlkZGVu", "passWord-1", "passWord-2", "clientSecret-3");
        }
        assertThat(authorizations).isNotEmpty().containsOnly("Bearer " + TOKEN);
    }
}
