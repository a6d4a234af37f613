package io.tpp;

import static io.tpp.testing.RawTunnel.ask;
import static io.tpp.testing.RawTunnel.echo;
import static io.tpp.testing.RawTunnel.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tpp.testing.RawClient;
import io.tpp.testing.RawClient.Response;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a stop does to tunnels. */
@Timeout(60)
class TunnelStopTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    @Test
    void aTunnelGoesOnDuringTheGraceAndItsEndEndsTheStop() throws Exception {
        try (Rig rig = Rig.start(2);
                RawClient idle = rig.connect();
                RawClient tunnel = open(rig.connect())) {
            idle.tokenNumber();
            CompletableFuture<Void> stop = Stops.draining(rig);
            // Closed by the shorter idle time-out that holds during a stop, which the tunnel outlasts as well.
            assertThat(idle.isClosedByPeer()).isTrue();
            for (int i = 0; i < 3; i++) {
                echo(tunnel, "still here");
            }
            assertThat(stop).isNotDone();
            tunnel.hangUp();
            stop.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void aTunnelThatOutlastsTheGraceIsClosedOnBothSides() throws Exception {
        try (Rig rig = Rig.start(1, "TPP_SHUTDOWN_GRACE_SECONDS", "0.5");
                RawClient tunnel = open(rig.connect())) {
            echo(tunnel, "hi");
            CompletableFuture<Void> stop = Stops.draining(rig);
            assertThat(tunnel.isClosedByPeer()).isTrue();
            stop.get(10, TimeUnit.SECONDS);
            await().atMost(LIMIT).until(() -> rig.simulator.openConnections() == 0);
        }
    }

    @Test
    void noTunnelBeginsDuringTheStop() throws Exception {
        try (Rig rig = Rig.start(2);
                RawClient tunnel = open(rig.connect());
                RawClient client = rig.connect()) {
            client.tokenNumber();
            rig.server.tpp().drain();
            Response refused = ask(client).read();
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.headers()).containsEntry("retry-after", "1").containsEntry("connection", "close");
            assertThat(refused.body()).contains("TPP: shutting down");
            assertThat(client.isClosedByPeer()).isTrue();
            echo(tunnel, "still here");
        }
    }
}
