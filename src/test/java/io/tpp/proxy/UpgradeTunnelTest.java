package io.tpp.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.access.ConnectionCounts;
import io.tpp.pool.PoolListener;
import io.tpp.pool.PoolSettings;
import io.tpp.pool.TokenPool;
import io.tpp.testing.ManualScheduler;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.ByteArrayEndPoint;
import org.eclipse.jetty.server.LocalConnector;
import org.eclipse.jetty.server.Server;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How long a tunnel may be silent, by a clock that the test moves; and what its end is told. */
class UpgradeTunnelTest {
    private final ManualScheduler clock = new ManualScheduler();
    private final LocalConnector connector = new LocalConnector(new Server());
    private final ByteArrayEndPoint client = new ByteArrayEndPoint();
    private final ByteArrayEndPoint upstream = new ByteArrayEndPoint();
    private final List<Boolean> ends = new ArrayList<>();

    @BeforeEach
    void connect() {
        for (ByteArrayEndPoint endPoint : List.of(client, upstream)) {
            endPoint.setConnection(new ClosedConnection(endPoint));
        }
    }

    /** What the end points speak before. */
    private static final class ClosedConnection extends org.eclipse.jetty.io.AbstractConnection {
        ClosedConnection(ByteArrayEndPoint endPoint) {
            super(endPoint, Runnable::run);
        }

        @Override
        public void onFillable() {
            throw new AssertionError("nobody reads here");
        }
    }

    private UpgradeTunnel tunnel(Duration idleTimeout, boolean finMeansGone) {
        UpgradeTunnel tunnel = new UpgradeTunnel(
                client,
                upstream,
                connector,
                new UpgradeTunnel.Settings(idleTimeout, finMeansGone, clock::nanoTime, ends::add));
        tunnel.takeUpstream();
        return tunnel;
    }

    private UpgradeTunnel open(Duration idleTimeout, boolean finMeansGone) {
        UpgradeTunnel tunnel = tunnel(idleTimeout, finMeansGone);
        assertThat(tunnel.commit()).isTrue();
        client.upgrade(tunnel.clientEnd());
        return tunnel;
    }

    private void pass(Duration time) {
        clock.advance(time);
        client.getConnection().onIdleExpired(new TimeoutException());
        upstream.getConnection().onIdleExpired(new TimeoutException());
    }

    private static void receive(ByteArrayEndPoint endPoint, String text) {
        endPoint.addInput(ByteBuffer.wrap(text.getBytes(US_ASCII)));
    }

    private void assertOpen() {
        assertThat(ends).isEmpty();
        assertThat(client.isOpen()).isTrue();
        assertThat(upstream.isOpen()).isTrue();
    }

    private void assertEnded() {
        assertThat(ends).containsExactly(true);
        assertThat(client.isOpen()).isFalse();
        assertThat(upstream.isOpen()).isFalse();
    }

    @Test
    void withoutATimeoutItMayBeSilentForYears() {
        open(Duration.ZERO, true);
        pass(Duration.ofDays(1000));
        assertOpen();
    }

    @Test
    void itEndsAfterSilenceInBothDirections() {
        open(Duration.ofSeconds(60), true);
        pass(Duration.ofSeconds(59));
        assertOpen();
        receive(upstream, "from upstream");
        assertThat(client.takeOutputString()).isEqualTo("from upstream");
        pass(Duration.ofSeconds(59));
        assertOpen();
        receive(client, "from client");
        assertThat(upstream.takeOutputString()).isEqualTo("from client");
        pass(Duration.ofSeconds(59));
        assertOpen();
        pass(Duration.ofSeconds(1));
        assertEnded();
    }

    @Test
    void onceTheUpstreamHasEndedTheClientMayNotBeSilentForLong() {
        open(Duration.ZERO, false);
        upstream.addInputEOF();
        assertThat(client.isOutputShutdown()).isTrue();
        pass(Duration.ofSeconds(9));
        assertOpen();
        receive(client, "late");
        assertThat(upstream.takeOutputString()).isEqualTo("late");
        pass(Duration.ofSeconds(9));
        assertOpen();
        pass(Duration.ofSeconds(1));
        assertEnded();
    }

