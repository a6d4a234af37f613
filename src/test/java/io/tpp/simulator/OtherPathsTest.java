package io.tpp.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OtherPathsTest {
    private final DolphinDbSimulator simulator =
            DolphinDbSimulator.builder().statsPort(0).start();
    private final TestClient client = new TestClient(simulator);

    @AfterEach
    void close() {
        simulator.close();
    }

    @Test
    void theJsonApiRunsCodeInASession() throws Exception {
        JsonNode first = client.jsonApi("/", "0", "x=5");
        String session = first.path("sessionID").asText();
        JsonNode second = client.jsonApi("/" + session, session, "x+2");

        assertThat(first.path("resultCode").asText()).isEqualTo("0");
        assertThat(second.path("object").path(0).path("value").asText()).isEqualTo("7");
        assertThat(second.path("sessionID").asText()).isEqualTo(session);
    }

    @Test
    void theJsonApiKnowsWhoLoggedInWithinTheSession() throws Exception {
        JsonNode wrong = client.jsonApi("/", "0", "login(\"user1\", \"no\")");
        String session = wrong.path("sessionID").asText();
        client.jsonApi("/" + session, session, "login(\"user1\", \"password1\")");

        assertThat(wrong.path("resultCode").asText()).isEqualTo("1");
        assertThat(client.jsonApi("/" + session, session, "1").path("userId").asText())
                .isEqualTo("user1");
    }

    @Test
    void theJsonApiGivesTablesAsColumns() throws Exception {
        JsonNode table = client.jsonApi("/", "0", "table(3)").path("object").path(0);

        assertThat(table.path("form").asText()).isEqualTo("table");
        assertThat(table.path("value").path(1).path("value")).isEqualTo(TestClient.json("[0,10,20]"));
    }

    @Test
    void metricsAndPageAndUnknownPathsAnswer() throws Exception {
        String token = client.login();

        assertThat(client.get("/metrics").body()).contains("simulator_authorization_seen 0\n");
        assertThat(client.get("/metrics", "Authorization", token).body()).contains("simulator_authorization_seen 1\n");
        assertThat(client.get("/").body()).contains("<h1>DolphinDB simulator</h1>");
        assertThat(client.get("/nothing").statusCode()).isEqualTo(404);
        assertThat(TestClient.json(client.get("/nothing").body()).path("code").asText())
                .isEqualTo("1");
    }

    @Test
    void mcpAnswersInJsonAndKeepsItsSession() throws Exception {
        String token = client.login();
        String call = "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/list\"}";
        HttpResponse<String> first = client.post("/mcp", call, "Authorization", token);
        String session = first.headers().firstValue("Mcp-Session-Id").orElseThrow();
        HttpResponse<String> second = client.post("/mcp", call, "Authorization", token, "Mcp-Session-Id", session);

        assertThat(TestClient.json(first.body()).path("id").asInt()).isEqualTo(7);
        assertThat(second.headers().firstValue("Mcp-Session-Id")).hasValue(session);
    }

    @Test
    void mcpEventsPassTheirGateOneByOne() throws Exception {
        String head = "POST /mcp?gate=e HTTP/1.1\r\nAuthorization: " + client.login()
                + "\r\nAccept: application/json, text/event-stream\r\nContent-Length: 2\r\n\r\n{}";
        try (RawClient raw = new RawClient(simulator)) {
            assertThat(raw.send(head).readUntil("\"progress\":1}}\n\n")).contains("text/event-stream");
            simulator.gate("e").open();

            assertThat(raw.readUntil("0\r\n\r\n")).contains("\"progress\":2}}").contains("\"result\"");
        }
    }

    @Test
    void echoTellsTheRequestAsItCame() throws Exception {
        try (RawClient raw = new RawClient(simulator)) {
            raw.send("PUT /echo?a=%2F//..;x&b HTTP/1.1\r\nX-odd:  two  words \r\nAuthorization: " + client.login()
                    + "\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;e=1\r\nde\r\n0\r\nTrailer: t\r\n\r\n");
            String answer = raw.readUntil("]}");

            assertThat(answer)
                    .contains("\"method\":\"PUT\"")
                    .contains("\"target\":\"/echo?a=%2F//..;x&b\"")
                    .contains("X-odd: two  words")
                    .contains("Authorization: Bearer <token 1>")
                    .contains("\"bodyLength\":5");
        }
    }

    @Test
    void bytesComeWithLengthOrInChunks() throws Exception {
        HttpResponse<String> withLength = client.get("/bytes?n=100000");
        HttpResponse<String> inChunks = client.get("/bytes?n=100000&chunked");

        assertThat(withLength.headers().firstValue("Content-Length")).hasValue("100000");
        assertThat(withLength.body()).hasSize(100_000).isEqualTo(inChunks.body());
        assertThat(inChunks.headers().firstValue("Transfer-Encoding")).hasValue("chunked");
        assertThat(simulator.bytesSent()).isEqualTo(200_000);
    }

    @Test
    void theSinkCountsAnUpload() throws Exception {
        JsonNode answer =
                TestClient.json(client.post("/sink", "x".repeat(100_000)).body());

        assertThat(answer.path("bytes").asInt()).isEqualTo(100_000);
        assertThat(answer.path("sha256").asText()).hasSize(64);
        assertThat(simulator.bytesReceived()).isEqualTo(100_000);
    }

    @Test
    void aWebSocketEchoes() throws Exception {
        CompletableFuture<String> received = new CompletableFuture<>();
        WebSocket socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .subprotocols("streaming")
                .buildAsync(webSocket("/"), new Collector(received))
                .get(10, TimeUnit.SECONDS);
        String text = "x".repeat(1000);
        socket.sendText(text, true).get(10, TimeUnit.SECONDS);

        assertThat(socket.getSubprotocol()).isEqualTo("streaming");
        assertThat(received.get(10, TimeUnit.SECONDS)).isEqualTo(text);
        socket.abort();
    }

    @Test
    void plainBytesAreEchoedWithoutAKey() throws Exception {
        try (RawClient raw = new RawClient(simulator)) {
            raw.send("GET / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nearly");
            assertThat(raw.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 101");

            assertThat(raw.readUntil("early")).isEqualTo("early");
            assertThat(raw.send("later").readUntil("later")).isEqualTo("later");
        }
    }

    @Test
    void theAgentBusWantsAToken() throws Exception {
        var withToken = HttpClient.newHttpClient().newWebSocketBuilder().header("Authorization", client.login());
        var without = HttpClient.newHttpClient().newWebSocketBuilder();
        CompletableFuture<String> ignored = new CompletableFuture<>();

        withToken
                .buildAsync(webSocket("/agent-bus/v1"), new Collector(ignored))
                .get(10, TimeUnit.SECONDS)
                .abort();
        assertThatThrownBy(() -> without.buildAsync(webSocket("/agent-bus/v1"), new Collector(ignored))
                        .get(10, TimeUnit.SECONDS))
                .rootCause()
                .hasMessageContaining("401");
    }

    @Test
    void theSidePortTellsTheCounts() throws Exception {
        client.execute(client.login(), "1");
        URI uri = URI.create("http://127.0.0.1:" + simulator.statsPort() + "/sim/stats");
        String body = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                .body();

        assertThat(TestClient.json(body).path("logins").asInt()).isEqualTo(1);
        assertThat(TestClient.json(body).path("tokens_live").asInt()).isEqualTo(1);
        assertThat(TestClient.json(body).path("requests").asInt()).isEqualTo(2);
        assertThat(TestClient.json(body).path("violations").isEmpty()).isTrue();
    }

    private URI webSocket(String path) {
        return URI.create("ws://127.0.0.1:" + simulator.port() + path);
    }

    private record Collector(CompletableFuture<String> received) implements WebSocket.Listener {
        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
            received.complete(text.toString());
            return CompletableFuture.completedFuture(null);
        }
    }
}
