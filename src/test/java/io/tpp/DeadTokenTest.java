package io.tpp;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tpp.simulator.DolphinDbSimulator;
import io.tpp.simulator.Quirks;
import io.tpp.simulator.Quirks.DeadToken;
import io.tpp.simulator.SeenRequest;
import io.tpp.simulator.Violation;
import io.tpp.testing.RawClient;
import io.tpp.testing.RawClient.Response;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tokens that DolphinDB drops before their time, in each of the ways in which it may say so. */
class DeadTokenTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private static Rig start(Quirks quirks, int tokens, String... settings) throws Exception {
        Rig rig = Rig.startUnready(quirks, tokens, settings);
        rig.simulator.tolerate(Violation.REVOKED_TOKEN);
        rig.awaitPool(pool -> pool.available() == tokens);
        return rig;
    }

    private static Quirks unauthorized() {
        return Quirks.documented().withDeadToken(DeadToken.UNAUTHORIZED);
    }

    /** Lets logins wait, and those that have them done fail no more than that. */
    private static void slowLogins(Rig rig, Duration delay) {
        DolphinDbSimulator simulator = rig.simulator;
        simulator.quirks(simulator.quirks().withLoginDelay(delay));
    }

    @Test
    void aRefusedTokenIsReplacedWithoutTheClientNoticing() throws Exception {
        try (Rig rig = start(unauthorized(), 2);
                RawClient client = rig.connect();
                RawClient other = rig.connect()) {
            client.tokenNumber();
            other.tokenNumber();
            rig.simulator.revokeAllTokens();
            assertThat(client.tokenNumber()).isGreaterThan(2);
            assertThat(other.tokenNumber()).isGreaterThan(2);
            assertThat(rig.simulator.loginCount()).isEqualTo(4);
        }
    }

    @Test
    void anEarlyRefusalIsNoDifferent() throws Exception {
        try (Rig rig = start(unauthorized().withRefusalBeforeBody(true), 1);
                RawClient client = rig.connect()) {
            client.tokenNumber();
            rig.simulator.revokeAllTokens();
            assertThat(client.tokenNumber()).isEqualTo(2);
        }
    }

    @Test
    void aWebSocketIsOpenedWithTheNextToken() throws Exception {
        try (Rig rig = start(unauthorized(), 1);
                RawClient client = rig.connect()) {
            client.tokenNumber();
            rig.simulator.revokeAllTokens();
            client.send("GET /agent-bus/v1 HTTP/1.1\r\nHost: tpp\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
            assertThat(rig.simulator.loginCount()).isEqualTo(2);
        }
    }

    @Test
    void theAnswerTellsTheWholeWait() throws Exception {
        try (Rig rig = start(unauthorized(), 1);
                RawClient client = rig.connect()) {
            client.tokenNumber();
            rig.simulator.revokeAllTokens();
            slowLogins(rig, Duration.ofMillis(500));
            Response response = client.execute("1");
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.headers().get("server-timing")).matches("tpp;dur=([5-9]\\d\\d|\\d{4,})");
        }
    }

    @Test
    void aClientThatLeavesDuringTheReplaysWaitLeavesTheQueue() throws Exception {
        try (Rig rig = start(unauthorized(), 1);
                RawClient client = rig.connect()) {
            client.tokenNumber();
            rig.simulator.revokeAllTokens();
            slowLogins(rig, Duration.ofSeconds(2));
            client.sendScript("1");
            rig.awaitWaiting(1);
            client.reset();
            rig.awaitWaiting(0);
            long before = rig.simulator.requestCount();
            rig.awaitAllIdle();
            assertThat(rig.simulator.requestCount()).isEqualTo(before);
        }
    }

    @Test
    void aReplayWaitsNoLongerThanAnyOtherRequest() throws Exception {
        try (Rig rig = start(unauthorized(), 1, "TPP_TOKEN_WAIT_TIMEOUT_SECONDS", "0.3");
                RawClient client = rig.connect()) {
            client.tokenNumber();
            rig.simulator.revokeAllTokens();
            slowLogins(rig, Duration.ofSeconds(2));
            Response response = client.execute("1");
            assertThat(response.status()).isEqualTo(503);
            assertThat(response.headers()).containsKey("retry-after").doesNotContainKey("www-authenticate");
            assertThat(response.body()).contains("token.wait_timeout_seconds");
            client.hangUp();
        }
    }

    @Test
    void aStopEndsAReplaysWait() throws Exception {
        try (Rig rig = start(unauthorized(), 1);
                RawClient client = rig.connect()) {
            client.tokenNumber();
            rig.simulator.revokeAllTokens();
            slowLogins(rig, Duration.ofSeconds(5));
            client.sendScript("1");
            rig.awaitWaiting(1);
            rig.stop();
            Response response = client.read();
            assertThat(response.status()).isEqualTo(503);
            assertThat(response.body()).contains("shutting down");
        }
    }

    @Test
    void aWrongPasswordCostsOneLoginAndIsTold() throws Exception {
        try (Rig rig = start(unauthorized(), 1);
                RawClient client = rig.connect()) {
            client.tokenNumber();
            rig.simulator.setPassword("admin", "changed");
            rig.simulator.revokeAllTokens();
            long before = rig.simulator.loginCount();
            for (int i = 0; i < 5; i++) {
                Response response = client.execute("1");
                assertThat(response.status()).isEqualTo(503);
                assertThat(response.body()).contains("refused");
            }
            assertThat(rig.simulator.loginCount()).isEqualTo(before + 1);
            rig.stopNow();
        }
    }

    @Test
    void manyStreamsThatMeetOneDeadTokenCostOneLogin() throws Exception {
        OkHttpClient client = new OkHttpClient.Builder()
                .protocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE))
                .retryOnConnectionFailure(false)
                // Should it open a second connection, that one waits until the first is idle.
                .readTimeout(60, TimeUnit.SECONDS)
                .build();
        // As many as HTTP/2 lets one connection have at once.
        client.dispatcher().setMaxRequests(100);
        client.dispatcher().setMaxRequestsPerHost(100);
        try (Rig rig = start(unauthorized(), 1, "TPP_TOKEN_IDLE_RECLAIM_SECONDS", "0.2")) {
            rig.simulator.tolerate(Violation.REFUSED_TOKEN_AGAIN); // They were all on their way.
            assertThat(sendAll(client, rig, 1)).containsExactly(200);
            rig.simulator.revokeAllTokens();
            assertThat(sendAll(client, rig, 1000)).hasSize(1000).containsOnly(200);
            assertThat(rig.simulator.loginCount()).isEqualTo(2);
            client.connectionPool().evictAll();
        } finally {
            client.dispatcher().executorService().shutdown();
        }
    }

    private static Queue<Integer> sendAll(OkHttpClient client, Rig rig, int requests) throws Exception {
        Request request = new Request.Builder()
                .url(rig.uri("/api/execute").toString())
                .post(RequestBody.create("{\"script\":\"1\"}".getBytes(US_ASCII)))
                .build();
        Queue<Integer> statuses = new ConcurrentLinkedQueue<>();
        CountDownLatch over = new CountDownLatch(requests);
        for (int i = 0; i < requests; i++) {
            client.newCall(request).enqueue(new Callback() {
                @Override
                public void onFailure(Call call, IOException failure) {
                    statuses.add(-1);
                    over.countDown();
                }

                @Override
                public void onResponse(Call call, okhttp3.Response response) throws IOException {
                    // Read to its end: else the client resets the stream, and so many resets are taken for an attack.
                    try (response) {
                        response.body().bytes();
                        statuses.add(response.code());
                    } finally {
                        over.countDown();
                    }
                }
            });
        }
        assertThat(over.await(60, TimeUnit.SECONDS)).isTrue();
        return statuses;
    }

    // Refused without a 401

    /** The first answer cannot be hidden: the script may have been run in part. */
    @ParameterizedTest
    @EnumSource(names = {"GUEST", "ERROR_CODE"})
    void aTokenThatLooksDeadIsReplacedAfterTheAnswer(DeadToken behaviour) throws Exception {
        try (Rig rig = start(Quirks.documented().withDeadToken(behaviour), 1);
                RawClient client = rig.connect()) {
            rig.simulator.tolerate(Violation.REFUSED_TOKEN_AGAIN); // That is the probe.
            client.tokenNumber();
            rig.simulator.revokeAllTokens();
            Response first = client.execute("1+1");
            assertThat(first.status()).isEqualTo(200);
            assertThat(first.body()).contains("\"user\":\"guest\"");
            assertThat(client.tokenNumber()).isEqualTo(2);
            // With the probe, if the next request did not come before the first had quite ended.
            assertThat(timesRun(rig, "/api/execute", 1)).isBetween(2L, 3L);
            assertThat(rig.simulator.loginCount()).isEqualTo(2);
        }
    }

    private static long timesRun(Rig rig, String path, int token) {
        return rig.simulator.requests().stream()
                .filter(request -> request.target().equals(path) && request.token() == token)
                .count();
    }

    @Test
    void aScriptThatAlwaysLacksARightCostsOneProbe() throws Exception {
        Quirks quirks = Quirks.documented();
        try (Rig rig = start(quirks, 1);
                RawClient client = rig.connect()) {
            String denied = "throw \"<NotAuthenticated>Not granted\"";
            List<String> answers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                answers.add(client.execute(denied).body());
            }
            assertThat(answers).allMatch(body -> body.contains("\"message\":\"<NotAuthenticated>"));
            assertThat(rig.simulator.loginCount()).isLessThanOrEqualTo(2); // One if there was no time for a probe.
            await().atMost(LIMIT)
                    .until(() -> rig.pool().available() + rig.pool().inUse() == 1);
            assertThat(rig.simulator.requests().stream().map(SeenRequest::target))
                    .filteredOn(target -> target.equals("/api/execute"))
                    .hasSizeBetween(20, 21);
        }
    }

    @Test
    void aTableThatHoldsTheWordsIsNoReason() throws Exception {
        try (Rig rig = start(Quirks.documented(), 1);
                RawClient client = rig.connect()) {
            assertThat(client.execute("\"<NotAuthenticated>\"").body()).contains("<NotAuthenticated>");
            client.tokenNumber();
            assertThat(rig.simulator.requestCount()).isEqualTo(3); // with the login, and no probe
        }
    }
}
