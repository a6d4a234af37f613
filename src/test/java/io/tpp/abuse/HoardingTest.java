package io.tpp.abuse;

import static io.tpp.testing.RawHttp2.END_HEADERS;
import static io.tpp.testing.RawHttp2.END_STREAM;
import static io.tpp.testing.RawHttp2.GOAWAY;
import static io.tpp.testing.RawHttp2.HEADERS;
import static io.tpp.testing.RawHttp2.PING;
import static io.tpp.testing.RawHttp2.PREFACE;
import static io.tpp.testing.RawHttp2.RST_STREAM;
import static io.tpp.testing.RawHttp2.SETTINGS;
import static io.tpp.testing.RawHttp2.field;
import static io.tpp.testing.RawHttp2.frame;
import static io.tpp.testing.RawHttp2.number;
import static io.tpp.testing.RawHttp2.request;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tpp.testing.RawClient;
import io.tpp.testing.RawHttp2;
import io.tpp.testing.RawHttp2.Frame;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that let TPP hold as much as they can: what they ask for and do not take, and what they say in few words. */
@Timeout(120)
class HoardingTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** A setting, SETTINGS_INITIAL_WINDOW_SIZE. */
    private static final String NO_WINDOW = PREFACE + frame(SETTINGS, 0, 0, number(4, 2) + number(0, 4));

    private static final int STREAMS = 60;

    /** What may be held of an answer that nobody takes, with the simulator's own buffers; in bytes. */
    private static final long STREAM_LIMIT = 600_000;

    private static Siege siege;

    @BeforeAll
    static void start() throws Exception {
        siege = Siege.start("TPP_CLIENT_IDLE_TIMEOUT_SECONDS", "2");
    }

    @AfterAll
    static void stop() {
        siege.close();
    }

    @Test
    void answersForWhichThereIsNoWindowAreNotHeldAndEnd() throws Exception {
        try (RawHttp2 client = new RawHttp2(siege.connect(), NO_WINDOW)) {
            long before = siege.grown();
            for (int i = 0; i < STREAMS; i++) {
                client.get(2 * i + 1, request("GET", "/bytes?n=1000000000"));
            }
            for (int i = 0; i < STREAMS; i++) {
                client.readStatus();
            }
            assertThat((siege.grown() - before) / STREAMS).as("bytes a stream").isLessThan(STREAM_LIMIT);
            await().atMost(LIMIT).until(() -> endedStreams(client), total -> total == STREAMS);
            assertThat(siege.rig().simulator.inFlight()).isLessThan(STREAMS);
        }
        siege.assertHeld();
    }

    private int ended;

    /** Looks at what has come since; a ping each time keeps the connection from being idle. */
    private int endedStreams(RawHttp2 client) {
        client.send(frame(PING, 0, 0, "12345678"));
        Frame frame = client.read();
        while (frame.type() != PING) {
            ended += frame.type() == RST_STREAM ? 1 : 0;
            frame = client.read();
        }
        return ended;
    }

    /** Answers that go unread are not even asked for, one behind the other. */
    @ParameterizedTest
    @ValueSource(strings = {"/bytes?n=1000000000", "/echo", "/api/login", "//"})
    void pipelinedRequestsAreReadOnlyWhenTheirTurnComes(String target) throws Exception {
        String request = "GET " + target + " HTTP/1.1\r\nHost: tpp\r\n\r\n";
        ByteBuffer many = ByteBuffer.wrap(request.repeat(2_000).getBytes(ISO_8859_1));
        long before = siege.grown();
        try (SocketChannel client = SocketChannel.open(new InetSocketAddress(
                InetAddress.getLoopbackAddress(), siege.rig().port()))) {
            client.configureBlocking(false);
            // Until TPP takes no more, or 200 MB.
            await().atMost(LIMIT).until(() -> sentAll(client, many));
            siege.bystander().awaitServed();
            assertThat(siege.grown() - before).isLessThan(8 << 20);
        }
        siege.assertHeld();
    }

    /** Returns whether, for a while, nothing is taken any more, or very much was, or TPP has ended the connection. */
    private static boolean sentAll(SocketChannel client, ByteBuffer many) throws Exception {
        int sent = 0;
        for (int i = 0; i < 2_000; i++) {
            many.rewind();
            int taken = client.write(many);
            if (taken == 0) {
                return sent == 0;
            }
            sent += taken;
        }
        return true;
    }

    // HPACK (RFC 7541)

    /** One field that is in the table, which is then named by one byte over and over. */
    @ParameterizedTest
    @ValueSource(ints = {100, 16_000})
    void aSmallBlockThatMeansVeryMuchIs431(int times) {
        String indexed = "@" + field("x-large", "x".repeat(3_900)).substring(1);
        String newest = "\u00be";
        try (RawHttp2 client = new RawHttp2(siege.connect())) {
            assertThat(client.get(1, request("GET", "/echo") + indexed).status(1))
                    .isEqualTo(200);
            long before = siege.grown();
            int status = client.get(3, request("GET", "/echo") + newest.repeat(times))
                    .status(3);
            assertThat(status).isIn(0, 431);
            assertThat(siege.grown() - before).isLessThan(8 << 20);
        }
        siege.assertHeld();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // A table larger than was agreed on, a number without end, an entry that is not there, a name without
                // end.
                "?\u00e1\u00ff\u00ff\u0003",
                "\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u0001",
                "\u00fe",
                "\0\u007f\u00ff\u00ff\u00ff\u00ff\u0007x",
                "\0\u00ff\u00ff\u00ff\u00ff\u007f"
            })
    void aBlockThatIsNoneEndsTheConnection(String block) {
        try (RawHttp2 client = new RawHttp2(siege.connect()).get(1, block)) {
            assertThat(client.await(GOAWAY).payload().getInt(4)).as("the error").isPositive();
        }
        siege.assertHeld();
    }

    /** A head in very many pieces, each with very many changes of the table's size. */
    @Test
    void changesOfTheTableWithoutEndEndTheConnection() {
        try (RawClient client = siege.connect()) {
            RawHttp2 http2 = new RawHttp2(client);
            String changes = " ?\u00e1\u001f".repeat(4_000);
            http2.send(frame(HEADERS, END_STREAM | END_HEADERS, 1, changes + request("GET", "/echo")));
            assertThat(http2.status(1)).isIn(0, 200, 431);
        }
        siege.assertHeld();
    }
}
