package io.tpp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tpp.simulator.Violation;
import io.tpp.testing.CapturedLog;
import io.tpp.testing.RawClient;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** What administrators can see and do at {@code /admin} of the health connector. */
@Timeout(120)
class AdminTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final String SECRET = "correct-horse-battery";

    private final CapturedLog log = new CapturedLog("io.tpp.admin.AdminAudit");
    private Path secretFile;
    private ReloadRig reload;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        secretFile = Files.writeString(folder.resolve("secret.txt"), SECRET + "\n");
        reload = ReloadRig.start(folder, "token.pool_size", "2", "admin.token_file", secretFile.toString());
    }

    @AfterEach
    void stop() {
        reload.close();
        log.close();
        assertThat(log.lines().toString()).doesNotContain(SECRET);
    }

    private HttpResponse<String> send(String method, String path, String... headers) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + reload.rig.healthPort() + path);
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri).timeout(LIMIT).method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> asAdmin(String method, String path) throws Exception {
        return send(method, "/admin" + path, "Authorization", "Bearer " + SECRET);
    }

    /** Does something that must work; returns what was said. */
    private String post(String path, int status) throws Exception {
        HttpResponse<String> answer = asAdmin("POST", path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return json(answer).get("result").asText();
    }

    private static JsonNode json(HttpResponse<String> answer) throws Exception {
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        return new ObjectMapper().readTree(answer.body());
    }

    private JsonNode get(String path) throws Exception {
        HttpResponse<String> answer = asAdmin("GET", path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json(answer);
    }

    // Who may

    @Test
    void nobodyMayWithoutTheSecret() throws Exception {
        for (List<String> headers : List.of(
                List.<String>of(),
                List.of("Authorization", "Bearer wrong"),
                List.of("Authorization", "Bearer "),
                List.of("Authorization", "Basic " + SECRET),
                List.of("Authorization", SECRET),
                List.of("Cookie", "token=" + SECRET))) {
            for (String path : List.of("/admin/pause", "/admin/pool", "/admin", "/admin/nothing")) {
                HttpResponse<String> answer = send("POST", path, headers.toArray(String[]::new));
                assertThat(answer.statusCode()).as(path + headers).isEqualTo(401);
                assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Bearer realm=\"TPP\"");
            }
        }
        assertThat(get("/pool").get("paused").asBoolean()).isFalse();
        assertThat(log.lines(Level.WARN))
                .as("1, 2, ... 9, 10, 20 times")
                .hasSize(11)
                .first()
                .asString()
                .matches(
                        "POST /admin/pause by 127\\.0\\.0\\.1:\\d+ was refused: no or a wrong secret \\(1 times by now\\)");
    }

    /** What a page can have the browser of somebody inside send: no bearer token, and whatever else it likes. */
    @Test
    void aFormOfAnotherSiteChangesNothing() throws Exception {
        for (String type : List.of("application/x-www-form-urlencoded", "text/plain", "multipart/form-data")) {
            for (String path :
                    List.of("/admin/pause", "/admin/pause?token=" + SECRET, "/admin/drain", "/", "/health")) {
                HttpResponse<String> answer = send(
                        "POST",
                        path,
                        "Origin",
                        "https://evil.example",
                        "Sec-Fetch-Site",
                        "cross-site",
                        "Content-Type",
                        type,
                        "Cookie",
                        "Authorization=Bearer " + SECRET);
                assertThat(answer.statusCode()).as(path).isEqualTo(path.startsWith("/admin") ? 401 : 405);
                assertThat(answer.headers().map().keySet()).noneMatch(name -> name.startsWith("access-control-"));
            }
        }
        assertThat(get("/pool").get("paused").asBoolean()).isFalse();
        assertThat(reload.rig.health("/readyz").statusCode()).isEqualTo(200);
    }

    @Test
    void withoutATokenFileThereIsNothing() throws Exception {
        reload.change("admin.token_file", "");
        for (String path : List.of("", "/pause", "/pool", "/nothing")) {
            assertThat(asAdmin("POST", path).statusCode()).isEqualTo(404);
            assertThat(asAdmin("GET", path).statusCode()).isEqualTo(404);
        }
        reload.change("admin.token_file", secretFile.toString());
        assertThat(asAdmin("GET", "/pool").statusCode()).isEqualTo(200);
    }

    @Test
    void theSecretIsReadAgainWhenItsFileChanges() throws Exception {
        Files.writeString(secretFile, " another \n");
        await().atMost(LIMIT)
                .until(() -> send("GET", "/admin/pool", "Authorization", "bearer another")
                                .statusCode()
                        == 200);
        assertThat(asAdmin("GET", "/pool").statusCode()).isEqualTo(401);
        Files.writeString(secretFile, "\n");
        reload.edit("token.max_waiting", "9");
        assertThat(reload.reload().problems())
                .singleElement()
                .asString()
                .endsWith("admin.token_file " + secretFile + " holds no secret");
        assertThat(send("GET", "/admin/pool", "Authorization", "Bearer another").statusCode())
                .isEqualTo(200);
        Files.writeString(secretFile, SECRET);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/pause", "/resume", "/drain", "/reload", "/tokens/1/refresh", "/connections/1/close", "/log"})
    void aGetDoesNothing(String path) throws Exception {
        for (String method : List.of("GET", "HEAD", "PUT", "DELETE")) {
            HttpResponse<String> answer = asAdmin(method, path);
            assertThat(answer.statusCode()).isEqualTo(405);
            assertThat(answer.headers().firstValue("Allow")).contains("POST");
        }
        assertThat(log.lines()).isEmpty();
    }

    @Test
    void aViewIsOnlyRead() throws Exception {
        HttpResponse<String> answer = asAdmin("POST", "/pool");
        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow")).contains("GET, HEAD");
        assertThat(asAdmin("POST", "/nothing").statusCode()).isEqualTo(404);
        assertThat(asAdmin("POST", "/tokens/x/refresh").statusCode()).isEqualTo(404);
    }

    // Pause

    @Test
    void aPauseLosesNoRequest() throws Exception {
        try (Load load = Load.start(reload.rig, 4)) {
            for (int round = 0; round < 5; round++) {
                load.awaitMore(20);
                assertThat(post("/pause", 200)).isEqualTo("paused");
                await().atMost(LIMIT).until(() -> reload.rig.simulator.inFlight() == 0);
                reload.rig.awaitWaiting(4);
                long executed = reload.rig.simulator.requestCount();
                assertThat(get("/pool").get("paused").asBoolean()).isTrue();
                assertThat(reload.rig.simulator.requestCount()).isEqualTo(executed);
                assertThat(post("/resume", 200)).isEqualTo("resumed");
            }
            load.awaitMore(20);
            assertThat(load.stop()).allSatisfy(answer -> assertThat(answer).matches(Load::isFine));
        }
        assertThat(post("/resume", 200)).isEqualTo("running already");
    }

    @Test
    void theUpstreamMayRestartDuringAPauseAndNobodyNotices() throws Exception {
        // It does not say that its tokens are gone, so each is tried once.
        reload.rig.simulator.tolerate(Violation.REVOKED_TOKEN);
        try (Load load = Load.start(reload.rig, 3)) {
            load.awaitMore(20);
            post("/pause", 200);
            await().atMost(LIMIT).until(() -> reload.rig.simulator.inFlight() == 0);
            reload.rig.awaitWaiting(3);
            reload.rig.simulator.restart(Duration.ofMillis(300));
            post("/resume", 200);
            load.awaitMore(20);
            assertThat(load.stop()).allSatisfy(answer -> assertThat(answer).matches(Load::isFine));
        }
    }

    // Drain

    @Test
    void aDrainSendsClientsAwayAndAResumeTakesThemBack() throws Exception {
        try (RawClient idle = reload.rig.connect();
                RawClient busy = reload.rig.connect()) {
            idle.tokenNumber();
            reload.rig.simulator.hold();
            busy.sendScript("1");
            reload.rig.simulator.awaitHeld(1, LIMIT);
            assertThat(post("/drain", 200)).isEqualTo("draining");
            assertThat(post("/drain", 200)).isEqualTo("draining already");
            assertThat(reload.rig.health("/readyz").statusCode()).isEqualTo(503);
            assertThat(get("/pool").get("drained").asBoolean()).isTrue();
            assertThat(idle.isClosedByPeer()).isTrue();
            reload.rig.simulator.release();
            assertThat(busy.read().status()).isEqualTo(200);
            assertThat(busy.isClosedByPeer()).isTrue();
            try (RawClient late = reload.rig.connect()) {
                RawClient.Response answer = late.execute("2");
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.headers()).containsEntry("connection", "close");
            }
        }
        assertThat(post("/resume", 200)).isEqualTo("resumed");
        assertThat(reload.rig.health("/readyz").statusCode()).isEqualTo(200);
        try (RawClient client = reload.rig.connect()) {
            assertThat(client.execute("3").headers()).doesNotContainKey("connection");
        }
    }

    @Test
    void aDrainDoesNotCutAnHttp2ConnectionWithARequestUnderWay() throws Exception {
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
        HttpRequest quick = HttpRequest.newBuilder(reload.rig.uri("/echo")).build();
        HttpRequest slow = HttpRequest.newBuilder(reload.rig.uri("/api/execute"))
                .POST(HttpRequest.BodyPublishers.ofString("{\"script\":\"6*7\"}"))
                .build();
        client.send(quick, HttpResponse.BodyHandlers.ofString());
        reload.rig.simulator.hold();
        var answer = client.sendAsync(slow, HttpResponse.BodyHandlers.ofString());
        reload.rig.simulator.awaitHeld(1, LIMIT);
        // The later one ends first.
        client.send(quick, HttpResponse.BodyHandlers.ofString());
        post("/drain", 200);
        long since = System.nanoTime();
        await().atMost(LIMIT)
                .until(() -> System.nanoTime() - since > Duration.ofSeconds(1).toNanos());
        reload.rig.simulator.release();
        assertThat(answer.get(10, java.util.concurrent.TimeUnit.SECONDS).body()).contains("42");
        reload.rig.awaitAllIdle();
        post("/resume", 200);
    }

    // The rest

    @Test
    void aReloadSaysWhatCameOfIt() throws Exception {
        reload.edit("token.pool_size", "3", "listen", "127.0.0.1:1");
        HttpResponse<String> answer = asAdmin("POST", "/reload");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
                .isEqualTo(
                        "{\"result\":\"reloaded\",\"changes\":[\"token.pool_size 2 -> 3\"],\"needs_restart\":[\"listen\"]}");
        reload.rig.awaitPool(pool -> pool.available() == 3);

        reload.writeText("nonsense: 1\n");
        HttpResponse<String> refused = asAdmin("POST", "/reload");
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(json(refused).get("problems").get(0).asText()).contains("config.yaml:1: unknown key nonsense");
        assertThat(reload.rig.pool().size()).isEqualTo(3);
    }

    @Test
    void aTokenIsLoggedInAgain() throws Exception {
        long logins = reload.rig.simulator.loginCount();
        assertThat(post("/tokens/2/refresh", 202)).isEqualTo("token-2 is being logged in");
        await().atMost(LIMIT).until(() -> reload.rig.simulator.loginCount() == logins + 1);
        assertThat(post("/tokens/3/refresh", 404)).isEqualTo("there is no token 3");
        await().atMost(LIMIT)
                .until(() ->
                        reload.rig.health("/metrics").body().contains("tpp_refreshes_total{reason=\"admin\",} 1.0"));
    }

    @Test
    void aConnectionIsClosedAndWhatIsUnderWayOnItAborted() throws Exception {
        try (RawClient client = reload.rig.connect()) {
            reload.rig.simulator.hold();
            client.sendScript("1");
            reload.rig.simulator.awaitHeld(1, LIMIT);
            long number = numberOf(client);
            assertThat(post("/connections/" + number + "/close", 200))
                    .isEqualTo("connection " + number + " from 127.0.0.1:" + client.localPort() + " closed");
            assertThat(client.readRest()).isEmpty();
            reload.rig.simulator.awaitAborted(1, LIMIT);
            reload.rig.simulator.release();
            assertThat(post("/connections/" + (number + 1) + "/close", 404)).contains("there is no connection");
        }
    }

    private long numberOf(RawClient client) throws Exception {
        for (JsonNode row : get("/connections").get("rows")) {
            if (row.get("address").asText().equals("127.0.0.1:" + client.localPort())) {
                return row.get("number").asLong();
            }
        }
        throw new AssertionError("the connection is not listed");
    }

    @Test
    void aWaitersConnectionIsClosedToo() throws Exception {
        reload.change("token.pool_size", "1", "token.idle_reclaim_seconds", "0");
        try (RawClient holder = reload.rig.connect();
                RawClient waiter = reload.rig.connect()) {
            holder.tokenNumber();
            waiter.sendScript("1");
            reload.rig.awaitWaiting(1);
            post("/connections/" + numberOf(waiter) + "/close", 200);
            assertThat(waiter.readRest()).isEmpty();
            reload.rig.awaitWaiting(0);
            assertThat(holder.tokenNumber()).isPositive();
        }
    }

    @Test
    void theLogFilterChangesUntilTheNextReload() throws Exception {
        var logger = LoggerFactory.getLogger("io.tpp.pool.LoginLog");
        assertThat(logger.isDebugEnabled()).isFalse();
        post("/log?filter=warn,tpp::pool=debug", 200);
        assertThat(logger.isDebugEnabled()).isTrue();
        assertThat(LoggerFactory.getLogger("io.tpp.Reload").isInfoEnabled()).isFalse();
        assertThat(post("/log?filter=loud", 400)).startsWith("not a log filter: ");
        assertThat(post("/log", 400)).startsWith("filter is missing");
        assertThat(logger.isDebugEnabled()).isTrue();
        reload.reload();
        assertThat(logger.isDebugEnabled()).isFalse();
        assertThat(LoggerFactory.getLogger("org.eclipse.jetty.server").isInfoEnabled())
                .isFalse();
    }

    @Test
    void theViewsShowNoSecret() throws Exception {
        try (RawClient client = reload.rig.connect()) {
            client.tokenNumber();
            assertThat(get("/pool").get("in_use").asInt()).isEqualTo(1);
            assertThat(get("/tokens").get("rows")).hasSize(2);
            assertThat(get("/tokens?tokens=1").get("rows")).hasSize(1);
            assertThat(get("/connections").get("rows")).hasSize(1);
            assertThat(get("/config").toString())
                    .contains("{\"key\":\"credential.password\",\"value\":\"****\"")
                    .doesNotContain("123456", SECRET);
            assertThat(asAdmin("GET", "/tokens?tokens_sort=x").statusCode()).isEqualTo(400);
        }
    }

    @Test
    void eachActionIsALineInTheLog() throws Exception {
        post("/pause", 200);
        post("/resume", 200);
        post("/log?filter=loud", 400);
        assertThat(log.lines())
                .satisfiesExactly(
                        line -> assertThat(line).matches("INFO POST /admin/pause by 127\\.0\\.0\\.1:\\d+: 200 paused"),
                        line -> assertThat(line)
                                .matches("INFO POST /admin/resume by 127\\.0\\.0\\.1:\\d+: 200 resumed"),
                        line -> assertThat(line)
                                .matches("INFO POST /admin/log\\?filter=loud by 127\\.0\\.0\\.1:\\d+: 400 .*"));
    }
}
