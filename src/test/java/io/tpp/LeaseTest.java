package io.tpp;

import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.testing.RawClient;
import io.tpp.testing.RawClient.Response;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a lease is, over real sockets: rules 1 to 4 of the contract. */
class LeaseTest {
    private Rig rig;

    @BeforeEach
    void start() throws Exception {
        rig = Rig.start(2);
    }

    @AfterEach
    void stop() throws Exception {
        rig.close();
    }

    @Test
    void requestsOfOneConnectionCarryOneToken() {
        try (RawClient client = rig.connect()) {
            int token = client.tokenNumber();
            for (int i = 0; i < 20; i++) {
                assertThat(client.tokenNumber()).isEqualTo(token);
            }
        }
    }

    @Test
    void twoConnectionsCarryTwoTokens() {
        try (RawClient first = rig.connect();
                RawClient second = rig.connect()) {
            int token = first.tokenNumber();
            assertThat(second.tokenNumber()).isNotEqualTo(token);
            assertThat(first.tokenNumber()).isEqualTo(token);
            assertThat(rig.pool().inUse()).isEqualTo(2);
        }
    }

    @Test
    void connectingAloneTakesNoToken() {
        List<RawClient> idle = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            idle.add(rig.connect());
        }
        try (RawClient client = rig.connect()) {
            client.tokenNumber();
            assertThat(rig.pool().inUse()).isEqualTo(1);
        }
        idle.forEach(RawClient::close);
    }

    @Test
    void aConnectionWaitsUntilAnotherCloses() {
        try (RawClient first = rig.connect();
                RawClient second = rig.connect();
                RawClient third = rig.connect()) {
            int token = first.tokenNumber();
            second.tokenNumber();
            third.sendScript("whoami()");
            rig.awaitWaiting(1);
            first.hangUp();
            assertThat(RawClient.tokenNumber(third.read())).isEqualTo(token);
        }
    }

    @Test
    void waitersAreServedInTheOrderInWhichTheyCame() {
        try (RawClient first = rig.connect();
                RawClient second = rig.connect()) {
            first.tokenNumber();
            second.tokenNumber();
            List<RawClient> waiters = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                waiters.add(rig.connect().sendScript("whoami()"));
                rig.awaitWaiting(i + 1);
            }
            first.hangUp();
            for (RawClient waiter : waiters) {
                RawClient.tokenNumber(waiter.read());
                waiter.close();
            }
            assertThat(clientsServed(10))
                    .isEqualTo(waiters.stream().map(RawClient::localPort).toList());
        }
    }

    /** Returns the client ports of the last requests the simulator saw, in its order. */
    private List<Integer> clientsServed(int count) {
        List<Integer> ports = rig.simulator.requests().stream()
                .filter(request -> request.target().equals("/api/execute"))
                .map(request -> Integer.valueOf(request.clientConnection().replaceAll(".*:", "")))
                .toList();
        return ports.subList(ports.size() - count, ports.size());
    }

    @Test
    void aWaiterThatLeavesIsNeverForwarded() {
        try (RawClient first = rig.connect();
                RawClient second = rig.connect();
                RawClient fin = rig.connect();
                RawClient reset = rig.connect();
                RawClient stays = rig.connect()) {
            first.tokenNumber();
            second.tokenNumber();
            fin.sendScript("1+1");
            rig.awaitWaiting(1);
            reset.sendScript("2+2");
            rig.awaitWaiting(2);
            stays.sendScript("whoami()");
            rig.awaitWaiting(3);
            fin.hangUp();
            rig.awaitWaiting(2);
            reset.reset();
            rig.awaitWaiting(1);
            long before = rig.simulator.requestCount();
            second.hangUp();
            RawClient.tokenNumber(stays.read());
            assertThat(rig.simulator.requestCount()).isEqualTo(before + 1);
        }
    }

    @Test
    void everyWayToEndAConnectionReleasesItsToken() throws Exception {
        closeAfterAnswer(RawClient::close);
        closeAfterAnswer(RawClient::reset);
        closeAfterAnswer(RawClient::shutdownOutput);
        closeAfterAnswer(client -> client.send("this is not HTTP\r\n\r\n"));
        closeAfterAnswer(
                client -> client.send("POST /api/execute HTTP/1.1\r\nHost: tpp\r\nContent-Length: 1000\r\n\r\n{")
                        .close());
        closeAfterAnswer(client -> client.execute("1", "Connection: close"));
        closeAfterAnswer(client -> client.send("GET /echo HTTP/1.0\r\n\r\n").read());
    }

    private interface Ending {
        void end(RawClient client) throws Exception;
    }

    private void closeAfterAnswer(Ending ending) throws Exception {
        RawClient client = rig.connect();
        client.tokenNumber();
        assertThat(rig.pool().inUse()).isEqualTo(1);
        ending.end(client);
        rig.awaitAllIdle();
        client.close();
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrderWithOneToken() {
        try (RawClient client = rig.connect()) {
            for (int i = 0; i < 5; i++) {
                client.sendScript(i + "+0; whoami()");
            }
            Set<Integer> tokens = new HashSet<>();
            for (int i = 0; i < 5; i++) {
                tokens.add(RawClient.tokenNumber(client.read()));
            }
            assertThat(tokens).hasSize(1);
        }
    }

    @Test
    void theTokenIsHeldUntilTheUpstreamIsThroughWithAnAbandonedRequest() throws Exception {
        rig.simulator.hold();
        RawClient client = rig.connect();
        client.sendScript("1");
        rig.simulator.awaitInFlight(1, java.time.Duration.ofSeconds(5));
        assertThat(rig.pool().inUse()).isEqualTo(1);
        rig.simulator.release();
        assertThat(client.read().status()).isEqualTo(200);
        client.close();
    }

    @Test
    void theClientsOwnAuthorizationNeverReachesTheUpstream() {
        try (RawClient client = rig.connect()) {
            Response response = client.execute(
                    "echoHeaders()", "Authorization: Bearer stolen", "Connection: authorization", "X-Kept: Yes, Sir");
            assertThat(response.body())
                    .doesNotContain("stolen")
                    .contains("token")
                    .contains("Yes, Sir");
        }
    }
}
