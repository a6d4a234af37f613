package io.tpp;

import static io.tpp.testing.ScriptedUpstream.ok;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tpp.testing.RawClient;
import io.tpp.testing.RawHttp2;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers to requests whose body is not through, or that nobody reads. */
class EarlyAnswerTest {
    private static final int MIB = 1 << 20;
    private static final String TOO_LARGE = "HTTP/1.1 413 Too Large\r\nContent-Length: 4\r\n\r\nbig!";
    private static final String CHUNKED_ANSWER =
            "HTTP/1.1 413 Too Large\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbig!\r\n0\r\n\r\n";

    private final BlockingQueue<String> ends = new LinkedBlockingQueue<>();
    private ScriptedRig rig;

    @BeforeEach
    void start() throws Exception {
        rig = ScriptedRig.start(ok(""));
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    private static String upload(int length) {
        return "POST / HTTP/1.1\r\nHost: tpp\r\nContent-Length: " + length + "\r\n\r\n";
    }

    private void assertServes() {
        rig.upstream.script(ok("fine"));
        try (RawClient client = rig.connect().send("GET / HTTP/1.1\r\nHost: tpp\r\n\r\n")) {
            assertThat(client.read().body()).isEqualTo("fine");
        }
    }

    /** The upstream answers after the first bytes and reads no more, as the client finds out only after it has sent all. */
    @ParameterizedTest
    @ValueSource(strings = {TOO_LARGE, CHUNKED_ANSWER})
    void aClientThatSendsAllBeforeItReadsGetsTheAnswer(String answer) throws Exception {
        rig.upstream.script(connection -> {
            connection.readText(3);
            connection.write(answer);
            connection.close();
        });
        String piece = "x".repeat(MIB);
        for (int i = 0; i < 3; i++) {
            try (RawClient client = rig.connect().send(upload(30 * MIB))) {
                for (int sent = 0; sent < 30; sent++) {
                    client.send(piece);
                }
                assertThat(client.readHead()).startsWith("HTTP/1.1 413 ");
                assertThat(client.readText(4)).isEqualTo(answer.equals(TOO_LARGE) ? "big!" : "4\r\nb");
            }
        }
        assertServes();
    }

    /** The upstream closes with a reset, as it does not read what has come (RFC 9112 §9.6). */
    @Test
    void anAnswerThatIsFollowedByAResetIsPassedOn() throws Exception {
        rig.upstream.script(connection -> {
            connection.readText(3);
            connection.write(TOO_LARGE);
            connection.close();
        });
        String piece = "x".repeat(4 * MIB);
        for (int i = 0; i < 10; i++) {
            try (RawClient client = rig.connect().send(upload(4 * MIB) + piece)) {
                RawClient.Response response = client.read();
                assertThat(response.status()).isEqualTo(413);
                assertThat(response.body()).isEqualTo("big!");
            }
        }
        assertServes();
    }

    @Test
    void aClientThatStopsSendingGetsAWholeAnswer() {
        rig.upstream.script(connection -> {
            connection.readChunk();
            connection.write(CHUNKED_ANSWER);
            connection.readRest();
        });
        try (RawClient client = rig.connect()) {
            client.send("POST / HTTP/1.1\r\nHost: tpp\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
            RawClient.Response response = client.read();
            assertThat(response.status()).isEqualTo(413);
            assertThat(response.body()).isEqualTo("big!");
        }
        assertServes();
    }

    @Test
    void theConnectionServesTheNextRequestOnceTheBodyHasCome() {
        rig.upstream.script(connection -> {
            connection.readText(3);
            connection.write(TOO_LARGE);
            connection.close();
        });
        try (RawClient client = rig.connect().send(upload(MIB) + "x".repeat(100))) {
            assertThat(client.read().status()).isEqualTo(413);
            rig.upstream.script(ok("fine"));
            client.send("x".repeat(MIB - 100)).send("GET / HTTP/1.1\r\nHost: tpp\r\n\r\n");
            assertThat(client.read().body()).isEqualTo("fine");
        }
    }

    @Test
    void oneWithoutAnEndIsClosedAfterAWhileAndItsTokenIsFree() {
        rig.upstream.script(connection -> {
            connection.readText(3);
            connection.write(TOO_LARGE);
            connection.close();
        });
        try (RawClient client = rig.connect().send(upload(MIB) + "x".repeat(100))) {
            assertThat(client.read().status()).isEqualTo(413);
            assertThat(client.isClosedByPeer()).isTrue();
        }
        await().atMost(Duration.ofSeconds(10))
                .until(() -> rig.server.tpp().snapshot().inUse() == 0);
    }

    @Test
    void theUpstreamsConnectionIsClosedBecauseTheRestOfTheBodyIsMissing() throws Exception {
        rig.upstream.script(connection -> {
            connection.readText(3);
            connection.write(TOO_LARGE);
            ends.add(connection.readRest());
        });
        try (RawClient client = rig.connect().send(upload(10) + "abcdef")) {
            assertThat(client.read().status()).isEqualTo(413);
            assertThat(ends.poll(10, TimeUnit.SECONDS)).isEqualTo("def");
        }
    }

    @Test
    void aStreamOfHttp2GetsItToo() {
        rig.upstream.script(connection -> {
            connection.readText(3);
            connection.write(TOO_LARGE);
            connection.close();
        });
        try (RawHttp2 client = new RawHttp2(rig.connect())) {
            client.sendRequest(1, false, "POST", "content-length", "10");
            client.sendData(1, false, "abcdef");
            assertThat(client.readStatus()).isEqualTo(413);
            RawHttp2.Frame data = client.await(RawHttp2.DATA);
            assertThat(data.payload().remaining()).isEqualTo(4);
            rig.upstream.script(ok("fine"));
            client.sendRequest(3, true, "GET");
            assertThat(client.readStatus()).isEqualTo(200);
        }
    }

    /** What TPP answers itself while the body still comes. */
    @Test
    void aFailureIsAnsweredWithoutAReset() throws Exception {
        rig.upstream.script(connection -> {
            connection.readText(3);
            connection.close();
        });
        String piece = "x".repeat(MIB);
        try (RawClient client = rig.connect().send(upload(30 * MIB))) {
            for (int sent = 0; sent < 30; sent++) {
                client.send(piece);
            }
            assertThat(client.read().status()).isEqualTo(502);
        }
    }
}
