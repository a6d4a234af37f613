package io.tpp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tpp.simulator.Quirks;
import io.tpp.testing.RawClient;
import io.tpp.testing.RawClient.Response;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the health connector says in each state, and that it stays apart from the clients' connector. */
class HealthTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    @Test
    void healthyWithTokensFree() throws Exception {
        try (Rig rig = Rig.start(3);
                RawClient client = rig.connect()) {
            assertHealth(rig, 200, "healthy", 3, 0, 3, 0);
            client.tokenNumber();
            assertHealth(rig, 200, "healthy", 3, 1, 2, 0);
        }
    }

    @Test
    void healthyWithAllTokensInUseAndNobodyWaiting() throws Exception {
        try (Rig rig = Rig.start(1);
                RawClient client = rig.connect()) {
            client.tokenNumber();
            assertHealth(rig, 200, "healthy", 1, 1, 0, 0);
            assertThat(rig.health("/readyz").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void degradedWhileSomeoneWaits() throws Exception {
        try (Rig rig = Rig.start(1)) {
            rig.simulator.hold();
            try (RawClient holder = rig.connect().sendScript("1");
                    RawClient waiter = rig.connect()) {
                rig.simulator.awaitHeld(1, LIMIT);
                waiter.sendScript("2");
                rig.awaitWaiting(1);
                assertHealth(rig, 200, "degraded", 1, 1, 0, 1);
                assertThat(rig.health("/readyz").statusCode()).isEqualTo(200);
                rig.simulator.release();
                holder.read();
                holder.hangUp();
                waiter.read();
                assertHealth(rig, 200, "healthy", 1, 1, 0, 0);
            }
        }
    }

    @Test
    void unhealthyWithoutAnyToken() throws Exception {
        Quirks never = Quirks.documented().withLoginDelay(Duration.ofHours(1));
        try (Rig rig = Rig.startUnready(never, 2);
                RawClient waiter = rig.connect().sendScript("1")) {
            rig.awaitWaiting(1);
            assertHealth(rig, 503, "unhealthy", 0, 0, 0, 1);
            assertThat(rig.health("/readyz").statusCode()).isEqualTo(503);
            assertThat(rig.health("/livez").statusCode()).isEqualTo(200);
            waiter.hangUp();
            rig.awaitWaiting(0);
        }
    }

    @Test
    void unhealthyOnceAllTokensHaveExpired() throws Exception {
        try (Rig rig = Rig.startUnready(
                Quirks.documented(), 1, "TPP_TOKEN_TTL_SECONDS", "1", "TPP_TOKEN_REFRESH_CHECK_SECONDS", "0.05")) {
            rig.awaitPool(pool -> pool.available() == 1);
            rig.simulator.goDown();
            // The token may expire before a login has failed, as slow as this machine may be.
            await().atMost(Duration.ofSeconds(10))
                    .until(() ->
                            !rig.pool().usable() && rig.health("/health").body().contains("\"last_login_error\""));
            HttpResponse<String> health = rig.health("/health");
            assertThat(health.statusCode()).isEqualTo(503);
            assertThat(health.body())
                    .startsWith("{\"status\":\"unhealthy\",\"pool\":{\"total\":1,\"in_use\":0,\"available\":0,"
                            + "\"waiting\":0},\"pool_size\":1,\"last_login_error\":\"DolphinDB at ");
            rig.simulator.comeBack();
            rig.awaitPool(pool -> pool.available() == 1);
            assertThat(rig.health("/health").statusCode()).isEqualTo(200);
        }
    }

    private static void assertHealth(Rig rig, int status, String word, int total, int inUse, int available, int waiting)
            throws Exception {
        for (String path : new String[] {"/health", "/healthz"}) {
            HttpResponse<String> health = rig.health(path);
            assertThat(health.statusCode()).isEqualTo(status);
            assertThat(health.headers().firstValue("Content-Type")).contains("application/json");
            assertThat(health.body())
                    .isEqualTo(
                            "{\"status\":\"%s\",\"pool\":{\"total\":%d,\"in_use\":%d,\"available\":%d,\"waiting\":%d},"
                                            .formatted(word, total, inUse, available, waiting)
                                    + "\"pool_size\":" + rig.pool().size() + ",\"version\":\"" + Version.current()
                                    + "\"}");
        }
        assertThat(rig.health("/metrics").body().lines())
                .contains(
                        "tpp_tokens_total " + total + ".0",
                        "tpp_tokens_in_use " + inUse + ".0",
                        "tpp_tokens_available " + available + ".0",
                        "tpp_requests_waiting " + waiting + ".0");
    }

    @Test
    void metricsHoldWhatTppItsJvmAndItsProcessDo() throws Exception {
        try (Rig rig = Rig.start(1)) {
            try (RawClient client = rig.connect()) {
                client.tokenNumber();
            }
            rig.awaitAllIdle();
            assertThat(rig.health("/metrics").body().lines())
                    .contains(
                            "tpp_token_acquisitions_total 1.0",
                            "tpp_token_releases_total 1.0",
                            "tpp_requests_total 1.0",
                            "tpp_requests_errors_total 0.0",
                            "tpp_logins_total{outcome=\"ok\",} 1.0",
                            "tpp_acquisitions_by_outcome_total{outcome=\"immediate\",} 1.0",
                            "tpp_request_seconds_count{code=\"2xx\",} 1.0")
                    .anyMatch(line -> line.startsWith("jvm_memory_bytes_used"))
                    .anyMatch(line -> line.startsWith("process_cpu_seconds_total"))
                    .anyMatch(line -> line.startsWith("tpp_build_info{"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health", "/healthz", "/livez", "/readyz", "/metrics"})
    void theClientsConnectorLeavesHealthPathsToTheUpstream(String path) throws Exception {
        try (ScriptedRig rig = ScriptedRig.start(io.tpp.testing.ScriptedUpstream.ok("upstream's own"))) {
            assertThat(rig.forwarded("GET " + path + " HTTP/1.1\r\nHost: tpp\r\n\r\n"))
                    .startsWith("GET " + path + " HTTP/1.1\r\n");
        }
    }

    @Test
    void theHealthConnectorForwardsNothing() throws Exception {
        try (Rig rig = Rig.start(1)) {
            long before = rig.simulator.requestCount();
            try (RawClient client = RawClient.connect(rig.server.healthPort())) {
                Response post = client.execute("1+1");
                assertThat(post.status()).isEqualTo(405);
                client.send("GET /api/execute HTTP/1.1\r\nHost: tpp\r\n\r\n");
                assertThat(client.read().status()).isEqualTo(404);
            }
            assertThat(rig.simulator.requestCount()).isEqualTo(before);
        }
    }

    @Test
    void healthAnswersWhileClientsKeepEveryTokenBusy() throws Exception {
        try (Rig rig = Rig.start(1)) {
            rig.simulator.hold();
            try (RawClient client = rig.connect().sendScript("1")) {
                rig.simulator.awaitHeld(1, LIMIT);
                assertThat(rig.health("/livez").body()).isEqualTo("ok");
                rig.simulator.release();
                client.read();
            }
        }
    }
}
