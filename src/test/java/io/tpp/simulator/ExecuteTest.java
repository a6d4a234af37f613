package io.tpp.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExecuteTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final AtomicLong now = new AtomicLong();
    private final DolphinDbSimulator simulator =
            DolphinDbSimulator.builder().nanoTime(now::get).start();
    private final TestClient client = new TestClient(simulator);
    private String token = "";

    @BeforeEach
    void login() throws Exception {
        token = client.login();
    }

    @AfterEach
    void close() {
        simulator.close();
        assertThat(simulator.violations()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1+2 | [3]",
                "2+3*4-(1-5) | [18]",
                "-3*2 | [-6]",
                "x=5; x*x | [25]",
                "x=5 | []",
                "\"a\\\"b\"+1 | [\"a\\\"b1\"]",
                "sleep(1); 7 | [7]",
                "table(2) | [[{\"id\":0,\"val\":0},{\"id\":1,\"val\":10}]]"
            })
    void theLittleLanguageComputes(String script, String result) throws Exception {
        JsonNode envelope = client.execute(token, script);

        assertThat(envelope.path("code").asText()).isEqualTo("0");
        assertThat(envelope.path("result")).isEqualTo(TestClient.json(result));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "throw \"m\" | throw \"m\" => m",
                "y | y => Cannot recognize the token y",
                "1+ | 1+ => Syntax Error: [line #1] at column 3",
                "nothing() | nothing() => Cannot recognize the token nothing",
                "1 2 | 1 2 => Syntax Error: [line #1] at column 2"
            })
    void aFailingScriptGivesCode1AndItsMessage(String script, String message) throws Exception {
        HttpResponse<String> response = client.tryExecute(token, script);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(TestClient.json(response.body()).path("code").asText()).isEqualTo("1");
        assertThat(TestClient.json(response.body()).path("message").asText()).isEqualTo(message);
    }

    @Test
    void theStatusOfAFailingScriptCanBeAnother() throws Exception {
        simulator.quirks(Quirks.documented().withScriptErrorStatus(500));

        assertThat(client.tryExecute(token, "throw \"m\"").statusCode()).isEqualTo(500);
    }

    @Test
    void tellsWhichTokenARequestHadButNeverItsValue() throws Exception {
        String value = token.substring("Bearer ".length());
        String body = client.tryExecute(token, "whoami()").body()
                + client.tryExecute(token, "echoHeaders()", "X-API-Keys", "k").body();

        assertThat(body).contains("\"token\":1", "\"user\":\"admin\"", "Authorization: Bearer <token 1>");
        assertThat(body).doesNotContain(value);
        assertThat(simulator.requests().toString()).contains("Bearer <token 1>").doesNotContain(value);
    }

    @Test
    void sessionAndUserAreThoseOfTheRequest() throws Exception {
        JsonNode envelope = client.execute(client.login("user2", "password2"), "getCurrentSessionAndUser()");

        assertThat(envelope.path("result").path(0).path(0).asText())
                .isEqualTo(envelope.path("session").asText());
        assertThat(envelope.path("result").path(0).path(1).asText()).isEqualTo("user2");
    }

    @Test
    void aSessionKeepsItsVariablesAndOthersDoNotSeeThem() throws Exception {
        String session = client.execute(token, "x=5").path("session").asText();

        assertThat(client.execute(token, "x", "sessionID", session)
                        .path("result")
                        .path(0)
                        .asInt())
                .isEqualTo(5);
        assertThat(client.execute(token, "x").path("code").asText()).isEqualTo("1");
        assertThat(client.execute(token, "x", "sessionID", "1").path("session").asText())
                .isNotEqualTo(session);
    }

    @Test
    void aTokenCanHaveASessionOfItsOwn() throws Exception {
        simulator.quirks(Quirks.documented().withSessionPerToken(true));
        client.execute(token, "x=5");

        assertThat(client.execute(token, "x").path("result").path(0).asInt()).isEqualTo(5);
        assertThat(client.execute(client.login(), "x").path("code").asText()).isEqualTo("1");
    }

    @Test
    void requestsOfOneSessionTakeTurns() throws Exception {
        String session = client.execute(token, "x=1").path("session").asText();
        CompletableFuture<HttpResponse<String>> first =
                client.executeLater(token, "gate(\"g\"); x=2", "sessionID", session);
        simulator.awaitAtGate("g", 1, LIMIT);
        CompletableFuture<HttpResponse<String>> second = client.executeLater(client.login(), "x", "sessionID", session);
        simulator.awaitInFlight(2, LIMIT);
        assertThat(second).isNotDone();
        simulator.gate("g").open();

        assertThat(first.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        assertThat(second.get(10, TimeUnit.SECONDS).body()).contains("\"result\":[2]");
    }

    @Test
    void aBusySessionCanRefuseTheSecondRequest() throws Exception {
        simulator.quirks(Quirks.documented().withSessionClash(Quirks.SessionClash.ERROR));
        String session = client.execute(token, "x=1").path("session").asText();
        var first = client.executeLater(token, "gate(\"g\")", "sessionID", session);
        simulator.awaitAtGate("g", 1, LIMIT);

        assertThat(client.execute(client.login(), "x", "sessionID", session)
                        .path("message")
                        .asText())
                .contains("busy");
        simulator.gate("g").open();
        first.get(10, TimeUnit.SECONDS);
    }

    @Test
    void oneWebWorkerRunsOneScriptAtATime() throws Exception {
        simulator.quirks(Quirks.documented().withWebWorkers(1));
        CompletableFuture<HttpResponse<String>> first = client.executeLater(token, "gate(\"g\")");
        simulator.awaitAtGate("g", 1, LIMIT);
        CompletableFuture<HttpResponse<String>> second = client.executeLater(client.login(), "1");
        simulator.awaitInFlight(2, LIMIT);
        assertThat(second).isNotDone();
        simulator.gate("g").open();

        assertThat(first.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        assertThat(second.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }

    @Test
    void rightsDependOnTheUser() throws Exception {
        String script = "loadTable(\"dfs://db1\", \"pt\")";
        simulator.tolerate(Violation.NO_AUTHORIZATION);

        assertThat(client.execute(token, script).path("code").asText()).isEqualTo("0");
        assertThat(client.execute(client.login("user1", "password1"), script)
                        .path("message")
                        .asText())
                .isEqualTo("<NoPrivilege>Not granted to read table dfs://db1/pt");
        assertThat(client.execute("", script).path("message").asText())
                .isEqualTo("<NotAuthenticated>Not granted to read table dfs://db1/pt");
    }

    @Test
    void resultsCanComeInChunks() throws Exception {
        simulator.quirks(Quirks.documented().withChunkedResults(true));
        HttpResponse<String> response = client.tryExecute(token, "table(1000)");

        assertThat(response.headers().firstValue("Transfer-Encoding")).hasValue("chunked");
        assertThat(TestClient.json(response.body()).path("result").path(0).size())
                .isEqualTo(1000);
    }

    @Test
    void aTokenExpires() throws Exception {
        simulator.quirks(
                Quirks.documented().withTokenTtl(Duration.ofHours(1)).withDeadToken(Quirks.DeadToken.UNAUTHORIZED));
        simulator.tolerate(Violation.EXPIRED_TOKEN);
        assertThat(client.tryExecute(token, "1").statusCode()).isEqualTo(200);
        now.addAndGet(Duration.ofHours(1).toNanos());

        assertThat(client.tryExecute(token, "1").statusCode()).isEqualTo(401);
        assertThat(simulator.tokensLive()).isZero();
    }

    @Test
    void aDeadTokenIsAGuest() throws Exception {
        simulator.tolerate(Violation.REVOKED_TOKEN);
        simulator.revokeToken(1);
        JsonNode envelope = client.execute(token, "1+1");

        assertThat(envelope.path("code").asText()).isEqualTo("0");
        assertThat(envelope.path("user").asText()).isEqualTo("guest");
    }

    @Test
    void aDeadTokenCanGet401() throws Exception {
        simulator.quirks(Quirks.documented().withDeadToken(Quirks.DeadToken.UNAUTHORIZED));
        simulator.tolerate(Violation.REVOKED_TOKEN);
        simulator.revokeToken(1);
        HttpResponse<String> response = client.tryExecute(token, "1+1");

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.headers().firstValue("WWW-Authenticate")).isPresent();
    }

    @Test
    void aDeadTokenCanGetAnErrorCode() throws Exception {
        simulator.quirks(
                Quirks.documented().withDeadToken(Quirks.DeadToken.ERROR_CODE).withClientAuthRequired(true));
        simulator.tolerate(Violation.NO_AUTHORIZATION);
        JsonNode envelope = client.execute("", "1+1");

        assertThat(envelope.path("code").asText()).isEqualTo("1");
        assertThat(envelope.path("message").asText()).startsWith("<NotAuthenticated>");
    }

    @Test
    void aRefusalCanComeBeforeTheBody() throws Exception {
        simulator.quirks(
                Quirks.documented().withDeadToken(Quirks.DeadToken.UNAUTHORIZED).withRefusalBeforeBody(true));
        simulator.tolerate(Violation.REVOKED_TOKEN);
        simulator.revokeToken(1);
        try (RawClient raw = new RawClient(simulator)) {
            raw.send("POST /api/execute HTTP/1.1\r\nAuthorization: " + token + "\r\nContent-Length: 99999999\r\n\r\nx");

            assertThat(raw.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 401");
        }
    }
}
