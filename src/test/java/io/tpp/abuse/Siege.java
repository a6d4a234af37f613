package io.tpp.abuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.tpp.Rig;
import io.tpp.simulator.DolphinDbSimulator;
import io.tpp.simulator.Quirks;
import io.tpp.simulator.Violation;
import io.tpp.testing.CapturedLog;
import io.tpp.testing.Memory;
import io.tpp.testing.Metrics;
import io.tpp.testing.RawClient;
import java.time.Duration;
import java.util.Objects;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;

/**
 * A whole TPP in front of a simulator, for a test that attacks it while a {@link Bystander} uses it.
 *
 * <p>{@link #close} fails unless the bystander was served all the time, every token is back without a further login, TPP
 * answered nothing with a 5xx and logged no error, and memory is what it was.
 */
final class Siege implements AutoCloseable {
    private static final int TOKENS = 12;

    /**
     * What may have been kept, in bytes, by this whole process with its simulator and clients: pools and threads that grew,
     * some 40 MB once. What the attacks here send, and have sent, is several times as much.
     */
    private static final long KEPT_LIMIT = 64L << 20;

    private static final Duration SETTLING = Duration.ofSeconds(30);

    private final CapturedLog log = new CapturedLog("io.tpp.proxy");
    private final Rig rig;
    private final Bystander bystander;
    private final long memory;

    private Siege(Rig rig) {
        this.rig = rig;
        this.bystander = Bystander.of(rig.port());
        bystander.awaitServed();
        this.memory = Memory.used();
    }

    /** Starts it; {@code settings} are pairs of variable and value. */
    static Siege start(String... settings) throws Exception {
        DolphinDbSimulator simulator = DolphinDbSimulator.start(Quirks.documented());
        // What the proxy gives up in the middle, because its client did, is not whole.
        simulator.tolerate(Violation.MALFORMED_REQUEST);
        Rig rig = Rig.startUnready(simulator, TOKENS, settings);
        rig.awaitPool(pool -> pool.available() == TOKENS);
        return new Siege(rig);
    }

    Rig rig() {
        return rig;
    }

    Bystander bystander() {
        return bystander;
    }

    RawClient connect() {
        return RawClient.connect(rig.port());
    }

    double metric(String series) {
        return Metrics.at(rig.healthPort()).valueOrZero(series);
    }

    /** Returns how many connections TPP has, the bystander's included. */
    double connections() {
        return metric("tpp_client_connections");
    }

    /** Returns how many leases others than the bystander got, which takes one for good and then one for every other request. */
    long leased() {
        long all = (long) metric("tpp_token_acquisitions_total");
        // Looked up afterwards, so that its latest lease is counted.
        return all - 1 - (bystander.served() + 1) / 2;
    }

    /** Returns how many requests came to the upstream that are not the bystander's, one more or less. */
    long forwarded() {
        return rig.simulator.requestCount() - rig.simulator.loginCount() - bystander.served();
    }

    /** Returns by how many bytes this process has grown since the start. */
    long grown() {
        return Memory.used() - memory;
    }

    /** Fails unless the bystander is served, every token is back, and nothing went wrong so far. */
    void assertHeld() {
        bystander.awaitServed();
        // The bystander has two at times.
        rig.awaitPool(pool -> pool.total() == TOKENS && pool.inUse() <= 2 && pool.waiting() == 0);
        assertThat(rig.simulator.loginCount()).as("logins").isEqualTo(TOKENS);
        assertThat(metric("tpp_request_seconds_count{code=\"5xx\",}"))
                .as("answers 5xx")
                .isZero();
        assertThat(log.lines(Level.ERROR)).isEmpty();
    }

    @Override
    public void close() {
        try (rig;
                log) {
            assertHeld();
            bystander.close();
            rig.awaitPool(pool -> pool.available() == TOKENS);
            rig.simulator.forget();
            // What ends with the attack may take a moment to be given back.
            await().atMost(SETTLING)
                    .untilAsserted(() -> assertThat(kept()).as("bytes kept").isLessThan(KEPT_LIMIT));
        }
    }

    /** Returns by how many bytes this process has grown, without what TPP has for reuse, which has limits of its own. */
    private long kept() {
        Objects.requireNonNull(ServletContextHandler.getServletContextHandler(rig.servletContext()))
                .getServer()
                .getByteBufferPool()
                .clear();
        return grown();
    }
}
