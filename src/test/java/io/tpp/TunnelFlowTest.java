package io.tpp;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tpp.testing.Background;
import io.tpp.testing.ScriptedUpstream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Much through a tunnel, and readers that take their time. */
@Timeout(120)
class TunnelFlowTest {
    private static final int MIB = 1024 * 1024;
    private static final long LENGTH = 64 * MIB;

    /** More than all the systems' buffers on the way hold. */
    private static final long HELD_BACK = 32 * MIB;

    private static final int BLOCK = 64 * 1024;
    private static final String HANDSHAKE =
            "GET / HTTP/1.1\r\nHost: tpp\r\nConnection: Upgrade\r\nUpgrade: raw\r\n\r\n";
    private static final String SWITCHED =
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: raw\r\n\r\n";

    private final AtomicLong sentByUpstream = new AtomicLong();
    private final AtomicLong sentByClient = new AtomicLong();
    private final CompletableFuture<Void> upstreamMayRead = new CompletableFuture<>();
    private final CompletableFuture<Long> readByUpstream = new CompletableFuture<>();

    /** Sends all, and reads all once it may. */
    private void serve(ScriptedUpstream.Connection connection) throws Exception {
        connection.write(SWITCHED);
        OutputStream out = connection.out();
        CompletableFuture<Void> sending = Background.run(() -> send(out, sentByUpstream));
        upstreamMayRead.get(60, TimeUnit.SECONDS);
        readByUpstream.complete(read(connection.in()));
        sending.get(60, TimeUnit.SECONDS);
        connection.close();
    }

    private static void send(OutputStream out, AtomicLong sent) {
        byte[] block = new byte[BLOCK];
        try {
            for (long at = 0; at < LENGTH; at += BLOCK) {
                Arrays.fill(block, (byte) (at / BLOCK));
                out.write(block);
                sent.addAndGet(BLOCK);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns how many bytes came as they should. */
    private static long read(InputStream in) throws IOException {
        byte[] expected = new byte[BLOCK];
        for (long at = 0; at < LENGTH; at += BLOCK) {
            Arrays.fill(expected, (byte) (at / BLOCK));
            if (!Arrays.equals(in.readNBytes(BLOCK), expected)) {
                return at;
            }
        }
        return LENGTH;
    }

    @Test
    void muchPassesBothWaysAtOnceAtThePaceOfEachReader() throws Exception {
        try (ScriptedRig rig = ScriptedRig.start(this::serve);
                Socket client = new Socket()) {
            client.setSoTimeout(60_000);
            client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), rig.server.clientPort()));
            client.getOutputStream().write(HANDSHAKE.getBytes(US_ASCII));
            readHead(client.getInputStream());
            OutputStream out = client.getOutputStream();
            CompletableFuture<Void> sending = Background.run(() -> send(out, sentByClient));

            awaitStandstill(sentByUpstream);
            awaitStandstill(sentByClient);

            // Each direction goes on by itself.
            assertThat(read(client.getInputStream())).isEqualTo(LENGTH);
            assertThat(sentByClient.get()).isLessThan(HELD_BACK);
            upstreamMayRead.complete(null);
            assertThat(readByUpstream.get(60, TimeUnit.SECONDS)).isEqualTo(LENGTH);
            sending.get(60, TimeUnit.SECONDS);
            assertThat(client.getInputStream().read()).isNegative();
        }
    }

    private static void readHead(InputStream in) throws IOException {
        String end = "\r\n\r\n";
        for (int matched = 0; matched < end.length(); ) {
            int next = in.read();
            assertThat(next).as("a byte of the head").isNotNegative();
            matched = next == end.charAt(matched) ? matched + 1 : next == '\r' ? 1 : 0;
        }
    }

    /** Waits until a sender is held back, and fails if it was not before it had sent too much. */
    private static void awaitStandstill(AtomicLong sent) {
        AtomicLong last = new AtomicLong(-1);
        await().pollInterval(Duration.ofMillis(300))
                .atMost(Duration.ofSeconds(30))
                .until(() -> sent.get() > 0 && last.getAndSet(sent.get()) == sent.get());
        assertThat(sent.get()).isLessThan(HELD_BACK);
    }
}
