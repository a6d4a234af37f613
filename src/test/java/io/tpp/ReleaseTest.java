package io.tpp;

import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.simulator.Fault;
import io.tpp.testing.RawClient;
import java.time.Duration;
import java.util.List;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** However a connection ends, its token goes to the next waiter, and its lease is counted as ended once. */
class ReleaseTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final String UPLOAD = "POST /api/execute HTTP/1.1\r\nHost: tpp\r\nContent-Length: 200000\r\n\r\n";
    private static final String PART = "{\"script\":\"" + "x".repeat(1000);

    private interface End {
        void of(Rig rig, RawClient client) throws Exception;
    }

    /** How the connection of a client that had an answer ends. */
    @SuppressWarnings("ImmutableEnumChecker") // The ends are functions without a state.
    enum Ending {
        FIN((rig, client) -> client.hangUp()),
        RESET((rig, client) -> client.reset()),
        HALF_CLOSE((rig, client) -> client.shutdownOutput()),
        SILENCE((rig, client) -> assertThat(client.isClosedByPeer()).isTrue()),
        NOT_HTTP((rig, client) -> client.send("this is not HTTP\r\n\r\n")),
        HALF_A_HEAD_THEN_RESET(
                (rig, client) -> client.send("POST /api/execute HTTP/1.1\r\nHo").reset()),
        BAD_CHUNK((rig, client) ->
                client.send("POST /sink HTTP/1.1\r\nHost: tpp\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n")),
        UPLOAD_THEN_FIN((rig, client) -> client.send(UPLOAD + PART).hangUp()),
        UPLOAD_THEN_RESET((rig, client) -> client.send(UPLOAD + PART).reset()),
        CONNECTION_CLOSE_KEPT_OPEN((rig, client) -> client.execute("1", "Connection: close")),
        HTTP_1_0_KEPT_OPEN(
                (rig, client) -> client.send("GET /echo HTTP/1.0\r\n\r\n").read()),
        RESET_WHILE_THE_UPSTREAM_WORKS((rig, client) -> {
            rig.simulator.hold();
            client.sendScript("1");
            rig.simulator.awaitHeld(1, LIMIT);
            client.reset();
            rig.simulator.awaitAborted(1, LIMIT);
            rig.simulator.release();
        }),
        RESET_WITHIN_THE_ANSWER((rig, client) -> {
            client.send("GET /bytes?size=50000000 HTTP/1.1\r\nHost: tpp\r\n\r\n")
                    .readHead();
            client.reset();
        }),
        PIPELINED_THEN_RESET((rig, client) ->
                client.sendScript("1").sendScript("2").sendScript("3").reset()),
        UPSTREAM_CUTS_ITS_ANSWER((rig, client) -> {
            rig.simulator.faults().once("/api/execute", Fault.cutBody(10));
            client.sendScript("1").readRest();
        }),
        UPSTREAM_RESETS_ITS_ANSWER((rig, client) -> {
            rig.simulator.faults().once("/api/execute", Fault.resetBody(10));
            client.sendScript("1").readRest();
        });

        private final End end;

        Ending(End end) {
            this.end = end;
        }
    }

    @ParameterizedTest
    @EnumSource
    void theTokenGoesToTheNextWaiterAndTheLeaseEndsOnce(Ending ending) throws Exception {
        // No reclaim, and no time-out but where it is the ending: nothing else gives the token back.
        String idleTimeout = ending == Ending.SILENCE ? "0.5" : "60";
        try (Rig rig = Rig.start(
                        1, "TPP_TOKEN_IDLE_RECLAIM_SECONDS", "0", "TPP_CLIENT_IDLE_TIMEOUT_SECONDS", idleTimeout);
                RawClient holder = rig.connect();
                RawClient waiter = rig.connect()) {
            holder.tokenNumber();
            waiter.sendScript("whoami()");
            rig.awaitWaiting(1);
            ending.end.of(rig, holder);
            RawClient.tokenNumber(waiter.read());
            waiter.hangUp();
            rig.awaitAllIdle();
            assertLeases(rig, 2);
        }
    }

    @Test
    void theEndOfAnHttp2ConnectionWithRequestsUnderWayReleasesItsTokenOnce() throws Exception {
        OkHttpClient client = new OkHttpClient.Builder()
                .protocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE))
                .build();
        try (Rig rig = Rig.start(1, "TPP_TOKEN_IDLE_RECLAIM_SECONDS", "0")) {
            Request large = new Request.Builder()
                    .url(rig.uri("/bytes?size=50000000").toString())
                    .build();
            okhttp3.Response first = client.newCall(large).execute();
            okhttp3.Response second = client.newCall(large).execute();
            assertThat(rig.pool().inUse()).isEqualTo(1);
            first.close();
            second.close();
            client.connectionPool().evictAll();
            rig.awaitAllIdle();
            assertLeases(rig, 1);
        } finally {
            client.dispatcher().executorService().shutdown();
        }
    }

    @Test
    void aStopReleasesEveryToken() throws Exception {
        try (Rig rig = Rig.start(2, "TPP_SHUTDOWN_GRACE_SECONDS", "0.2");
                RawClient idle = rig.connect();
                RawClient busy = rig.connect()) {
            idle.tokenNumber();
            rig.simulator.hold();
            busy.sendScript("1");
            rig.simulator.awaitHeld(1, LIMIT);
            rig.stop();
            assertThat(rig.pool().inUse()).isZero();
            rig.simulator.release();
        }
    }

    private static void assertLeases(Rig rig, int count) throws Exception {
        assertThat(rig.health("/metrics").body())
                .contains("\ntpp_token_acquisitions_total " + count + ".0\n")
                .contains("\ntpp_token_releases_total " + count + ".0\n")
                .contains("\ntpp_leases_leaked_total 0.0\n");
    }
}
