package io.tpp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tpp.simulator.Quirks;
import io.tpp.testing.Background;
import io.tpp.testing.HttpClients;
import io.tpp.testing.RawClient;
import io.tpp.testing.RawClient.Response;
import io.tpp.testing.RawHttp2;
import io.tpp.testing.RawHttp2.Frame;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How TPP stops: announced, drained, and then for good. */
@Timeout(60)
class StopTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    /** More than all sockets on the way hold, in bytes. */
    private static final long MUCH = 32L << 20;

    private static void awaitStop(CompletableFuture<Void> stop) throws Exception {
        stop.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void aRequestUnderWayIsFinished() throws Exception {
        try (Rig rig = Rig.start(1)) {
            rig.simulator.hold();
            try (RawClient client = rig.connect().sendScript("6*7")) {
                rig.simulator.awaitHeld(1, LIMIT);
                CompletableFuture<Void> stop = Stops.draining(rig);
                rig.simulator.release();
                Response response = client.read();
                assertThat(response.status()).isEqualTo(200);
                assertThat(response.body()).contains("42");
                assertThat(client.isClosedByPeer()).isTrue();
                awaitStop(stop);
            }
        }
    }

    @Test
    void idleConnectionsAreClosed() throws Exception {
        try (Rig rig = Rig.start(2);
                RawClient usedOnce = rig.connect();
                RawClient neverUsed = rig.connect()) {
            usedOnce.tokenNumber();
            await().atMost(LIMIT).until(() -> rig.health("/metrics").body().contains("tpp_client_connections 2.0"));
            CompletableFuture<Void> stop = Stops.stopping(rig);
            assertThat(usedOnce.isClosedByPeer()).isTrue();
            assertThat(neverUsed.isClosedByPeer()).isTrue();
            awaitStop(stop);
        }
    }

    @Test
    void anIdleHttp2ConnectionDoesNotHoldTheStopUp() throws Exception {
        try (Rig rig = Rig.start(1);
                HttpClients.Client client = HttpClients.okHttp2()) {
            assertThat(client.get(rig.uri("/echo")).status()).isEqualTo(200);
            awaitStop(Stops.stopping(rig));
        }
    }

    @Test
    void anHttp2ConnectionIsToldToGoElsewhereAsSoonAsItHasNoRequestUnderWay() throws Exception {
        try (Rig rig = Rig.start(1);
                RawHttp2 client = new RawHttp2(rig.connect())) {
            Http2Farewell farewell = new Http2Farewell(
                    (ServerConnector) ServletContextHandler.getServletContextHandler(rig.servletContext())
                            .getServer()
                            .getConnectors()[0],
                    session -> true);
            rig.simulator.hold();
            client.send(RawHttp2.frame(
                    RawHttp2.HEADERS, RawHttp2.END_HEADERS, 1, RawHttp2.request("POST", "/api/execute")));
            client.sendData(1, true, "{\"script\":\"6*7\"}");
            rig.simulator.awaitHeld(1, LIMIT);
            farewell.say(false);
            rig.simulator.release();
            assertThat(client.status(1))
                    .as("the status, which comes before any farewell")
                    .isEqualTo(200);
            CompletableFuture<Frame> told = Background.call(() -> client.await(RawHttp2.GOAWAY));
            await().atMost(LIMIT).until(() -> {
                farewell.say(false);
                return told.isDone();
            });
            told.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
    }

    @Test
    void theAnswerToARequestUnderWayAsksTheClientToCloseItsConnection() throws Exception {
        try (Rig rig = Rig.start(1)) {
            rig.simulator.hold();
            try (RawClient client = rig.connect().sendScript("1")) {
                rig.simulator.awaitHeld(1, LIMIT);
                CompletableFuture<Void> stop = Stops.draining(rig);
                rig.simulator.release();
                assertThat(client.read().headers()).containsEntry("connection", "close");
                awaitStop(stop);
            }
        }
    }

    @Test
    void soDoesEveryAnswerToALaterRequest() throws Exception {
        try (Rig rig = Rig.start(1)) {
            rig.server.tpp().drain();
            for (String request : List.of("GET /echo", "TRACE /", "GET /api/login")) {
                try (RawClient client = rig.connect().send(request + " HTTP/1.1\r\nHost: tpp\r\n\r\n")) {
                    assertThat(client.read().headers()).as(request).containsEntry("connection", "close");
                    assertThat(client.isClosedByPeer()).as(request).isTrue();
                }
            }
        }
    }

    @Test
    void twoMayListenAtOneAddressIfBothAreToldTo() throws Exception {
        try (Rig first = Rig.start(1, "TPP_LISTEN_REUSE_PORT", "true")) {
            String address = "127.0.0.1:" + first.port();
            try (Rig second = Rig.start(1, "TPP_LISTEN", address, "TPP_LISTEN_REUSE_PORT", "true")) {
                assertThat(second.port()).isEqualTo(first.port());
                first.stop();
                try (RawClient client = second.connect()) {
                    assertThat(client.tokenNumber()).isEqualTo(1);
                }
            }
        }
    }

    @Test
    void otherwiseThePortIsTaken() throws Exception {
        try (Rig first = Rig.start(1, "TPP_LISTEN_REUSE_PORT", "true")) {
            String address = "127.0.0.1:" + first.port();
            assertThatThrownBy(() -> Rig.start(1, "TPP_LISTEN", address))
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("listen: cannot listen on " + address);
        }
    }

    @Test
    void thoseWhoWaitAreSentAway() throws Exception {
        try (Rig rig = Rig.start(1)) {
            rig.simulator.hold();
            try (RawClient holder = rig.connect().sendScript("1");
                    RawClient waiter = rig.connect()) {
                rig.simulator.awaitHeld(1, LIMIT);
                waiter.sendScript("2");
                rig.awaitWaiting(1);
                CompletableFuture<Void> stop = Stops.stopping(rig);
                Response response = waiter.read();
                assertThat(response.status()).isEqualTo(503);
                assertThat(response.headers()).containsEntry("retry-after", "1").containsEntry("connection", "close");
                assertThat(response.body()).contains("\"message\":\"TPP: shutting down\"");
                assertThat(waiter.isClosedByPeer()).isTrue();
                rig.simulator.release();
                assertThat(holder.read().status()).isEqualTo(200);
                awaitStop(stop);
            }
        }
    }

    @Test
    void whileTheStopIsAnnouncedRequestsAreServed() throws Exception {
        Rig rig = Rig.start(1, "TPP_SHUTDOWN_DELAY_SECONDS", "60");
        Thread stop = new Thread(() -> {
            try {
                rig.stop();
            } catch (Exception interrupted) {
                Thread.currentThread().interrupt();
            }
        });
        try (rig) {
            stop.start();
            await().atMost(LIMIT).until(() -> rig.health("/readyz").statusCode() == 503);
            assertThat(rig.health("/readyz").body()).contains("[-]shutdown failed: shutting down");
            assertThat(rig.health("/livez").statusCode()).isEqualTo(200);
            for (int i = 0; i < 3; i++) {
                try (RawClient client = rig.connect()) {
                    assertThat(client.execute("1+1").headers()).doesNotContainKey("connection");
                    assertThat(client.tokenNumber()).isEqualTo(1);
                }
            }
        } finally {
            // Out of the delay, which need not be waited for.
            stop.interrupt();
            stop.join(LIMIT.toMillis());
            rig.stopNow();
        }
    }

    @Test
    void aClientThatReadsSlowlyGetsItsWholeAnswer() throws Exception {
        try (Rig rig = Rig.start(1);
                RawClient client = rig.connect().send("GET /bytes?n=" + MUCH + " HTTP/1.1\r\nHost: tpp\r\n\r\n")) {
            client.readHead();
            CompletableFuture<Void> stop = Stops.draining(rig);
            Stops.outlastIdleConnections();
            assertThat(client.skip(MUCH)).isEqualTo(MUCH);
            awaitStop(stop);
        }
    }

    @Test
    void anUploadThatPausesIsTakenToItsEnd() throws Exception {
        try (Rig rig = Rig.start(1);
                RawClient client = rig.connect()) {
            client.send("POST /sink HTTP/1.1\r\nHost: tpp\r\nContent-Length: 10\r\n\r\n12345");
            rig.awaitPool(pool -> pool.inUse() == 1);
            CompletableFuture<Void> stop = Stops.draining(rig);
            Stops.outlastIdleConnections();
            assertThat(client.send("67890").read().status()).isEqualTo(200);
            awaitStop(stop);
        }
    }

    @Test
    void whatIsNotThroughAfterTheGraceIsCut() throws Exception {
        try (Rig rig = Rig.start(1, "TPP_SHUTDOWN_GRACE_SECONDS", "0.3")) {
            rig.simulator.hold();
            try (RawClient client = rig.connect().sendScript("1")) {
                rig.simulator.awaitHeld(1, LIMIT);
                CompletableFuture<Void> stop = Stops.stopping(rig);
                assertThat(client.readRest()).isEmpty();
                awaitStop(stop);
                rig.simulator.awaitAborted(1, LIMIT);
            }
        }
    }

    @Test
    void readinessStaysFalseUntilTheEnd() throws Exception {
        try (Rig rig = Rig.start(1)) {
            int healthPort = rig.server.healthPort();
            rig.simulator.hold();
            try (RawClient client = rig.connect().sendScript("1")) {
                rig.simulator.awaitHeld(1, LIMIT);
                CompletableFuture<Void> stop = Stops.draining(rig);
                assertThat(rig.health("/readyz").statusCode()).isEqualTo(503);
                assertThat(rig.health("/livez").statusCode()).isEqualTo(200);
                assertThat(rig.health("/health").statusCode()).isEqualTo(200);
                rig.simulator.release();
                client.read();
                awaitStop(stop);
                assertThat(Stops.isRefused(healthPort)).isTrue();
            }
        }
    }

    @Test
    void aStopWhileNoLoginHasEndedIsQuick() throws Exception {
        Quirks never = Quirks.documented().withLoginDelay(Duration.ofHours(1));
        try (Rig rig = Rig.startUnready(never, 2);
                RawClient waiter = rig.connect().sendScript("1")) {
            rig.awaitWaiting(1);
            CompletableFuture<Void> stop = Stops.stopping(rig);
            assertThat(waiter.read().status()).isEqualTo(503);
            awaitStop(stop);
        }
    }

    @Test
    void noThreadIsLeftHoweverOftenItRuns() throws Exception {
        Set<Thread> before = tppThreads();
        for (int round = 0; round < 2; round++) {
            try (Rig rig = Rig.start(2, "TPP_SHUTDOWN_DELAY_SECONDS", "0.05");
                    RawClient client = rig.connect()) {
                client.tokenNumber();
                assertThat(tppThreads()).hasSizeGreaterThan(before.size());
                awaitStop(Stops.stopping(rig));
                await().atMost(LIMIT)
                        .untilAsserted(() -> assertThat(tppThreads()).isSubsetOf(before));
            }
        }
    }

    private static Set<Thread> tppThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("tpp-"))
                .collect(Collectors.toSet());
    }

    @Test
    void aClientThatComesTooLateIsRefused() throws Exception {
        try (Rig rig = Rig.start(1)) {
            int port = rig.port();
            rig.stop();
            assertThatThrownBy(() -> RawClient.connect(port)).isInstanceOf(UncheckedIOException.class);
        }
    }
}
