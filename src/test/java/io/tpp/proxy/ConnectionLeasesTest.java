package io.tpp.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tpp.pool.Holder;
import io.tpp.pool.PoolListener;
import io.tpp.pool.PoolSettings;
import io.tpp.pool.RefusedException;
import io.tpp.pool.TokenPool;
import io.tpp.pool.TokenUse;
import io.tpp.pool.Waiter;
import io.tpp.testing.ManualScheduler;
import java.time.Duration;
import java.util.Objects;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.ByteArrayEndPoint;
import org.eclipse.jetty.io.Connection;
import org.junit.jupiter.api.Test;

class ConnectionLeasesTest {
    private static final Duration SWEEP = Duration.ofSeconds(5);
    private static final PoolSettings SETTINGS = new PoolSettings(
            1,
            Duration.ofHours(1),
            Duration.ofMinutes(1),
            Duration.ofMinutes(6),
            1,
            Duration.ZERO,
            Duration.ofSeconds(5),
            0,
            Duration.ZERO,
            Duration.ofSeconds(30));

    private final ManualScheduler time = new ManualScheduler();
    private final Counts counts = new Counts();
    private final TokenPool pool = new TokenPool(SETTINGS, time, Runnable::run, time::nanoTime, new PoolListener() {});
    private final ConnectionLeases leases = new ConnectionLeases(pool, TestAccess.everyone(), time::nanoTime, counts);

    @Test
    void aConnectionKeepsItsHolderWhenOnlyItsProtocolChanges() {
        ByteArrayEndPoint endPoint = new ByteArrayEndPoint();
        Connection first = opened(endPoint);
        Holder holder = holder(first);

        Connection second = opened(endPoint);
        leases.onClosed(first);

        assertThat(holder(second)).isSameAs(holder);
        assertThat(counts).hasToString("opened 1, closed 0, leaked 0");
    }

    @Test
    void theEndOfAConnectionClosesItsHolderOnce() {
        ByteArrayEndPoint endPoint = new ByteArrayEndPoint();
        Connection connection = opened(endPoint);
        Holder holder = holder(connection);

        endPoint.close();
        leases.onClosed(connection);
        leases.onClosed(connection);

        assertClosed(holder);
        assertThat(leases.of(connection)).isNull();
        assertThat(counts).hasToString("opened 1, closed 1, leaked 0");
    }

    @Test
    void anEndOfWhichNobodyToldIsNoticedByTheSecondSweep() {
        leases.start(time);
        ByteArrayEndPoint endPoint = new ByteArrayEndPoint();
        Connection connection = opened(endPoint);
        Holder holder = holder(connection);
        endPoint.close();

        time.advance(SWEEP);
        // It may just be about to be told.
        assertThat(counts).hasToString("opened 1, closed 0, leaked 0");

        time.advance(SWEEP);
        assertClosed(holder);
        assertThat(counts).hasToString("opened 1, closed 1, leaked 1");
    }

    @Test
    void theSweepLeavesOpenConnectionsAlone() {
        leases.start(time);
        Connection connection = opened(new ByteArrayEndPoint());

        time.advance(SWEEP.multipliedBy(10));

        assertThat(leases.of(connection)).isNotNull();
        assertThat(counts).hasToString("opened 1, closed 0, leaked 0");
    }

    private Connection opened(ByteArrayEndPoint endPoint) {
        Connection connection = new AbstractConnection(endPoint, Runnable::run) {
            @Override
            public void onFillable() {}
        };
        leases.onOpened(connection);
        return connection;
    }

    private Holder holder(Connection connection) {
        return Objects.requireNonNull(leases.of(connection)).holder();
    }

    private void assertClosed(Holder holder) {
        assertThatThrownBy(() -> pool.begin(holder, new Unheard()))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refusal -> assertThat(refusal.reason()).isEqualTo(RefusedException.Reason.CLIENT_GONE));
    }

    /** What the leases told. */
    private static final class Counts implements ProxyListener {
        private int opened;
        private int closed;
        private int leaked;

        @Override
        public void connectionOpened() {
            opened++;
        }

        @Override
        public void connectionClosed(Duration open) {
            closed++;
        }

        @Override
        public void leaseLeaked() {
            leaked++;
        }

        @Override
        public String toString() {
            return "opened " + opened + ", closed " + closed + ", leaked " + leaked;
        }
    }

    private static final class Unheard implements Waiter {
        @Override
        public void granted(TokenUse use) {}

        @Override
        public void refused(RefusedException refusal) {}
    }
}
