package io.tpp.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tpp.Rig;
import io.tpp.pool.PoolSnapshot;
import io.tpp.simulator.DolphinDbSimulator;
import io.tpp.simulator.Quirks;
import io.tpp.simulator.Violation;
import io.tpp.testing.Metrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A crowd of clients, TPP, and an upstream up to mischief.
 *
 * <h2>Threads</h2>
 *
 * Started, run and closed by the test's thread; the rest is for the clients' and the mischief's as well.
 */
final class Soak implements AutoCloseable {
    static final int TOKENS = 8;
    private static final int CLIENTS = 160;

    /** For how long after mischief tokens may be missing: a ttl, and some logins that failed. */
    private static final Duration TOKENS_SUFFER = Duration.ofSeconds(15);

    /** The default of TPP, which may be renewing a token at any time. */
    static final int LOGINS_AT_ONCE = 4;

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Setup setup;
    private final Duration calm;
    private final Random seeds;
    private final Rig rig;
    private final Mischief mischief;
    private final Tally tally = new Tally();
    private final AtomicLong number = new AtomicLong();
    private final Map<Integer, Behaviour> behaviours = new ConcurrentHashMap<>();
    private volatile long droppedAt = System.nanoTime() - Duration.ofDays(1).toNanos();
    private volatile CountDownLatch over = new CountDownLatch(0);

    private Soak(Setup setup, Duration calm, Random seeds, Rig rig) {
        this.setup = setup;
        this.calm = calm;
        this.seeds = seeds;
        this.rig = rig;
        this.mischief = new Mischief(this, rig.simulator, new Random(seeds.nextLong()));
    }

    /** Starts TPP, with all tokens there; {@code calm} is how long the upstream stays in order between mischief. */
    static Soak start(Setup setup, Duration calm, long seed) throws Exception {
        DolphinDbSimulator upstream = DolphinDbSimulator.start(Quirks.documented());
        // A restart drops all tokens, and as this upstream lets guests in, TPP is not told and goes on to use them.
        upstream.tolerate(Violation.REVOKED_TOKEN, Violation.REFUSED_TOKEN_AGAIN);
        Rig rig = Rig.startUnready(upstream, TOKENS, settings(setup, upstream));
        rig.awaitPool(pool -> pool.available() == TOKENS);
        return new Soak(setup, calm, new Random(seed), rig);
    }

    /** Each token has a user of its own. */
    private static String[] settings(Setup setup, DolphinDbSimulator upstream) {
        List<String> settings = new ArrayList<>(List.of(setup.settings()));
        for (int i = 0; i < TOKENS; i++) {
            upstream.setPassword("soaker" + i, "password" + i);
            settings.addAll(List.of("TPP_CREDENTIALS_" + i + "_USERNAME", "soaker" + i));
            settings.addAll(List.of("TPP_CREDENTIALS_" + i + "_PASSWORD", "password" + i));
        }
        return settings.toArray(String[]::new);
    }

    Setup setup() {
        return setup;
    }

    Duration calm() {
        return calm;
    }

    Mischief mischief() {
        return mischief;
    }

    Tally tally() {
        return tally;
    }

    int port() {
        return rig.port();
    }

    long nextNumber() {
        return number.incrementAndGet();
    }

    /** Notes what the client with this port does, to be told with a violation. */
    void came(int clientPort, Behaviour behaviour) {
        behaviours.put(clientPort, behaviour);
    }

    /** Returns whether a token that was good at that time may be dead now: dropped, or too old because logins failed. */
    boolean tokensMayHaveDiedSince(long time) {
        long suffered = time - TOKENS_SUFFER.toNanos();
        return droppedAt - suffered > 0 || (setup.tokensDie() && mischief.happenedSince(suffered));
    }

    boolean isOver() {
        return over.getCount() == 0;
    }

    /** Waits so long, or until the soak is over. */
    void pause(Duration duration) throws InterruptedException {
        var unused = over.await(duration.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Lets the crowd in for so long, and waits until everyone has gone. */
    void run(Duration length) throws InterruptedException {
        over = new CountDownLatch(1);
        Crowd crowd = new Crowd(this, CLIENTS, seeds.nextLong());
        Thread mischiefs = Crowd.daemon("soak-mischief", mischief);
        crowd.start();
        mischiefs.start();
        pause(length);
        over.countDown();
        mischiefs.join(LIMIT.toMillis());
        crowd.join(LIMIT.multipliedBy(2));
        tally.assertNoFaults();
    }

    /** Waits until nobody holds or wants anything, and nothing is kept for later. */
    void settle() {
        await().atMost(LIMIT).until(rig::pool, Soak::isAtRest);
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(Metrics.at(rig.healthPort()).value("tpp_client_connections"))
                        .as(() -> "client connections, of which are open: " + openClientConnections())
                        .isZero());
        dropUpstreamConnections();
        await().atMost(LIMIT).until(() -> rig.simulator.openConnections() <= LOGINS_AT_ONCE);
    }

    /** Those that TPP keeps for the next request; the tokens die with them. */
    void dropUpstreamConnections() {
        droppedAt = System.nanoTime();
        rig.simulator.restart(Duration.ZERO);
    }

    private String openClientConnections() {
        return Stream.of(Census.server(rig.servletContext()).getConnectors())
                .flatMap(connector -> connector.getConnectedEndPoints().stream())
                .map(endPoint -> endPoint.getRemoteSocketAddress() + ": " + endPoint)
                .collect(Collectors.joining("\n", "\n", "\n"));
    }

    private static boolean isAtRest(PoolSnapshot pool) {
        return pool.inUse() == 0 && pool.waiting() == 0 && pool.available() == TOKENS && pool.total() == TOKENS;
    }

    Census census() {
        return Census.take(rig.servletContext());
    }

    /** Asserts what must be true of any soak, and that it was one. */
    void verify() {
        assertThat(rig.simulator.violations()).as(this::usesInDoubt).isEmpty();
        Metrics metrics = Metrics.at(rig.healthPort());
        assertThat(metrics.value("tpp_token_acquisitions_total"))
                .isEqualTo(metrics.value("tpp_token_releases_total"))
                .isPositive();
        for (String outcome : List.of("immediate", "queued", "cancelled")) {
            assertThat(metrics.value("tpp_acquisitions_by_outcome_total{outcome=\"" + outcome + "\",}"))
                    .as(outcome)
                    .isPositive();
        }
        if (setup.reclaims()) {
            assertThat(metrics.value("tpp_leases_reclaimed_total")).isPositive();
        }
        assertThat(rig.simulator.aborted()).as("requests aborted").isPositive();
        for (Behaviour behaviour : Behaviour.values()) {
            assertThat(tally.of(behaviour.toString())).as(behaviour.toString()).isPositive();
        }
    }

    /** Describes the requests behind violations, as far as they are known. */
    private String usesInDoubt() {
        String violations = rig.simulator.violations().toString();
        return rig.simulator.requests().stream()
                .filter(request -> violations.contains("token " + request.token() + " ")
                        && (violations.contains(request.clientConnection() + " and ")
                                || violations.contains(" and " + request.clientConnection())))
                .map(request -> behaviourOf(request.clientConnection()) + ": " + request)
                .collect(Collectors.joining("\n", "the uses in doubt:\n", "\n"));
    }

    private String behaviourOf(String client) {
        return String.valueOf(behaviours.get(Integer.valueOf(client.replaceAll(".*:", ""))));
    }

    @Override
    public void close() {
        rig.close();
    }
}
