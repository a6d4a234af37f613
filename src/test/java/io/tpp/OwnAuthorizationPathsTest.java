package io.tpp;

import static io.tpp.testing.ScriptedUpstream.answer;
import static io.tpp.testing.ScriptedUpstream.ok;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tpp.testing.RawClient;
import io.tpp.testing.RawClient.Response;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Paths whose requests go with the client's own Authorization, and without a token. */
class OwnAuthorizationPathsTest {
    private static ScriptedRig rig;

    @BeforeAll
    static void start() throws Exception {
        rig = ScriptedRig.start(ok(""), "TPP_ACCESS_OWN_AUTHORIZATION_PATHS", "/metrics, /agent/*");
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    @BeforeEach
    void restore() {
        rig.upstream.script(ok(""));
        rig.forget();
    }

    private static String get(String target) {
        return "GET " + target + " HTTP/1.1\r\nHost: tpp\r\nAuthorization: Basic own\r\n\r\n";
    }

    private static int inUse() {
        return rig.server.tpp().snapshot().inUse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/metrics", "/metrics?x=/api/execute", "/agent/a%2Fb", "http://tpp/metrics"})
    void theClientsOwnPassesAndNoTokenDoes(String target) throws Exception {
        try (RawClient client = rig.connect().send(get(target))) {
            assertThat(client.read().status()).isEqualTo(200);
            assertThat(rig.upstream.takeHead())
                    .containsOnlyOnce("Authorization")
                    .contains("\r\nAuthorization: Basic own\r\n");
            assertThat(inUse()).isZero();
        }
    }

    @Test
    void withoutAnyTheRequestGoesWithoutAny() throws Exception {
        assertThat(rig.forwarded("GET /metrics HTTP/1.1\r\nHost: tpp\r\n\r\n")).doesNotContain("Authorization");
    }

    @Test
    void aConnectionMayHaveBoth() throws Exception {
        try (RawClient client = rig.connect()) {
            for (String target : new String[] {"/metrics", "/a", "/metrics", "/a"}) {
                client.send(get(target)).read();
                assertThat(rig.upstream.takeHead())
                        .contains(target.equals("/a") ? "Authorization: Bearer Scripted" : "Authorization: Basic own");
            }
            assertThat(inUse()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/Metrics", "//metrics", "/metrics/", "/x/../metrics", "/%6detrics", "/agent/../api/execute"})
    void whatOnlyResemblesThemGoesNowhere(String target) {
        try (RawClient client = rig.connect().send(get(target))) {
            Response response = client.read();
            assertThat(response.status()).isEqualTo(400);
            assertThat(response.body()).contains("access.own_authorization_paths");
        }
        assertThat(rig.upstream.headsLeft()).isZero();
    }

    @Test
    void whatTheUpstreamSaysToTheClientsOwnIsForTheClient() {
        String refusal = "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n\r\n";
        rig.upstream.script(answer(refusal));
        try (RawClient client = rig.connect().send(get("/metrics"))) {
            assertThat(client.readHead()).isEqualTo(refusal);
        }
        assertThat(rig.server.tpp().snapshot().available()).isEqualTo(2);
    }

    @Test
    void aScrapeNeedsNoFreeToken() {
        try (RawClient first = rig.connect();
                RawClient second = rig.connect();
                RawClient waiter = rig.connect();
                RawClient scraper = rig.connect()) {
            first.send(get("/a")).read();
            second.send(get("/a")).read();
            waiter.send(get("/a"));
            await().until(() -> rig.server.tpp().snapshot().waiting() == 1);
            assertThat(scraper.send(get("/metrics")).read().status()).isEqualTo(200);
            assertThat(rig.server.tpp().snapshot().waiting()).isEqualTo(1);
        }
        await().until(() -> inUse() == 0 && rig.server.tpp().snapshot().waiting() == 0);
    }

    @Test
    void aBodyPassesAsElsewhere() throws Exception {
        BlockingQueue<String> bodies = new LinkedBlockingQueue<>();
        rig.upstream.script(connection -> {
            bodies.add(connection.readBody());
            connection.write("HTTP/1.1 204 No Content\r\n\r\n");
        });
        try (RawClient client = rig.connect()) {
            client.send("POST /agent/x HTTP/1.1\r\nHost: tpp\r\nContent-Length: 3\r\n\r\nabc");
            assertThat(client.readHead()).startsWith("HTTP/1.1 204 ");
        }
        assertThat(bodies.poll(10, TimeUnit.SECONDS)).isEqualTo("abc");
    }

    @Test
    void aScraperThatLeavesEndsItsRequest() throws Exception {
        BlockingQueue<String> ends = new LinkedBlockingQueue<>();
        rig.upstream.script(connection -> ends.add(connection.readRest()));
        try (RawClient client = rig.connect().send(get("/metrics"))) {
            assertThat(rig.upstream.takeHead()).startsWith("GET /metrics ");
            client.hangUp();
            assertThat(ends.poll(10, TimeUnit.SECONDS)).isNotNull();
        }
    }
}
