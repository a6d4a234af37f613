package io.tpp;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tpp.testing.RawClient;
import io.tpp.testing.RawClient.Response;
import io.tpp.testing.Unheard;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients that leave before they have their answer. */
class LeavingClientTest {
    private static final Duration A_SECOND = Duration.ofSeconds(1);
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final int STREAMS = 20;

    /** How a client leaves. */
    enum Leaving {
        FIN,
        RESET,
        HALF_CLOSE;

        void act(RawClient client) {
            switch (this) {
                case FIN -> client.hangUp();
                case RESET -> client.reset();
                case HALF_CLOSE -> client.shutdownOutput();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void theUpstreamRequestIsAbortedWithinASecond(Leaving leaving) throws Exception {
        try (Rig rig = Rig.start(1);
                RawClient client = rig.connect()) {
            rig.simulator.hold();
            client.sendScript("1");
            rig.simulator.awaitHeld(1, LIMIT);
            leaving.act(client);
            rig.simulator.awaitAborted(1, A_SECOND);
            rig.simulator.release();
            rig.awaitAllIdle();
        }
    }

    @Test
    void theUpstreamRequestIsAbortedAlsoWhileAnAnswerStreams() throws Exception {
        try (Rig rig = Rig.start(1);
                RawClient client = rig.connect()) {
            String body = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}";
            client.send("POST /mcp?gate=stream HTTP/1.1\r\nHost: tpp\r\nAccept: text/event-stream\r\nContent-Length: "
                    + body.length() + "\r\n\r\n" + body);
            rig.simulator.awaitAtGate("stream", 1, LIMIT);
            client.hangUp();
            rig.simulator.awaitAborted(1, A_SECOND);
            rig.simulator.gate("stream").open();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aWaiterWhoseBodyCameLateLeavesTheQueue(Leaving leaving) throws Exception {
        try (Rig rig = Rig.start(1);
                RawClient holder = rig.connect();
                RawClient waiter = rig.connect()) {
            holder.tokenNumber();
            String padding = " ".repeat(40_000);
            waiter.send("POST /api/execute HTTP/1.1\r\nHost: tpp\r\nContent-Length: " + (padding.length() + 14)
                    + "\r\n\r\n{");
            rig.awaitWaiting(1);
            waiter.send(padding + "\"script\":\"1\"}");
            long before = rig.simulator.requestCount();
            leaving.act(waiter);
            rig.awaitWaiting(0);
            holder.hangUp();
            rig.awaitAllIdle();
            assertThat(rig.simulator.requestCount()).isEqualTo(before);
        }
    }

    @Test
    void aWaiterThatLeavesInTheMiddleOfItsBodyLeavesTheQueue() throws Exception {
        try (Rig rig = Rig.start(1);
                RawClient holder = rig.connect();
                RawClient waiter = rig.connect()) {
            holder.tokenNumber();
            waiter.send("POST /api/execute HTTP/1.1\r\nHost: tpp\r\nContent-Length: 1000\r\n\r\n{");
            rig.awaitWaiting(1);
            waiter.hangUp();
            rig.awaitWaiting(0);
        }
    }

    @Test
    void aTokenIsNotLeasedAgainBeforeTheAbandonedRequestIsOver() throws Exception {
        try (Rig rig = Rig.start(1);
                RawClient first = rig.connect();
                RawClient second = rig.connect()) {
            rig.simulator.hold();
            first.sendScript("1");
            rig.simulator.awaitHeld(1, LIMIT);
            second.sendScript("whoami()");
            rig.awaitWaiting(1);
            first.reset();
            rig.simulator.awaitAborted(1, LIMIT);
            rig.simulator.awaitHeld(1, LIMIT);
            rig.simulator.release();
            assertThat(second.read().status()).isEqualTo(200);
            assertThat(rig.simulator.peakConcurrencyPerToken()).containsValue(1).hasSize(1);
        }
    }

    @Test
    void aHalfClosedClientStillGetsItsAnswerIfSoConfigured() throws Exception {
        try (Rig rig = Rig.start(1, "TPP_CLIENT_HALF_CLOSE", "wait");
                RawClient holder = rig.connect();
                RawClient client = rig.connect()) {
            holder.tokenNumber();
            client.sendScript("1+2");
            rig.awaitWaiting(1);
            client.shutdownOutput();
            holder.hangUp();
            Response response = client.read();
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.body()).contains("\"result\":[3]");
        }
    }

    @Test
    void aHalfClosedClientIsNeverToldOfSuccessWithoutAnAnswer() throws Exception {
        try (Rig rig = Rig.start(1);
                RawClient holder = rig.connect()) {
            holder.tokenNumber();
            for (int i = 0; i < 20; i++) {
                try (RawClient waiter = rig.connect()) {
                    waiter.sendScript("1");
                    rig.awaitWaiting(1);
                    waiter.shutdownOutput();
                    assertThat(waiter.isClosedByPeer()).isTrue();
                }
            }
        }
    }

    @Test
    void streamsThatLeaveAtTheVeryHandOffCostTheOthersOfTheirConnectionNothing() throws Exception {
        OkHttpClient client = new OkHttpClient.Builder()
                .protocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE))
                .retryOnConnectionFailure(false)
                .build();
        client.dispatcher().setMaxRequestsPerHost(STREAMS);
        try (Rig rig = Rig.start(1)) {
            Request request = new Request.Builder()
                    .url(rig.uri("/api/execute").toString())
                    .post(RequestBody.create("{\"script\":\"1\"}".getBytes(US_ASCII)))
                    .build();
            for (int round = 0; round < 30; round++) {
                leaveAtTheHandOff(rig, client, request);
                try (okhttp3.Response response = client.newCall(request).execute()) {
                    assertThat(response.code()).isEqualTo(200);
                }
                await().until(() -> client.dispatcher().runningCallsCount() == 0);
                client.connectionPool().evictAll();
                rig.awaitAllIdle();
            }
        } finally {
            client.dispatcher().executorService().shutdown();
        }
    }

    private static void leaveAtTheHandOff(Rig rig, OkHttpClient client, Request request) {
        List<Call> leaving = new ArrayList<>();
        try (RawClient holder = rig.connect()) {
            holder.tokenNumber();
            for (int i = 0; i < STREAMS; i++) {
                Call call = client.newCall(request);
                call.enqueue(new Unheard());
                leaving.add(call);
            }
            rig.awaitWaiting(STREAMS);
        }
        leaving.forEach(Call::cancel);
    }
}
