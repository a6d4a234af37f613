package io.tpp;

import static io.tpp.testing.ScriptedUpstream.answer;
import static io.tpp.testing.ScriptedUpstream.hangUp;
import static io.tpp.testing.ScriptedUpstream.ok;
import static io.tpp.testing.ScriptedUpstream.reset;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tpp.testing.RawClient;
import io.tpp.testing.RawClient.Response;
import io.tpp.testing.ScriptedUpstream.Script;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a client is answered when the upstream fails: in DolphinDB's envelope, and always something. */
class UpstreamFailureTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: tpp\r\n\r\n";

    static Stream<Arguments> badAnswers() {
        return Stream.of(
                Arguments.of(
                        "nonsense", answer("\u0000\u0001 nonsense\r\n\r\n").then(hangUp()), "did not answer in HTTP"),
                Arguments.of("another protocol", answer("SSH-2.0-x\r\n").then(hangUp()), "did not answer in HTTP"),
                // Under assertions Jetty fails in another way than without, so the reason is left open.
                Arguments.of("an endless line", answer("HTTP/1.1 200 " + "x".repeat(200_000)), ""),
                Arguments.of(
                        "too large a head",
                        answer("HTTP/1.1 200 OK\r\nX-Huge: " + "x".repeat(200_000) + "\r\n\r\n"),
                        ""),
                Arguments.of("nothing", hangUp(), "broke the connection"),
                Arguments.of("a reset", reset(), "broke the connection"),
                Arguments.of("half a head", answer("HTTP/1.1 200 OK\r\nX-A").then(hangUp()), "broke the connection"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badAnswers")
    void aBadAnswerIsABadGateway(String name, Script script, String message) throws Exception {
        try (ScriptedRig rig = ScriptedRig.start(script);
                RawClient client = rig.connect().send(GET)) {
            assertFailure(client.read(), 502, "the upstream 127.0.0.1:" + rig.upstream.port() + " " + message);
        }
    }

    @Test
    void anUnreachableUpstreamIsABadGatewayAfterAWhile() throws Exception {
        try (ScriptedRig rig = ScriptedRig.start(ok(""), "TPP_UPSTREAM_OUTAGE_WAIT_SECONDS", "0.3")) {
            rig.upstream.close();
            try (RawClient client = rig.connect().send(GET)) {
                assertFailure(client.read(), 502, "cannot be reached");
            }
            try (RawClient later = rig.connect().send(GET)) {
                assertFailure(later.read(), 503, "no usable token");
            }
            assertThat(rig.metrics())
                    .contains("tpp_upstream_errors_total{kind=\"connect\",} 1.0")
                    .contains("tpp_requests_replayed_total{reason=\"connect\",} 1.0")
                    .contains("tpp_requests_total 2.0");
        }
    }

    /** Its system answers nobody, because its queue of connections to accept is full. */
    @Test
    void anUpstreamThatDoesNotAcceptConnectionsIsAGatewayTimeout() throws Exception {
        try (ScriptedRig rig = ScriptedRig.start(
                ok(""), "TPP_UPSTREAM_CONNECT_TIMEOUT_SECONDS", "0.3", "TPP_UPSTREAM_OUTAGE_WAIT_SECONDS", "0.3")) {
            int port = rig.upstream.port();
            rig.upstream.close();
            try (ServerSocket deaf = bind(port);
                    SocketChannel first = SocketChannel.open(deaf.getLocalSocketAddress());
                    SocketChannel second = SocketChannel.open(deaf.getLocalSocketAddress());
                    RawClient client = rig.connect().send(GET)) {
                assertThat(first.isConnected() && second.isConnected()).isTrue();
                assertFailure(
                        client.read(), 504, "did not accept a connection within upstream.connect_timeout_seconds");
            }
        }
    }

    /** Waits until nobody else listens there. */
    private static ServerSocket bind(int port) {
        return await().atMost(Duration.ofSeconds(10))
                .ignoreException(BindException.class)
                .until(() -> new ServerSocket(port, 1, InetAddress.getLoopbackAddress()), Objects::nonNull);
    }

    @Test
    void aSilentUpstreamIsAGatewayTimeout() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (ScriptedRig rig = silentAfter("", end);
                RawClient client = rig.connect().send(GET)) {
            assertFailure(client.read(), 504, "did not answer within upstream.response_timeout_seconds");
            end.countDown();
        }
    }

    @Test
    void anUpstreamThatFallsSilentWithinItsAnswerIsCut() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        String part = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc";
        try (ScriptedRig rig = silentAfter(part, end);
                RawClient client = rig.connect().send(GET)) {
            assertThat(client.readRest()).isEqualTo(part);
            end.countDown();
        }
    }

    private static ScriptedRig silentAfter(String part, CountDownLatch end) throws Exception {
        return ScriptedRig.start(
                answer(part).then(connection -> end.await(10, TimeUnit.SECONDS)),
                "TPP_UPSTREAM_RESPONSE_TIMEOUT_SECONDS",
                "0.2");
    }

    @Test
    void afterAFailureTheNextRequestIsServed() throws Exception {
        try (ScriptedRig rig = ScriptedRig.start(reset())) {
            try (RawClient client = rig.connect().send(GET)) {
                assertThat(client.read().status()).isEqualTo(502);
            }
            rig.upstream.script(ok("fine"));
            try (RawClient client = rig.connect().send(GET)) {
                assertThat(client.read().body()).isEqualTo("fine");
            }
        }
    }

    private static void assertFailure(Response response, int status, String message) {
        assertThat(response.status()).isEqualTo(status);
        assertThat(response.headers()).containsEntry("content-type", "application/json");
        assertThat(response.body())
                .startsWith("{\"session\":\"\",\"user\":\"\",\"code\":\"1\",\"message\":\"TPP: ")
                .contains(message)
                .endsWith("\",\"result\":[]}");
    }
}
