package io.tpp;

import static io.tpp.testing.ScriptedUpstream.answer;
import static io.tpp.testing.ScriptedUpstream.hangUp;
import static io.tpp.testing.ScriptedUpstream.ok;
import static io.tpp.testing.ScriptedUpstream.reset;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tpp.testing.RawClient;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How bodies flow: in the form they had, piece by piece as they come, and never a part for the whole. */
class BodiesTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: tpp\r\n\r\n";
    private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

    private ScriptedRig rig;

    @BeforeEach
    void start() throws Exception {
        rig = ScriptedRig.start(ok(""));
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    // Responses

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100, 40_000})
    void aContentLengthStays(int length) {
        rig.upstream.script(ok("x".repeat(length)));
        try (RawClient client = rig.connect().send(GET)) {
            assertThat(client.readHead()).isEqualTo("HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n");
            assertThat(client.readText(length)).isEqualTo("x".repeat(length));
        }
    }

    @Test
    void aChunkIsPassedOnBeforeTheNextExists() throws Exception {
        CountDownLatch firstHasCome = new CountDownLatch(1);
        rig.upstream.script(answer(CHUNKED + "6\r\ndata 1\r\n")
                .then(connection -> awaitLatch(firstHasCome))
                .then(answer("6\r\ndata 2\r\n0\r\n\r\n")));
        try (RawClient client = rig.connect().send(GET)) {
            assertThat(client.readHead()).isEqualTo(CHUNKED);
            assertThat(client.readChunk()).isEqualTo("data 1");
            firstHasCome.countDown();
            assertThat(client.readChunk()).isEqualTo("data 2");
            assertThat(client.readChunk()).isEmpty();
        }
    }

    /** Ends the connection, and with it the test, if nobody opens the latch. */
    private static void awaitLatch(CountDownLatch latch) throws Exception {
        if (!latch.await(10, TimeUnit.SECONDS)) {
            throw new IOException("the client did not get the first piece in time");
        }
    }

    @Test
    void aPieceOfABodyWithLengthIsPassedOnBeforeTheNextExists() throws Exception {
        CountDownLatch firstHasCome = new CountDownLatch(1);
        rig.upstream.script(answer("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc")
                .then(connection -> awaitLatch(firstHasCome))
                .then(answer("def")));
        try (RawClient client = rig.connect().send(GET)) {
            client.readHead();
            assertThat(client.readText(3)).isEqualTo("abc");
            firstHasCome.countDown();
            assertThat(client.readText(3)).isEqualTo("def");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 204 No Content\r\nX-Kept: 1\r\n\r\n",
                "HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\nContent-Length: 1234\r\n\r\n",
                "HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
            })
    void anAnswerWithoutBodyLeavesTheConnectionUsable(String bodiless) {
        rig.upstream.script(answer(bodiless));
        try (RawClient client = rig.connect()) {
            for (int i = 0; i < 3; i++) {
                assertThat(client.send(GET).readHead()).isEqualTo(bodiless);
            }
        }
    }

    @Test
    void anAnswerToHeadKeepsTheLengthOfWhatIsNotSent() {
        rig.upstream.script(answer("HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n"));
        try (RawClient client = rig.connect()) {
            for (int i = 0; i < 3; i++) {
                assertThat(client.send("HEAD / HTTP/1.1\r\nHost: tpp\r\n\r\n").readHead())
                        .isEqualTo("HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n");
            }
        }
    }

    @Test
    void anAnswerToHeadDoesNotClaimTheLengthOfWhatIsNotSent() {
        rig.upstream.script(answer("HTTP/1.1 200 OK\r\nX-Kept: 1\r\nTransfer-Encoding: chunked\r\n\r\n"));
        try (RawClient client = rig.connect()) {
            for (int i = 0; i < 3; i++) {
                assertThat(client.send("HEAD / HTTP/1.1\r\nHost: tpp\r\n\r\n").readHead())
                        .isEqualTo("HTTP/1.1 200 OK\r\nX-Kept: 1\r\nTransfer-Encoding: chunked\r\n\r\n");
            }
        }
    }

    @Test
    void aBodyThatEndsWithItsConnectionArrivesWhole() {
        rig.upstream.script(
                answer("HTTP/1.1 200 OK\r\n\r\n" + "x".repeat(10_000)).then(hangUp()));
        try (RawClient client = rig.connect().send(GET)) {
            assertThat(client.read().body()).hasSize(10_000);
        }
    }

    @Test
    void anHttp10ClientGetsChunksUntilTheConnectionEnds() {
        rig.upstream.script(answer(CHUNKED + "3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n"));
        try (RawClient client = rig.connect().send("GET / HTTP/1.0\r\n\r\n")) {
            assertThat(client.readHead()).doesNotContainIgnoringCase("chunked");
            assertThat(client.readText(6)).isEqualTo("abcdef");
            assertThat(client.isClosedByPeer()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aBodyWithLengthThatIsCutIsCutForTheClient(boolean byReset) {
        rig.upstream.script(
                answer("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc").then(byReset ? reset() : hangUp()));
        assertCutAfterAtMost("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aChunkedBodyThatIsCutIsCutForTheClient(boolean byReset) {
        rig.upstream.script(answer(CHUNKED + "3\r\nabc\r\n").then(byReset ? reset() : hangUp()));
        assertCutAfterAtMost(CHUNKED + "3\r\nabc\r\n");
    }

    @Test
    void aBodyThatTurnsIntoNonsenseIsCutForTheClient() {
        rig.upstream.script(answer(CHUNKED + "3\r\nabc\r\nnonsense\r\n").then(hangUp()));
        assertCutAfterAtMost(CHUNKED + "3\r\nabc\r\n");
    }

    private void assertCutAfterAtMost(String part) {
        try (RawClient client = rig.connect().send(GET)) {
            // A body cut at once may also have been noticed before anything was passed on.
            String got = client.readRest();
            assertThat(part.startsWith(got) || got.startsWith("HTTP/1.1 502 "))
                    .as(got)
                    .isTrue();
        }
    }

    // Requests

    @Test
    void aPieceOfAnUploadIsPassedOnBeforeTheNextExists() throws Exception {
        BlockingQueue<String> arrived = new LinkedBlockingQueue<>();
        rig.upstream.script(connection -> {
            arrived.add(connection.readChunk());
            arrived.add(connection.readChunk());
            arrived.add(connection.readChunk());
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        });
        try (RawClient client = rig.connect()) {
            client.send("POST / HTTP/1.1\r\nHost: tpp\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
            assertThat(arrived.poll(10, TimeUnit.SECONDS)).isEqualTo("abc");
            client.send("3\r\ndef\r\n0\r\n\r\n");
            assertThat(arrived.poll(10, TimeUnit.SECONDS)).isEqualTo("def");
            assertThat(arrived.poll(10, TimeUnit.SECONDS)).isEmpty();
            assertThat(client.read().status()).isEqualTo(200);
        }
    }

    @Test
    void anUploadThatBreaksOffIsBrokenOffForTheUpstream() throws Exception {
        BlockingQueue<String> ends = new LinkedBlockingQueue<>();
        rig.upstream.script(connection -> {
            try {
                connection.readBody();
                ends.add("complete");
            } catch (IOException broken) {
                ends.add("broken");
            }
        });
        try (RawClient client = rig.connect()) {
            client.send("POST / HTTP/1.1\r\nHost: tpp\r\nContent-Length: 6\r\n\r\nabc");
            rig.upstream.takeHead();
        }
        assertThat(ends.poll(10, TimeUnit.SECONDS)).isEqualTo("broken");
    }

    @Test
    void aCutConnectionIsReallyNoticedByTheseTests() {
        rig.upstream.script(
                answer("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc").then(hangUp()));
        try (RawClient client = rig.connect().send(GET)) {
            assertThatThrownBy(client::read).hasRootCauseInstanceOf(IOException.class);
        }
    }
}
