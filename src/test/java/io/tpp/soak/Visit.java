package io.tpp.soak;

import io.tpp.testing.RawClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** What a client does from its coming to its going, on one connection or several. For one thread. */
final class Visit implements AutoCloseable {
    /** Longer than any queue in a soak takes; whoever waits longer waits for ever. */
    static final Duration LIMIT = Duration.ofSeconds(60);

    private final Soak soak;
    private final Behaviour behaviour;
    private final Random random;
    private final List<RawClient> connections = new ArrayList<>();

    Visit(Soak soak, Behaviour behaviour, Random random) {
        this.soak = soak;
        this.behaviour = behaviour;
        this.random = random;
    }

    Soak soak() {
        return soak;
    }

    Random random() {
        return random;
    }

    /** Returns a number from 0 to {@code limit} - 1. */
    int upTo(int limit) {
        return random.nextInt(limit);
    }

    /** Returns a number that no other request of the soak has. */
    long number() {
        return soak.nextNumber();
    }

    /** Opens a connection that is closed with the visit. */
    SoakClient connect() {
        RawClient connection = RawClient.connect(soak.port(), LIMIT);
        connections.add(connection);
        soak.came(connection.localPort(), behaviour);
        return new SoakClient(this, connection);
    }

    /** Does nothing for a random time of less than that. */
    void pause(long limitMillis) throws InterruptedException {
        soak.pause(Duration.ofMillis(random.nextLong(limitMillis)));
    }

    void count(String what) {
        soak.tally().count(what);
    }

    /**
     * Returns what to throw when a request sent at that time did not get its answer: an excuse if the upstream was up
     * to mischief since.
     */
    RuntimeException failed(String what, long sentAt, @Nullable Throwable cause) {
        if (soak.mischief().happenedSince(sentAt)) {
            return new Excused(what);
        }
        throw new AssertionError(what + ", although the upstream was in order", cause);
    }

    @Override
    public void close() {
        connections.forEach(RawClient::close);
    }
}
