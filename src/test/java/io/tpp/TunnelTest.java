package io.tpp;

import static io.tpp.testing.ScriptedUpstream.ok;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tpp.testing.RawClient;
import io.tpp.testing.ScriptedUpstream;
import io.tpp.testing.ScriptedUpstream.Script;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What passes through a tunnel, and how it ends. */
@Timeout(60)
class TunnelTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final String HANDSHAKE =
            "GET / HTTP/1.1\r\nHost: tpp\r\nConnection: Upgrade\r\nUpgrade: raw\r\n\r\n";
    private static final String SWITCHED =
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: raw\r\n\r\n";

    private static ScriptedRig rig;

    @BeforeAll
    static void start() throws Exception {
        rig = ScriptedRig.start(ok(""));
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    @AfterEach
    void noLeaseIsLeft() {
        await().atMost(LIMIT).until(() -> rig.server.tpp().snapshot().inUse() == 0);
    }

    /** Lets the upstream switch, and then do this. */
    private static RawClient tunnel(Script then) {
        rig.upstream.script(switching(then));
        RawClient client = rig.connect().send(HANDSHAKE);
        assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
        return client;
    }

    private static Script switching(Script then) {
        Script switched = connection -> connection.write(SWITCHED);
        return switched.then(then);
    }

    private static String large(int length) {
        return "0123456789abcdef".repeat(length / 16);
    }

    @Test
    void bytesRightBehindTheRequestAndBehindTheAnswerPassInOrder() {
        rig.upstream.script(connection -> {
            connection.write(SWITCHED + "early from upstream,");
            connection.write(connection.readText(10) + connection.readText(5));
        });
        try (RawClient client = rig.connect().send(HANDSHAKE + "early from")) {
            assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
            client.send(" late");
            assertThat(client.readText(35)).isEqualTo("early from upstream,early from late");
        }
    }

    @Test
    void manyBytesBehindTheRequestPassInOrder() throws Exception {
        String early = large(100_000);
        CompletableFuture<String> received = new CompletableFuture<>();
        CountDownLatch sent = new CountDownLatch(1);
        rig.upstream.script(connection -> {
            sent.await();
            connection.write(SWITCHED);
            received.complete(connection.readText(early.length()));
        });
        try (RawClient client = rig.connect().send(HANDSHAKE + early)) {
            sent.countDown();
            client.readHead();
            assertThat(received.get(10, TimeUnit.SECONDS)).isEqualTo(early);
        }
    }

    @Test
    void everyByteValuePassesBothWays() {
        StringBuilder all = new StringBuilder();
        for (char c = 0; c < 256; c++) {
            all.append(c);
        }
        try (RawClient client = tunnel(connection -> connection.write(connection.readText(256)))) {
            assertThat(client.send(all.toString()).readText(256)).isEqualTo(all.toString());
        }
    }

    @Test
    void theClientsFinIsPassedOnAndTheUpstreamMayGoOn() {
        String answer = large(300_000);
        try (RawClient client = tunnel(connection -> {
            String request = connection.readRest();
            connection.write(request + answer);
            connection.close();
        })) {
            client.send("last").shutdownOutput();
            assertThat(client.readRest()).isEqualTo("last" + answer);
        }
    }

    @Test
    void theUpstreamsFinIsPassedOnAndTheClientMayGoOn() throws Exception {
        String late = large(300_000);
        CompletableFuture<String> received = new CompletableFuture<>();
        try (RawClient client = tunnel(connection -> {
            connection.write("all");
            connection.shutdownOutput();
            received.complete(connection.readRest());
        })) {
            assertThat(client.readRest()).isEqualTo("all");
            client.send(late).shutdownOutput();
            assertThat(received.get(10, TimeUnit.SECONDS)).isEqualTo(late);
        }
    }

    @Test
    void whatTheUpstreamSentBeforeItsEndArrivesFirst() {
        String all = large(2_000_000);
        try (RawClient client = tunnel(connection -> {
            connection.write(all);
            connection.close();
        })) {
            assertThat(client.readRest()).isEqualTo(all);
        }
    }

    @Test
    void whatTheClientSentBeforeItsEndArrivesFirst() throws Exception {
        String all = large(2_000_000);
        CompletableFuture<String> received = new CompletableFuture<>();
        try (RawClient client = tunnel(connection -> received.complete(connection.readRest()))) {
            client.send(all);
            client.hangUp();
            assertThat(received.get(10, TimeUnit.SECONDS)).isEqualTo(all);
        }
    }

    @Test
    void aCarelessEndOfTheUpstreamLosesNothingThatItSaid() throws Exception {
        // It closes while bytes of the client's are unread, so that its system answers them with a reset.
        CountDownLatch sent = new CountDownLatch(1);
        try (RawClient client = tunnel(connection -> {
            connection.write("goodbye");
            connection.shutdownOutput();
            sent.await();
            connection.close();
        })) {
            client.send(large(500_000));
            sent.countDown();
            assertThat(client.readRest()).isEqualTo("goodbye");
            client.shutdownOutput();
        }
    }

    @Test
    void aResetOfTheClientResetsTheUpstream() throws Exception {
        CompletableFuture<String> rest = new CompletableFuture<>();
        try (RawClient client = tunnel(connection -> {
            connection.write(connection.readText(2));
            complete(rest, connection);
        })) {
            assertThat(client.send("hi").readText(2)).isEqualTo("hi");
            client.reset();
            assertThatThrownBy(() -> rest.get(10, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(SocketException.class);
        }
    }

    private static void complete(CompletableFuture<String> rest, ScriptedUpstream.Connection connection) {
        try {
            rest.complete(connection.readRest());
        } catch (IOException reset) {
            rest.completeExceptionally(reset);
        }
    }

    @Test
    void aResetOfTheUpstreamResetsTheClient() {
        try (RawClient client = tunnel(ScriptedUpstream.reset())) {
            assertThatThrownBy(() -> client.readText(1))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasCauseInstanceOf(SocketException.class);
        }
    }

    @Test
    void aClientThatLeavesBeforeTheSwitchLeavesNothingBehind() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch left = new CountDownLatch(1);
        CompletableFuture<String> rest = new CompletableFuture<>();
        rig.upstream.script(connection -> {
            asked.countDown();
            left.await();
            connection.write(SWITCHED);
            complete(rest, connection);
        });
        try (RawClient client = rig.connect().send(HANDSHAKE)) {
            assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
            client.reset();
            left.countDown();
            await().atMost(LIMIT).until(rest::isDone);
        }
    }

    /** Whoever is first: the upstream's end, the client's, or the switch on either side. */
    @Test
    void endsAtTheVerySwitchLeaveNothingBehind() {
        for (int round = 0; round < 300; round++) {
            rig.upstream.script(switching(round % 3 == 0 ? ScriptedUpstream.reset() : ScriptedUpstream.hangUp()));
            try (RawClient client = rig.connect().send(HANDSHAKE)) {
                switch (round % 4) {
                    case 0 -> client.reset();
                    case 1 -> client.hangUp();
                    case 2 -> client.shutdownOutput();
                    default -> client.readRest();
                }
            }
        }
        // The rest is for noLeaseIsLeft to see.
        await().atMost(LIMIT).until(() -> rig.server.tpp().snapshot().available() == 2);
    }
}
