package io.tpp;

import static io.tpp.testing.ScriptedUpstream.ok;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tpp.testing.RawClient;
import io.tpp.testing.RawClient.Response;
import io.tpp.testing.ScriptedUpstream.Connection;
import java.io.EOFException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies whose chunks are no proper HTTP may have begun to be passed on, but never look whole to the upstream. */
class MalformedBodyTest {
    private static final String HEAD = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

    private static ScriptedRig rig;

    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger cut = new AtomicInteger();
    private final List<String> whole = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        rig = ScriptedRig.start(ok(""));
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    @BeforeEach
    void script() {
        rig.upstream.script(this::read);
    }

    private void read(Connection connection) throws IOException {
        begun.incrementAndGet();
        try {
            whole.add(connection.readBody());
        } catch (EOFException e) {
            cut.incrementAndGet();
            throw e;
        }
        connection.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    }

    static Stream<Arguments> malformedChunks() {
        return Stream.of(
                Arguments.of("a size that is no number", "x\r\nab\r\n0\r\n\r\n"),
                Arguments.of("an empty size", "\r\nab\r\n0\r\n\r\n"),
                Arguments.of("a signed size", "+2\r\nab\r\n0\r\n\r\n"),
                Arguments.of("a negative size", "-2\r\nab\r\n0\r\n\r\n"),
                Arguments.of("a size with a prefix", "0x2\r\nab\r\n0\r\n\r\n"),
                Arguments.of("a blank before the size", " 2\r\nab\r\n0\r\n\r\n"),
                Arguments.of("a size beyond 64 bits", "10000000000000002\r\nab\r\n0\r\n\r\n"),
                Arguments.of("a chunk without its line break", "2\r\nab0\r\n\r\n"),
                Arguments.of("a chunk longer than its size", "2\r\nabc\r\n0\r\n\r\n"),
                Arguments.of("a lone line feed behind the size", "2\nab\r\n0\r\n\r\n"),
                Arguments.of("a lone line feed behind the chunk", "2\r\nab\n0\r\n\r\n"),
                Arguments.of("a lone line feed behind the last size", "2\r\nab\r\n0\n\r\n"),
                Arguments.of("a lone line feed at the end", "2\r\nab\r\n0\r\n\n"),
                Arguments.of("a lone carriage return behind the size", "2\rab\r\n0\r\n\r\n"),
                Arguments.of("a null byte behind the size", "2\u0000\r\nab\r\n0\r\n\r\n"),
                Arguments.of("a lone line feed in an extension", "2;a\nb\r\nab\r\n0\r\n\r\n"),
                Arguments.of("a control character in an extension", "2;a=\u0001\r\nab\r\n0\r\n\r\n"),
                Arguments.of("a huge extension", "2;a=" + "x".repeat(20_000) + "\r\nab\r\n0\r\n\r\n"),
                Arguments.of("many extensions", "1;a=1234567890\r\na\r\n".repeat(2_000) + "0\r\n\r\n"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformedChunks")
    void itIsAnsweredAndNeverForwardedWhole(String name, String chunks) {
        try (RawClient client = rig.connect().send(HEAD + chunks)) {
            Response response = client.read();
            assertThat(response.status()).isEqualTo(400);
            assertThat(response.body()).contains("TPP: the request's body is malformed");
            assertThat(client.isClosedByPeer()).isTrue();
        }
        await().until(() -> rig.server.tpp().snapshot().inUse() == 0 && begun.get() == cut.get() + whole.size());
        assertThat(whole).isEmpty();
    }

    /** A recipient must ignore extensions it does not know (RFC 9112 §7.1.1); TPP makes chunks of its own, or none. */
    @ParameterizedTest
    @ValueSource(strings = {";a", ";a=b", ";a=\"b;c\"", "; a = b", ";a;b=c", " ;a"})
    void aChunkExtensionIsIgnoredAndGoesNoFurther(String extension) {
        try (RawClient client = rig.connect()) {
            client.send(HEAD + "2" + extension + "\r\nab\r\n0" + extension + "\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(200);
        }
        assertThat(whole).containsExactly("ab");
    }
}
