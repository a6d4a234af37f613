package io.tpp;

import static io.tpp.testing.ScriptedUpstream.answer;
import static io.tpp.testing.ScriptedUpstream.hangUp;
import static io.tpp.testing.ScriptedUpstream.ok;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tpp.testing.RawClient;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Upstreams that break HTTP's framing (RFC 9112): nothing that could be read in two ways is passed on, no client takes a part
 * for the whole, and the connection is never used again, so that no request gets what is left of another one's answer.
 */
class BrokenUpstreamTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: tpp\r\n\r\n";
    private static final String NEXT = "GET /next HTTP/1.1\r\nHost: tpp\r\n\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\n";
    private static final String CHUNKED = OK + "Transfer-Encoding: chunked\r\n\r\n";
    private static final String STRAY = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nstray";

    private final BlockingQueue<Integer> connections = new LinkedBlockingQueue<>();
    private ScriptedRig rig;

    @BeforeEach
    void start() throws Exception {
        rig = ScriptedRig.start(ok(""));
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    static Stream<Arguments> brokenHeads() {
        return Stream.of(
                Arguments.of("two lengths", OK + "Content-Length: 4\r\nContent-Length: 5\r\n\r\nwhole"),
                Arguments.of("a length twice", OK + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nwhole"),
                Arguments.of("two lengths in one field", OK + "Content-Length: 4, 5\r\n\r\nwhole"),
                Arguments.of(
                        "a length beside chunks", OK + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nwhole"),
                Arguments.of(
                        "chunks beside a length", CHUNKED.replace("\r\n\r\n", "\r\nContent-Length: 5\r\n\r\nwhole")),
                Arguments.of("a negative length", OK + "Content-Length: -5\r\n\r\nwhole"),
                Arguments.of("a signed length", OK + "Content-Length: +5\r\n\r\nwhole"),
                Arguments.of("a length that is no number", OK + "Content-Length: five\r\n\r\nwhole"),
                Arguments.of("an empty length", OK + "Content-Length: \r\n\r\nwhole"),
                Arguments.of("a length beyond all measure", OK + "Content-Length: 99999999999999999999\r\n\r\nwhole"),
                Arguments.of("an unknown coding", OK + "Transfer-Encoding: gzip, x\r\n\r\nwhole"),
                Arguments.of(
                        "chunked twice", OK + "Transfer-Encoding: chunked, chunked\r\n\r\n5\r\nwhole\r\n0\r\n\r\n"),
                Arguments.of(
                        "chunked not last", OK + "Transfer-Encoding: chunked, gzip\r\n\r\n5\r\nwhole\r\n0\r\n\r\n"),
                Arguments.of("a folded line", OK + "X-A: 1\r\n 2\r\nContent-Length: 5\r\n\r\nwhole"),
                Arguments.of("a NUL", OK + "X-A: 1\0002\r\nContent-Length: 5\r\n\r\nwhole"),
                Arguments.of("a NUL in a name", OK + "X\000A: 12\r\nContent-Length: 5\r\n\r\nwhole"),
                Arguments.of("a line without a colon", OK + "X-A 1\r\nContent-Length: 5\r\n\r\nwhole"),
                Arguments.of("a line without a name", OK + ": 1\r\nContent-Length: 5\r\n\r\nwhole"),
                Arguments.of("a blank before the colon", OK + "Content-Length : 5\r\n\r\nwhole"),
                Arguments.of("a bare LF", OK + "X-A: 1\nContent-Length: 5\r\n\r\nwhole"),
                Arguments.of("a bare LF behind the status", "HTTP/1.1 200 OK\nContent-Length: 5\r\n\r\nwhole"),
                Arguments.of("a bare CR", OK + "X-A: 1\rContent-Length: 5\r\n\r\nwhole"),
                Arguments.of("garbage before the status", "garbage" + OK + "Content-Length: 5\r\n\r\nwhole"),
                Arguments.of("no head", "<html>whole\r\n</html>"),
                Arguments.of("another protocol", "SSH-2.0-x\r\n\r\n"),
                Arguments.of("another version", "HTTP/2.0 200 OK\r\nContent-Length: 5\r\n\r\nwhole"),
                Arguments.of("an unknown version", "HTTP/1.7 200 OK\r\nContent-Length: 5\r\n\r\nwhole"),
                Arguments.of("a status of two digits", "HTTP/1.1 20 OK\r\nContent-Length: 5\r\n\r\nwhole"),
                Arguments.of("a status of four digits", "HTTP/1.1 2000 OK\r\nContent-Length: 5\r\n\r\nwhole"),
                Arguments.of("a status that is no number", "HTTP/1.1 abc OK\r\nContent-Length: 5\r\n\r\nwhole"),
                Arguments.of("huge fields", OK + "X-A: " + "x".repeat(200_000) + "\r\nContent-Length: 5\r\n\r\nwhole"),
                Arguments.of("many fields", OK + "X-A: 123\r\n".repeat(20_000) + "Content-Length: 5\r\n\r\nwhole"));
    }

    /** Answers with these bytes and waits for what TPP does; on any later connection all is well. */
    private void answerBrokenly(String bytes) {
        CountDownLatch first = new CountDownLatch(1);
        rig.upstream.script(connection -> {
            connections.add(System.identityHashCode(connection));
            connection.readBody();
            if (first.getCount() > 0) {
                first.countDown();
                connection.write(bytes);
            } else {
                connection.write(
                        connection.head().startsWith("GET /next ") ? OK + "Content-Length: 4\r\n\r\nnext" : "?");
            }
        });
    }

    private void assertNextIsRight(RawClient client) throws InterruptedException {
        assertThat(client.send(NEXT).read().body()).isEqualTo("next");
        assertThat(connections.poll(10, TimeUnit.SECONDS)).isNotEqualTo(connections.poll(10, TimeUnit.SECONDS));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenHeads")
    void aBrokenHeadIsABadGatewayAndTheNextRequestGetsAnotherConnection(String name, String bytes) throws Exception {
        answerBrokenly(bytes);
        try (RawClient client = rig.connect().send(GET)) {
            RawClient.Response response = client.read();
            assertThat(response.status()).isEqualTo(502);
            assertThat(response.body()).contains("TPP: the upstream ");
        }
        try (RawClient client = rig.connect()) {
            assertNextIsRight(client);
        }
    }

    static Stream<Arguments> brokenBodies() {
        return Stream.of(
                Arguments.of("a size that is no number", CHUNKED + "3\r\nabc\r\nxyz\r\n"),
                Arguments.of("a negative size", CHUNKED + "3\r\nabc\r\n-3\r\nabc\r\n0\r\n\r\n"),
                Arguments.of("a signed size", CHUNKED + "3\r\nabc\r\n+3\r\nabc\r\n0\r\n\r\n"),
                Arguments.of("a prefixed size", CHUNKED + "3\r\nabc\r\n0x3\r\nabc\r\n0\r\n\r\n"),
                Arguments.of("no size", CHUNKED + "3\r\nabc\r\n\r\nabc\r\n0\r\n\r\n"),
                Arguments.of(
                        "a size beyond all measure", CHUNKED + "3\r\nabc\r\nfffffffffffffffff3\r\nabc\r\n0\r\n\r\n"),
                Arguments.of("a chunk longer than its size", CHUNKED + "3\r\nabcd\r\n0\r\n\r\n"),
                Arguments.of("a bare LF behind a size", CHUNKED + "3\r\nabc\r\n3\nabc\r\n0\r\n\r\n"),
                Arguments.of("a bare LF behind a chunk", CHUNKED + "3\r\nabc\n3\r\nabc\r\n0\r\n\r\n"),
                Arguments.of("a broken trailer", CHUNKED + "3\r\nabc\r\n0\r\nX-A 1\r\n\r\n"),
                Arguments.of("a folded trailer", CHUNKED + "3\r\nabc\r\n0\r\nX-A: 1\r\n 2\r\n\r\n"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenBodies")
    void aBrokenBodyIsCutAndTheNextRequestGetsAnotherConnection(String name, String bytes) throws Exception {
        answerBrokenly(bytes);
        try (RawClient client = rig.connect().send(GET)) {
            String got = client.readRest();
            boolean refused = got.startsWith("HTTP/1.1 502 ");
            assertThat(refused || bytes.startsWith(got)).as(got).isTrue();
            assertThat(got).doesNotContain("\r\n0\r\n");
        }
        try (RawClient client = rig.connect()) {
            assertNextIsRight(client);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                OK + "Content-Length: 4\r\n\r\ngood" + STRAY,
                OK + "Content-Length: 4\r\n\r\ngood" + "x",
                CHUNKED + "4\r\ngood\r\n0\r\n\r\n" + STRAY,
                "HTTP/1.1 204 No Content\r\n\r\n" + STRAY,
                "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n" + STRAY
            })
    void whatFollowsAnAnswerIsNoAnswerToTheNextRequest(String bytes) throws Exception {
        answerBrokenly(bytes);
        try (RawClient client = rig.connect().send(GET)) {
            assertThat(client.readHead()).startsWith("HTTP/1.1 ");
            if (bytes.contains("good")) {
                assertThat(client.readText(bytes.contains("chunked") ? "4\r\ngood\r\n0\r\n\r\n".length() : 4))
                        .contains("good");
            }
            assertNextIsRight(client);
        }
    }

    /** What follows comes in a piece of its own, so that it could be taken for the beginning of the next answer. */
    @ParameterizedTest
    @ValueSource(strings = {STRAY, "x", "HTTP/1.1 200 OK\r\nContent-Len"})
    void norIsWhatFollowsLater(String stray) throws Exception {
        CountDownLatch answered = new CountDownLatch(1);
        CountDownLatch strayed = new CountDownLatch(1);
        rig.upstream.script(connection -> {
            connections.add(System.identityHashCode(connection));
            if (connection.head().startsWith("GET /next ")) {
                connection.write(OK + "Content-Length: 4\r\n\r\nnext");
                return;
            }
            connection.write(OK + "Content-Length: 4\r\n\r\ngood");
            assertThat(answered.await(10, TimeUnit.SECONDS)).isTrue();
            connection.write(stray);
            strayed.countDown();
        });
        try (RawClient client = rig.connect().send(GET)) {
            assertThat(client.read().body()).isEqualTo("good");
            answered.countDown();
            assertThat(strayed.await(10, TimeUnit.SECONDS)).isTrue();
            assertNextIsRight(client);
        }
    }

    @Test
    void anAnswerToHeadThatHasABodyAllTheSameSpoilsNothing() throws Exception {
        answerBrokenly(OK + "Content-Length: 5\r\n\r\nwhole");
        try (RawClient client = rig.connect().send("HEAD / HTTP/1.1\r\nHost: tpp\r\n\r\n")) {
            assertThat(client.readHead()).isEqualTo(OK + "Content-Length: 5\r\n\r\n");
            assertNextIsRight(client);
        }
    }

    @Test
    void aBodyShorterThanItsLengthIsCut() throws Exception {
        rig.upstream.script(answer(OK + "Content-Length: 6\r\n\r\nabc").then(hangUp()));
        try (RawClient client = rig.connect().send(GET)) {
            String got = client.readRest();
            assertThat(got.startsWith("HTTP/1.1 502 ") || (OK + "Content-Length: 6\r\n\r\nabc").startsWith(got))
                    .isTrue();
        }
    }

    /** Its low 32 bits would be a size that fits. */
    @Test
    void aChunkOfMoreThanFourGibibytesIsNotTakenForASmallOne() {
        rig.upstream.script(answer(CHUNKED + "100000003\r\nabc\r\n0\r\n\r\n").then(hangUp()));
        try (RawClient client = rig.connect().send(GET)) {
            assertThatThrownBy(client::read).hasRootCauseInstanceOf(IOException.class);
        }
    }

    @Test
    void anAnswerWithoutAHeadThatEndsWithItsConnectionIsABadGateway() {
        rig.upstream.script(answer("<html>whole</html>").then(hangUp()));
        try (RawClient client = rig.connect().send(GET)) {
            assertThat(client.read().status()).isEqualTo(502);
        }
    }

    /** Chunk extensions and blanks around a value are HTTP. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                CHUNKED + "4;a=b\r\ngood\r\n0;c\r\n\r\n",
                CHUNKED + "0004\r\ngood\r\n000\r\n\r\n",
                OK + "Content-Length:   4  \r\n\r\ngood",
                "HTTP/1.1 200\r\nContent-Length: 4\r\n\r\ngood",
                "HTTP/1.1 200 \r\nContent-Length: 4\r\n\r\ngood",
                "HTTP/1.0 200 OK\r\nContent-Length: 4\r\n\r\ngood"
            })
    void whatIsUnusualButRightPasses(String bytes) {
        rig.upstream.script(answer(bytes));
        try (RawClient client = rig.connect().send(GET)) {
            assertThat(client.read().body()).isEqualTo("good");
        }
    }
}
