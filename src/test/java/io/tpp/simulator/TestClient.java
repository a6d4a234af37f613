package io.tpp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Calls a simulator as a client would, with the JDK's HTTP client. Every wait has a limit. */
final class TestClient {
    static final Duration LIMIT = Duration.ofSeconds(10);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final DolphinDbSimulator simulator;

    TestClient(DolphinDbSimulator simulator) {
        this.simulator = simulator;
    }

    static JsonNode json(String text) throws IOException {
        return new JsonMapper().readTree(text);
    }

    HttpResponse<String> post(String path, String body, String... headers) throws Exception {
        return http.send(
                request(path, headers)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    HttpResponse<String> get(String path, String... headers) throws Exception {
        return http.send(request(path, headers).build(), BodyHandlers.ofString());
    }

    HttpResponse<String> tryLogin(String user, String password) throws Exception {
        return post("/api/login", loginBody(user, password));
    }

    CompletableFuture<HttpResponse<String>> loginLater(String user, String password) {
        return http.sendAsync(
                request("/api/login")
                        .POST(HttpRequest.BodyPublishers.ofString(loginBody(user, password)))
                        .build(),
                BodyHandlers.ofString());
    }

    static String loginBody(String user, String password) {
        return Json.object().put("username", user).put("password", password).toString();
    }

    /** Logs in and returns what stands in the {@code Authorization} header. */
    String login(String user, String password) throws Exception {
        String token =
                json(tryLogin(user, password).body()).path("result").path(0).asText();
        return "Bearer " + token.replaceAll("\\s", "");
    }

    String login() throws Exception {
        return login("admin", "123456");
    }

    /** Runs a script and returns the envelope. */
    JsonNode execute(String authorization, String script, String... headers) throws Exception {
        return json(tryExecute(authorization, script, headers).body());
    }

    HttpResponse<String> tryExecute(String authorization, String script, String... headers) throws Exception {
        return executeLater(authorization, script, headers).get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    CompletableFuture<HttpResponse<String>> executeLater(String authorization, String script, String... headers) {
        HttpRequest.Builder request = request("/api/execute", headers);
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        String body = Json.object().put("script", script).toString();
        return http.sendAsync(
                request.POST(HttpRequest.BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
    }

    /** Runs a script through the JSON API and returns its answer. */
    JsonNode jsonApi(String path, String session, String script) throws Exception {
        var call = Json.object().put("sessionID", session).put("functionName", "executeCode");
        call.putArray("params")
                .addObject()
                .put("name", "script")
                .put("form", "scalar")
                .put("type", "string")
                .put("value", script);
        return json(post(path, call.toString()).body());
    }

    private HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + simulator.port() + path))
                .timeout(LIMIT);
        return headers.length == 0 ? request : request.headers(headers);
    }
}
