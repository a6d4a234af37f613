package io.tpp.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tpp.pool.CredentialRefusal;
import io.tpp.pool.PoolSnapshot;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HealthServletTest {
    private static final PoolSnapshot IDLE = pool(3, 0, 3, 0, null);
    private static final PoolSnapshot FULL = pool(3, 3, 0, 0, null);
    private static final PoolSnapshot CROWDED = pool(3, 3, 0, 2, null);
    private static final PoolSnapshot BROKEN = pool(3, 0, 0, 1, "user 'alice' was \"refused\"");

    private final AtomicReference<PoolSnapshot> pool = new AtomicReference<>(IDLE);
    private final AtomicReference<List<CredentialRefusal>> refusals = new AtomicReference<>(List.of());
    private final AtomicBoolean shuttingDown = new AtomicBoolean();
    private AdminServer server;

    private static PoolSnapshot pool(int size, int inUse, int available, int waiting, @Nullable String error) {
        return new PoolSnapshot(size, inUse + available, inUse, available, waiting, Duration.ZERO, error);
    }

    @BeforeEach
    void start() throws Exception {
        server = new AdminServer("/", Map.of("/", servlet()));
    }

    private HealthServlet servlet() {
        return new HealthServlet(pool::get, refusals::get, shuttingDown::get, "1.2.3");
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    @Test
    void refusedCredentialsAreListedByPositionWithTheReason() throws Exception {
        refusals.set(List.of(new CredentialRefusal(2, "user 'bob': wrong"), new CredentialRefusal(5, "locked")));

        assertThat(server.get("/health").body())
                .contains("\"credentials_refused\":2,\"refused_credentials\":["
                        + "{\"position\":2,\"reason\":\"user 'bob': wrong\"},{\"position\":5,\"reason\":\"locked\"}]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health", "/healthz"})
    void healthIsTheDocumentedJsonToTheByte(String path) throws Exception {
        pool.set(pool(200, 150, 50, 0, null));

        HttpResponse<String> response = server.get(path);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body())
                .isEqualTo("{\"status\":\"healthy\","
                        + "\"pool\":{\"total\":200,\"in_use\":150,\"available\":50,\"waiting\":0},"
                        + "\"pool_size\":200,\"version\":\"1.2.3\"}");
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
    }

    @Test
    void aFullPoolWithoutWaitersIsHealthy() throws Exception {
        pool.set(FULL);

        assertHealth(200, "healthy");
    }

    @Test
    void aPoolWithWaitersAndNoFreeTokenIsDegraded() throws Exception {
        pool.set(CROWDED);

        assertHealth(200, "degraded");
    }

    @Test
    void aWaiterAboutToGetAFreeTokenIsNoTrouble() throws Exception {
        pool.set(pool(3, 2, 1, 1, null));

        assertHealth(200, "healthy");
    }

    @Test
    void aPoolWithoutUsableTokenIsUnhealthyAndSaysWhy() throws Exception {
        pool.set(BROKEN);

        assertHealth(503, "unhealthy");
        assertThat(server.get("/health").body())
                .startsWith("{\"status\":\"unhealthy\","
                        + "\"pool\":{\"total\":0,\"in_use\":0,\"available\":0,\"waiting\":1},\"pool_size\":3,")
                .contains("\"last_login_error\":\"user 'alice' was \\\"refused\\\"\"");
    }

    private void assertHealth(int status, String word) throws Exception {
        HttpResponse<String> response = server.get("/health");
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(new ObjectMapper().readTree(response.body()).get("status").asText())
                .isEqualTo(word);
    }

    @Test
    void livenessNeitherDependsOnThePoolNorOnTheShutdown() throws Exception {
        pool.set(BROKEN);
        shuttingDown.set(true);

        assertAnswer("/livez", 200, "ok");
        assertAnswer("/livez?verbose", 200, "[+]ping ok\nlivez check passed\n");
    }

    @Test
    void readyWithAUsableToken() throws Exception {
        assertAnswer("/readyz", 200, "ok");
        assertAnswer("/readyz?verbose", 200, "[+]tokens ok\n[+]shutdown ok\nreadyz check passed\n");
    }

    @Test
    void aPoolThatIsMerelyFullStaysReady() throws Exception {
        pool.set(CROWDED);

        assertAnswer("/readyz", 200, "ok");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/readyz", "/readyz?verbose"})
    void notReadyWithoutUsableTokenAndSaysWhy(String path) throws Exception {
        pool.set(BROKEN);

        assertAnswer(
                path,
                503,
                "[-]tokens failed: no usable token; total 0 of 3, in use 0, available 0, waiting 1;"
                        + " last login error: user 'alice' was \"refused\"\n"
                        + "[+]shutdown ok\nreadyz check failed\n");
    }

    @Test
    void notReadyWhileShuttingDown() throws Exception {
        shuttingDown.set(true);

        assertAnswer("/readyz", 503, "[+]tokens ok\n[-]shutdown failed: shutting down\nreadyz check failed\n");
    }

    @Test
    void anExcludedCheckIsNotRun() throws Exception {
        pool.set(BROKEN);

        assertAnswer("/readyz?exclude=tokens", 200, "ok");
        assertAnswer(
                "/readyz?verbose=1&exclude=tokens",
                200,
                "[+]tokens excluded: ok\n[+]shutdown ok\nreadyz check passed\n");
    }

    @Test
    void severalChecksCanBeExcluded() throws Exception {
        pool.set(BROKEN);
        shuttingDown.set(true);

        assertAnswer("/readyz?exclude=tokens&exclude=shutdown", 200, "ok");
    }

    @Test
    void anUnknownExcludedCheckIsNotedAndNoError() throws Exception {
        assertAnswer("/readyz?exclude=etcd", 200, "ok");
        assertAnswer("/readyz?verbose&exclude=etcd&exclude=a%0A%5B%2B%5Db", 200, """
                [+]tokens ok
                [+]shutdown ok
                warn: some health checks cannot be excluded: no matches for "etcd","a?[+]b"
                readyz check passed
                """);
    }

    private void assertAnswer(String path, int status, String body) throws Exception {
        HttpResponse<String> response = server.get(path);
        assertThat(response.body()).isEqualTo(body);
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("text/plain;charset=utf-8");
        assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health", "/livez", "/readyz", "/nothing"})
    void headAnswersLikeGetWithoutTheBody(String path) throws Exception {
        HttpResponse<String> get = server.get(path);
        HttpResponse<String> head = server.send("HEAD", path);

        assertThat(head.statusCode()).isEqualTo(get.statusCode());
        assertThat(head.body()).isEmpty();
        assertThat(head.headers().firstValue("Content-Length"))
                .isEqualTo(get.headers().firstValue("Content-Length"))
                .isPresent();
        assertThat(head.headers().firstValue("Content-Type"))
                .isEqualTo(get.headers().firstValue("Content-Type"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"})
    void otherMethodsAreRefused(String method) throws Exception {
        HttpResponse<String> response = server.send(method, "/health");

        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers().firstValue("Allow")).hasValue("GET, HEAD");
        assertThat(response.body()).isEqualTo("only GET and HEAD are allowed here\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/healthx", "/health/", "/readyz/tokens", "/health;x=1"})
    void anUnknownPathGetsAListOfTheEndpoints(String path) throws Exception {
        HttpResponse<String> response = server.get(path);

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.body())
                .contains("/health ", "/healthz", "/livez", "/readyz", "/metrics")
                .doesNotContain("<", "Jetty");
    }

    @Test
    void aQueryThatCannotBeDecodedIsNoError() throws Exception {
        assertThat(raw("GET /readyz?%zz&exclude=%f HTTP/1.1"))
                .startsWith("HTTP/1.1 200 ")
                .endsWith("\r\n\r\nok");
    }

    private String raw(String requestLine) throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(10_000);
            OutputStream out = socket.getOutputStream();
            out.write((requestLine + "\r\nHost: x\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void aFailureInsideGivesAPlainAnswerWithoutDetails() throws Exception {
        pool.set(null);

        HttpResponse<String> response = server.get("/health");

        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(response.body()).isEqualTo("internal error, see the log\n");
    }

    @Test
    void worksBelowAContextPathAndWithNarrowMappings() throws Exception {
        try (AdminServer deployed = new AdminServer("/tpp", Map.of("/livez", servlet(), "/probe/*", servlet()))) {
            assertThat(deployed.get("/livez").body()).isEqualTo("ok");
            assertThat(deployed.get("/probe/livez").statusCode()).isEqualTo(404);
        }
    }
}
