package io.tpp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tpp.testing.Background;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Stops that go on while the test does. */
final class Stops {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    /** Idle connections are closed after a quarter of a second, and looked at every fifth. */
    private static final Duration LONGER_THAN_IDLE = Duration.ofMillis(700);

    private Stops() {}

    /** Stops as a signal does, on a thread of its own. */
    static CompletableFuture<Void> stopping(Rig rig) {
        return Background.run(rig::stop);
    }

    /** Stops likewise, and returns once no more connections are accepted. */
    static CompletableFuture<Void> draining(Rig rig) {
        int port = rig.port();
        CompletableFuture<Void> stop = stopping(rig);
        await().atMost(LIMIT).until(() -> isRefused(port));
        return stop;
    }

    /** Returns when a connection that is silent all the time would have been closed, if it had no request under way. */
    static void outlastIdleConnections() throws InterruptedException {
        assertThat(new CountDownLatch(1).await(LONGER_THAN_IDLE.toMillis(), TimeUnit.MILLISECONDS))
                .isFalse();
    }

    /** Returns whether a connection to this port is refused. */
    static boolean isRefused(int port) {
        try {
            new Socket(InetAddress.getLoopbackAddress(), port).close();
            return false;
        } catch (IOException refused) {
            return true;
        }
    }
}