    @Test
    void onceTheClientHasEndedTheUpstreamMayNotBeSilentForLong() {
        open(Duration.ofHours(1), true);
        client.addInputEOF();
        assertThat(upstream.isOutputShutdown()).isTrue();
        pass(Duration.ofSeconds(9));
        assertOpen();
        pass(Duration.ofSeconds(1));
        assertEnded();
    }

    @Test
    void aClientThatStillListensMayWait() {
        open(Duration.ZERO, false);
        client.addInputEOF();
        assertThat(upstream.isOutputShutdown()).isTrue();
        pass(Duration.ofDays(1));
        assertOpen();
        receive(upstream, "at last");
        assertThat(client.takeOutputString()).isEqualTo("at last");
        upstream.addInputEOF();
        assertEnded();
    }

    @Test
    void aShorterTimeoutAlsoHoldsOnceOneSideHasEnded() {
        open(Duration.ofSeconds(2), true);
        client.addInputEOF();
        pass(Duration.ofSeconds(2));
        assertEnded();
    }

    @Test
    void aSideThatTakesNothingAnyMoreMayStillFinishWhatItSays() {
        open(Duration.ZERO, true);
        upstream.shutdownOutput();
        receive(client, "too late");
        receive(client, "much too late");
        receive(upstream, "goodbye");
        assertThat(client.takeOutputString()).isEqualTo("goodbye");
        assertOpen();
        pass(Duration.ofSeconds(10));
        assertEnded();
    }

    @Test
    void theEndIsToldOnce() {
        UpgradeTunnel tunnel = open(Duration.ZERO, true);
        client.addInputEOF();
        upstream.addInputEOF();
        tunnel.close();
        tunnel.closed();
        assertEnded();
    }

    @Test
    void anUpstreamThatEndsBeforeTheClientKnowsLeavesTheClientAlone() {
        UpgradeTunnel tunnel = tunnel(Duration.ZERO, true);
        upstream.close();
        assertThat(tunnel.commit()).isFalse();
        assertThat(client.isOpen()).isTrue();
        assertThat(ends).isEmpty();
    }

    @Test
    void aClientThatEndsBeforeItsConnectionIsPartOfItEndsIt() {
        UpgradeTunnel tunnel = tunnel(Duration.ZERO, true);
        assertThat(tunnel.commit()).isTrue();
        tunnel.close();
        assertThat(ends).containsExactly(false);
        assertThat(upstream.isOpen()).isFalse();
        client.upgrade(tunnel.clientEnd());
        assertThat(ends).containsExactly(false);
    }

    @Test
    void itEndsWithItsClientsConnection() {
        ClientConnection connection = clientConnection();
        connection.becomes(open(Duration.ZERO, true));
        connection.ended();
        assertEnded();
    }

    @Test
    void itEndsAtOnceIfItsClientsConnectionHasEnded() {
        ClientConnection connection = clientConnection();
        client.close();
        connection.ended();
        UpgradeTunnel tunnel = tunnel(Duration.ZERO, true);
        assertThat(tunnel.commit()).isTrue();
        connection.becomes(tunnel);
        assertThat(ends).containsExactly(false);
        assertThat(upstream.isOpen()).isFalse();
    }

    @Test
    void theUpstreamsEndIsNoFarewellOfJettys() {
        ClientConnection connection = clientConnection();
        connection.becomes(open(Duration.ZERO, true));
        upstream.addInputEOF();
        assertThat(client.isOutputShutdown()).isTrue();
        connection.closeAfterFarewell();
        connection.closeAfterFarewell();
        assertOpen();
    }

    private ClientConnection clientConnection() {
        PoolSettings settings = new PoolSettings(
                1,
                Duration.ofHours(1),
                Duration.ofMinutes(1),
                Duration.ofMinutes(6),
                1,
                Duration.ZERO,
                Duration.ZERO,
                0,
                Duration.ZERO,
                Duration.ofSeconds(30));
        TokenPool pool = new TokenPool(settings, clock, Runnable::run, clock::nanoTime, new PoolListener() {});
        return new ClientConnection(1, client, pool.newHolder(), new Membership(new ConnectionCounts(0)), 0);
    }
}
