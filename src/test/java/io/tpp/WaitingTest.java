package io.tpp;

import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.testing.HttpClients;
import io.tpp.testing.RawClient;
import io.tpp.testing.RawClient.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The queue and the life of a lease, with their settings. */
class WaitingTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    @Test
    void whoWaitsTooLongIsToldWhyAndHowLong() throws Exception {
        try (Rig rig = Rig.start(1, "TPP_TOKEN_WAIT_TIMEOUT_SECONDS", "0.3");
                RawClient holder = rig.connect();
                RawClient waiter = rig.connect()) {
            holder.tokenNumber();
            Response response = waiter.execute("1");
            assertThat(response.status()).isEqualTo(503);
            assertThat(response.headers()).containsKey("retry-after").containsEntry("content-type", "application/json");
            assertThat(response.headers().get("server-timing")).matches("tpp;dur=[3-9]\\d\\d");
            assertThat(response.body())
                    .startsWith("{\"session\":\"\",\"user\":\"\",\"code\":\"1\",\"message\":\"TPP: ")
                    .contains("token.wait_timeout_seconds 0.3")
                    .contains("total 1 of 1, in use 1, available 0, waiting 1");
            holder.hangUp();
            assertThat(waiter.execute("1+1").status()).isEqualTo(200);
        }
    }

    @Test
    void aFullQueueRefusesAtOnce() throws Exception {
        try (Rig rig = Rig.start(1, "TPP_TOKEN_MAX_WAITING", "1");
                RawClient holder = rig.connect();
                RawClient waiter = rig.connect();
                RawClient refused = rig.connect()) {
            holder.tokenNumber();
            waiter.sendScript("1");
            rig.awaitWaiting(1);
            Response response = refused.execute("1");
            assertThat(response.status()).isEqualTo(503);
            assertThat(response.body()).contains("token.max_waiting 1").contains("waiting 1");
            holder.hangUp();
            assertThat(waiter.read().status()).isEqualTo(200);
        }
    }

    @Test
    void anAnswerAfterAWaitSaysHowLongItWas() throws Exception {
        try (Rig rig = Rig.start(1);
                RawClient holder = rig.connect();
                RawClient waiter = rig.connect()) {
            assertThat(holder.execute("1").headers()).doesNotContainKey("server-timing");
            waiter.sendScript("1");
            rig.awaitWaiting(1);
            holder.hangUp();
            assertThat(waiter.read().headers().get("server-timing")).matches("tpp;dur=\\d+");
        }
    }

    @Test
    void anIdleHolderGivesItsTokenToAWaiterAndQueuesAgain() throws Exception {
        try (Rig rig = Rig.start(1, "TPP_TOKEN_IDLE_RECLAIM_SECONDS", "0.2");
                RawClient first = rig.connect();
                RawClient second = rig.connect()) {
            first.tokenNumber();
            second.tokenNumber();
            first.tokenNumber();
            second.tokenNumber();
            assertThat(rig.health("/metrics").body()).contains("tpp_leases_reclaimed_total 3.0");
        }
    }

    @Test
    void aHolderWhoseRequestRunsKeepsItsToken() throws Exception {
        try (Rig rig = Rig.start(1, "TPP_TOKEN_IDLE_RECLAIM_SECONDS", "0.1");
                RawClient first = rig.connect();
                RawClient second = rig.connect()) {
            rig.simulator.hold();
            first.sendScript("1");
            rig.simulator.awaitHeld(1, LIMIT);
            second.sendScript("2");
            rig.awaitPool(pool -> pool.oldestWait().toMillis() > 400);
            assertThat(rig.simulator.inFlight()).isEqualTo(1);
            rig.simulator.release();
            assertThat(first.read().status()).isEqualTo(200);
            assertThat(second.read().status()).isEqualTo(200);
        }
    }

    @Test
    void tenTokensServeFiftyKeepAliveClientsWithoutAnError() throws Exception {
        try (Rig rig = Rig.start(10, "TPP_TOKEN_IDLE_RECLAIM_SECONDS", "0.1")) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                clients.add(rig.connect());
            }
            for (int round = 0; round < 3; round++) {
                clients.forEach(client -> client.sendScript("1+1"));
                for (RawClient client : clients) {
                    assertThat(client.read().status()).isEqualTo(200);
                }
            }
            clients.forEach(RawClient::close);
        }
    }

    @Test
    void aLeaseMayLastOneRequestOnly() throws Exception {
        try (Rig rig = Rig.start(1, "TPP_TOKEN_BINDING", "request", "TPP_TOKEN_IDLE_RECLAIM_SECONDS", "0");
                RawClient first = rig.connect();
                RawClient second = rig.connect()) {
            for (int i = 0; i < 5; i++) {
                first.tokenNumber();
                second.tokenNumber();
            }
            rig.awaitAllIdle();
        }
    }

    @Test
    void requestsOfOneHttp2ConnectionShareOneLease() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(50);
        try (Rig rig = Rig.start(2);
                HttpClients.Client client = HttpClients.okHttp2()) {
            // The first request opens the connection that the others share.
            assertThat(client.get(rig.uri("/echo")).status()).isEqualTo(200);
            List<CompletableFuture<HttpClients.Answer>> answers = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                answers.add(client.execute(rig.uri("/api/execute"), "whoami()", threads));
            }
            for (CompletableFuture<HttpClients.Answer> answer : answers) {
                assertThat(answer.get(LIMIT.toSeconds(), TimeUnit.SECONDS).status())
                        .isEqualTo(200);
            }
            assertThat(rig.simulator.peakConcurrencyPerToken()).hasSize(1);
            assertThat(rig.pool().inUse()).isEqualTo(1);
            rig.stopNow();
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void moreConnectionsThanAllowedWaitToBeAccepted() throws Exception {
        try (Rig rig = Rig.start(3, "TPP_CLIENT_MAX_CONNECTIONS", "2");
                RawClient first = rig.connect();
                RawClient second = rig.connect();
                RawClient third = rig.connect()) {
            first.tokenNumber();
            second.tokenNumber();
            third.sendScript("whoami()");
            first.hangUp();
            RawClient.tokenNumber(third.read());
        }
    }

    @Test
    void anIdleConnectionIsClosed() throws Exception {
        try (Rig rig = Rig.start(1, "TPP_CLIENT_IDLE_TIMEOUT_SECONDS", "0.2");
                RawClient client = rig.connect()) {
            client.tokenNumber();
            assertThat(client.isClosedByPeer()).isTrue();
        }
    }

    @Test
    void waitingIsNoIdleness() throws Exception {
        try (Rig rig = Rig.start(1, "TPP_CLIENT_IDLE_TIMEOUT_SECONDS", "0.2");
                RawClient holder = rig.connect();
                RawClient waiter = rig.connect()) {
            rig.simulator.hold();
            holder.sendScript("1");
            rig.simulator.awaitHeld(1, LIMIT);
            waiter.sendScript("2");
            rig.awaitPool(pool -> pool.oldestWait().toMillis() > 1000);
            rig.simulator.release();
            assertThat(holder.read().status()).isEqualTo(200);
            assertThat(waiter.read().status()).isEqualTo(200);
        }
    }
}
