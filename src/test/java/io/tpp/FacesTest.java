package io.tpp;

import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.testing.RawClient;
import io.tpp.testing.RawClient.Response;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What else DolphinDB serves on its port besides the REST API. */
class FacesTest {
    private static Rig rig;

    @BeforeAll
    static void start() throws Exception {
        rig = Rig.start(2);
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    private static RawClient post(RawClient client, String target, String body, String... lines) {
        String more = lines.length == 0 ? "" : String.join("\r\n", lines) + "\r\n";
        return client.send("POST " + target + " HTTP/1.1\r\nHost: tpp\r\n" + more + "Content-Length: " + body.length()
                + "\r\n\r\n" + body);
    }

    private static String jsonCall(String session, String script) {
        return "{\"sessionID\":\"" + session + "\",\"functionName\":\"executeCode\",\"params\":[{\"name\":\"script\","
                + "\"form\":\"scalar\",\"type\":\"string\",\"value\":\"" + script + "\"}]}";
    }

    @Test
    void theJsonApiKeepsItsSession() {
        try (RawClient client = rig.connect()) {
            String first = post(client, "/", jsonCall("0", "x=5")).read().body();
            String session = first.replaceAll("(?s).*\"sessionID\":\"(\\d+)\".*", "$1");
            Response second =
                    post(client, "/" + session, jsonCall(session, "x+2")).read();
            assertThat(second.body())
                    .contains("\"sessionID\":\"" + session + "\"")
                    .contains("\"userId\":\"admin\"")
                    .contains("\"value\":\"7\"");
        }
    }

    @Test
    void theSessionIdOfARestCallPassesBothWays() {
        try (RawClient client = rig.connect()) {
            String session = client.execute("x=5").body().replaceAll("(?s).*\"session\":\"(\\d+)\".*", "$1");
            assertThat(client.execute("x", "sessionID: " + session).body())
                    .contains("\"session\":\"" + session + "\"")
                    .contains("\"result\":[5]");
        }
    }

    @Test
    void mcpAnswersInJsonAndKeepsItsSession() {
        String call = "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/list\"}";
        try (RawClient client = rig.connect()) {
            Response first =
                    post(client, "/mcp", call, "Accept: application/json").read();
            String session = first.headers().get("mcp-session-id");
            assertThat(first.body()).contains("\"id\":7");
            assertThat(post(client, "/mcp", call, "Mcp-Session-Id: " + session)
                            .read()
                            .headers())
                    .containsEntry("mcp-session-id", session)
                    .containsEntry("content-type", "application/json");
        }
    }

    @Test
    void mcpAnswersInEventsThatPassWhenTheyCome() {
        try (RawClient client = rig.connect()) {
            post(client, "/mcp?gate=events", "{}", "Accept: application/json, text/event-stream");
            assertThat(client.readHead()).contains("text/event-stream");
            assertThat(client.readChunk()).contains("\"progress\":1");
            rig.simulator.gate("events").open();
            assertThat(client.readChunk()).contains("\"progress\":2");
        }
    }

    @Test
    void theWebPageComesAsItIs() {
        try (RawClient client = rig.connect().send("GET / HTTP/1.1\r\nHost: tpp\r\n\r\n")) {
            Response page = client.read();
            assertThat(page.headers()).containsEntry("content-type", "text/html; charset=utf-8");
            assertThat(page.body()).contains("<h1>DolphinDB simulator</h1>");
        }
    }

    @Test
    void metricsAreDolphinDbsAndComeWithoutATokenOfThePool() {
        // The connection of the test before may still hold its token for a moment.
        rig.awaitAllIdle();
        try (RawClient client = rig.connect().send("GET /metrics HTTP/1.1\r\nHost: tpp\r\n\r\n")) {
            assertThat(client.read().body()).contains("simulator_authorization_seen 0\n");
            assertThat(rig.pool().inUse()).isZero();
        }
    }
}
