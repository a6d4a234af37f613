package io.tpp;

import static io.tpp.testing.RawTunnel.ask;
import static io.tpp.testing.RawTunnel.echo;
import static io.tpp.testing.RawTunnel.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tpp.testing.RawClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How long a tunnel holds its token. */
@Timeout(120)
class TunnelLeaseTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    @ParameterizedTest
    @ValueSource(strings = {"connection", "request"})
    void aTunnelHoldsItsTokenUntilItEnds(String binding) throws Exception {
        try (Rig rig = Rig.start(1, "TPP_TOKEN_BINDING", binding);
                RawClient waiter = rig.connect()) {
            try (RawClient tunnel = open(rig.connect())) {
                assertThat(rig.pool().inUse()).isEqualTo(1);
                waiter.sendScript("whoami()");
                rig.awaitWaiting(1);
                echo(tunnel, "still here");
            }
            assertThat(RawClient.tokenNumber(waiter.read())).isEqualTo(1);
        }
    }

    @Test
    void theTunnelCarriesItsConnectionsToken() throws Exception {
        try (Rig rig = Rig.start(3);
                RawClient other = rig.connect();
                RawClient client = rig.connect()) {
            int token = client.tokenNumber();
            assertThat(other.tokenNumber()).isNotEqualTo(token);
            echo(open(client), "hi");
            assertThat(rig.pool().inUse()).isEqualTo(2);
            client.hangUp();
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(rig.simulator.requests())
                            .filteredOn(seen -> seen.status() == 101)
                            .singleElement()
                            .satisfies(seen -> assertThat(seen.token()).isEqualTo(token)));
        }
    }

    @Test
    void twoTunnelsHaveTwoTokensAndTheThirdWaits() throws Exception {
        try (Rig rig = Rig.start(2);
                RawClient first = open(rig.connect());
                RawClient second = open(rig.connect());
                RawClient third = ask(rig.connect())) {
            rig.awaitWaiting(1);
            echo(second, "second");
            first.hangUp();
            assertThat(third.readHead()).startsWith("HTTP/1.1 101 ").contains("\r\nServer-Timing: tpp;dur=");
            echo(third, "third");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aClientThatLeavesWhileItWaitsForItsTunnelLeavesTheQueue(boolean reset) throws Exception {
        try (Rig rig = Rig.start(1);
                RawClient tunnel = open(rig.connect());
                RawClient waiter = ask(rig.connect())) {
            rig.awaitWaiting(1);
            long before = rig.simulator.requestCount();
            if (reset) {
                waiter.reset();
            } else {
                waiter.hangUp();
            }
            rig.awaitWaiting(0);
            tunnel.hangUp();
            rig.awaitAllIdle();
            assertThat(rig.simulator.requestCount()).isEqualTo(before);
        }
    }

    @Test
    void aSilentTunnelIsNotIdle() throws Exception {
        try (Rig rig = Rig.start(2, "TPP_TOKEN_IDLE_RECLAIM_SECONDS", "0.05");
                RawClient tunnel = open(rig.connect());
                RawClient first = rig.connect();
                RawClient second = rig.connect()) {
            // The two take the other token from each other, again and again, but never the tunnel's.
            for (int i = 0; i < 5; i++) {
                first.tokenNumber();
                second.tokenNumber();
            }
            assertThat(rig.health("/metrics").body()).contains("tpp_leases_reclaimed_total 9.0");
            echo(tunnel, "mine");
        }
    }

    @Test
    void aTunnelOutlastsTheIdleTimeout() throws Exception {
        try (Rig rig = Rig.start(3, "TPP_CLIENT_IDLE_TIMEOUT_SECONDS", "0.1");
                RawClient tunnel = open(rig.connect())) {
            for (int i = 0; i < 3; i++) {
                try (RawClient idle = rig.connect()) {
                    idle.tokenNumber();
                    assertThat(idle.isClosedByPeer()).isTrue();
                }
            }
            echo(tunnel, "still here");
        }
    }

    @Test
    void aTunnelOutlastsTheUpstreamsResponseTimeout() throws Exception {
        try (Rig rig = Rig.start(2, "TPP_UPSTREAM_RESPONSE_TIMEOUT_SECONDS", "0.1");
                RawClient tunnel = open(rig.connect());
                RawClient slow = rig.connect()) {
            assertThat(slow.execute("sleep(60000)").status()).isEqualTo(504);
            echo(tunnel, "still here");
        }
    }

    @Test
    void aSilentTunnelEndsAfterItsOwnTimeout() throws Exception {
        try (Rig rig = Rig.start(1, "TPP_CLIENT_TUNNEL_IDLE_TIMEOUT_SECONDS", "0.2");
                RawClient tunnel = open(rig.connect())) {
            echo(tunnel, "hi");
            assertThat(tunnel.isClosedByPeer()).isTrue();
            rig.awaitAllIdle();
        }
    }

    @Test
    void aRefreshedTokenDoesNotEndTheTunnel() throws Exception {
        try (Rig rig = Rig.start(1, "TPP_TOKEN_TTL_SECONDS", "1", "TPP_TOKEN_REFRESH_CHECK_SECONDS", "0.05");
                RawClient tunnel = open(rig.connect())) {
            await().atMost(LIMIT)
                    .until(() -> rig.health("/metrics").body().contains("tpp_refreshes_total{reason=\"age\",} 2.0"));
            assertThat(rig.pool().inUse()).isEqualTo(1);
            echo(tunnel, "still here");
        }
    }

    @Test
    void aTunnelCountsAsOneRequestWhenItEnds() throws Exception {
        try (Rig rig = Rig.start(1)) {
            try (RawClient tunnel = open(rig.connect())) {
                echo(tunnel, "hi");
                assertThat(rig.health("/metrics").body()).contains("tpp_requests_total 0.0");
            }
            await().atMost(LIMIT).until(() -> rig.health("/metrics").body().contains("tpp_requests_total 1.0"));
            assertThat(rig.health("/metrics").body())
                    .contains("tpp_request_seconds_count{code=\"1xx\",} 1.0")
                    .contains("tpp_requests_errors_total 0.0")
                    .contains("tpp_client_connections 0.0");
        }
    }

    @Test
    void aThousandTunnelsLeaveNothingBehind() throws Exception {
        int atOnce = 20;
        try (Rig rig = Rig.start(atOnce)) {
            for (int round = 0; round < 50; round++) {
                List<RawClient> tunnels = new ArrayList<>();
                for (int i = 0; i < atOnce; i++) {
                    tunnels.add(ask(rig.connect()));
                }
                for (RawClient tunnel : tunnels) {
                    assertThat(tunnel.readHead()).startsWith("HTTP/1.1 101 ");
                    echo(tunnel, "hi");
                }
                end(tunnels, round);
            }
            rig.awaitAllIdle();
            await().atMost(LIMIT).until(() -> rig.health("/metrics").body().contains("tpp_client_connections 0.0"));
            assertThat(rig.health("/metrics").body()).contains("tpp_requests_total 1000.0");
        }
    }

    private static void end(List<RawClient> tunnels, int round) {
        for (RawClient tunnel : tunnels) {
            switch (round % 3) {
                case 0 -> tunnel.hangUp();
                case 1 -> tunnel.reset();
                default -> {
                    tunnel.shutdownOutput();
                    assertThat(tunnel.isClosedByPeer()).isTrue();
                    tunnel.hangUp();
                }
            }
        }
    }
}
