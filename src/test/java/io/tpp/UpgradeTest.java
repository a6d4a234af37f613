package io.tpp;

import static io.tpp.testing.ScriptedUpstream.answer;
import static io.tpp.testing.ScriptedUpstream.ok;
import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.testing.RawClient;
import io.tpp.testing.RawClient.Response;
import io.tpp.testing.ScriptedUpstream.Script;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that ask for another protocol, up to the answer. */
class UpgradeTest {
    private static final String CHUNKED = "Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n";

    private static ScriptedRig rig;

    @BeforeAll
    static void start() throws Exception {
        rig = ScriptedRig.start(ok(""));
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    @BeforeEach
    void forget() {
        rig.forget();
        rig.upstream.script(ok("not switched"));
    }

    private static String request(String... lines) {
        return "GET /ws?a=%2F HTTP/1.1\r\nHost: tpp\r\n" + String.join("\r\n", lines) + "\r\n\r\n";
    }

    private static Script switching(String upgrade, Script then) {
        return answer("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: " + upgrade
                        + "\r\nSec-WebSocket-Accept: abc\r\nX-Kept: 1\r\nKeep-Alive: 5\r\n\r\n")
                .then(then);
    }

    @Test
    void theHandshakeGoesUpstreamWithTheTokenAndNothingElseHopByHop() throws Exception {
        rig.upstream.script(switching("websocket", connection -> connection.write(connection.readText(2))));
        try (RawClient client = rig.connect()
                .send(request(
                        "Connection: keep-alive, Upgrade, X-Named",
                        "Upgrade: websocket",
                        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                        "Sec-WebSocket-Version: 13",
                        "Authorization: Bearer stolen",
                        "Keep-Alive: 5",
                        "X-Named: 1"))) {
            assertThat(client.readHead())
                    .startsWith("HTTP/1.1 101 Switching Protocols\r\n")
                    .contains("\r\nConnection: Upgrade\r\n", "\r\nUpgrade: websocket\r\n")
                    .contains("\r\nSec-WebSocket-Accept: abc\r\n", "\r\nX-Kept: 1\r\n")
                    .doesNotContain("Keep-Alive", "Content-Length", "Transfer-Encoding");
            assertThat(client.send("hi").readText(2)).isEqualTo("hi");
        }
        assertThat(rig.upstream.takeHead())
                .startsWith("GET /ws?a=%2F HTTP/1.1\r\n")
                .containsOnlyOnce("\r\nConnection: Upgrade\r\n")
                .containsOnlyOnce("\r\nUpgrade: websocket\r\n")
                .contains("\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n")
                .containsOnlyOnce("\r\nAuthorization: Bearer ScriptedTokenValue")
                .doesNotContain("stolen", "Keep-Alive", "X-Named");
    }

    @Test
    void aRefusalIsAnOrdinaryAnswerAndBothConnectionsGoOn() throws Exception {
        rig.upstream.script(answer("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno"));
        try (RawClient client = rig.connect()) {
            for (int i = 0; i < 3; i++) {
                Response response = client.send(request("Connection: Upgrade", "Upgrade: xyz"))
                        .read();
                assertThat(response.status()).isEqualTo(403);
                assertThat(response.body()).isEqualTo("no");
            }
            rig.upstream.script(ok("plain"));
            assertThat(client.send(request("X-Last: 1")).read().body()).isEqualTo("plain");
        }
    }

    @Test
    void theProtocolThatTheUpstreamInsistsOnIsToldToWhoOffersOne() {
        rig.upstream.script(answer(
                "HTTP/1.1 426 Upgrade Required\r\nConnection: Upgrade\r\nUpgrade: abc\r\nContent-Length: 0\r\n\r\n"));
        try (RawClient client = rig.connect()) {
            assertThat(client.send(request("Connection: Upgrade", "Upgrade: xyz"))
                            .readHead())
                    .contains("\r\nConnection: Upgrade\r\n", "\r\nUpgrade: abc\r\n");
            assertThat(client.send(request("X-None: 1")).readHead()).doesNotContain("Upgrade:");
        }
    }

    /** Upgrade that Connection does not name, or that HTTP/1.0 does not know. */
    @ParameterizedTest
    @CsvSource({
        "HTTP/1.1, X-None: 1",
        "HTTP/1.1, Connection: keep-alive",
        "HTTP/1.1, Connection: upgrades",
        "HTTP/1.0, Connection: Upgrade"
    })
    void whatIsNoUpgradeIsAnOrdinaryRequest(String version, String line) throws Exception {
        String request =
                "GET / " + version + "\r\nHost: tpp\r\nUpgrade: websocket\r\n" + line + "\r\nX-Kept: 1\r\n\r\n";
        try (RawClient client = rig.connect().send(request)) {
            assertThat(client.read().body()).isEqualTo("not switched");
        }
        assertThat(rig.upstream.takeHead()).contains("X-Kept: 1\r\n").doesNotContainIgnoringCase("upgrade");
    }

    /** RFC 9113 §3.1 has given this upgrade up. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Upgrade: h2c",
                "Connection: Upgrade|Upgrade: h2c",
                "Upgrade: h2c|HTTP2-Settings: AAMAAABkAAQAAP__",
                "Connection: Upgrade|Upgrade: h2c|HTTP2-Settings: AAMAAABkAAQAAP__",
                "Connection: Upgrade, HTTP2-Settings|Upgrade: h2c|HTTP2-Settings: AAMAAABkAAQAAP__",
                "Connection: Upgrade, HTTP2-Settings|Upgrade: h2c|HTTP2-Settings: AAMAAABkAAQAAP__|HTTP2-Settings: AA",
                "Connection: Upgrade, HTTP2-Settings|Upgrade: h2c|HTTP2-Settings: !",
                "Connection: Upgrade, HTTP2-Settings|Upgrade: h2c|HTTP2-Settings:",
                "Connection: Upgrade, HTTP2-Settings|Upgrade: h2c",
                "Connection: Upgrade, HTTP2-Settings|Upgrade: H2C|HTTP2-Settings: AAMAAABkAAQAAP__",
                "HTTP2-Settings: AAMAAABkAAQAAP__"
            })
    void anUpgradeToHttp2IsIgnored(String offer) throws Exception {
        String lines = String.join("\r\n", offer.split("\\|"));
        try (RawClient client = rig.connect()) {
            for (String body : List.of("\r\n", "Content-Length: 4\r\n\r\nbody", CHUNKED)) {
                rig.upstream.script(
                        connection -> ok("read " + connection.readBody()).run(connection));
                client.send("POST /ws HTTP/1.1\r\nHost: tpp\r\n" + lines + "\r\nX-Kept: 1\r\n" + body);
                assertThat(client.read().body()).isEqualTo(body.equals("\r\n") ? "read " : "read body");
                assertThat(rig.upstream.takeHead())
                        .contains("X-Kept: 1\r\n")
                        .doesNotContainIgnoringCase("upgrade", "http2-settings");
            }
        }
    }

    /** Within such a tunnel requests would pass that TPP does not see. */
    @ParameterizedTest
    @ValueSource(strings = {"h2", "H2C/1", "TLS/1.0", "HTTP/2.0", "http/1.1, tls/1.2", "h3"})
    void httpInAnotherGuiseIsNotOffered(String protocol) throws Exception {
        try (RawClient client = rig.connect().send(request("Connection: Upgrade", "Upgrade: " + protocol))) {
            assertThat(client.read().body()).isEqualTo("not switched");
        }
        assertThat(rig.upstream.takeHead()).doesNotContainIgnoringCase("upgrade");
    }

    @Test
    void ofSeveralProtocolsThoseThatAreNotHttpAreOffered() throws Exception {
        try (RawClient client = rig.connect()
                .send(request("Connection: Upgrade", "Upgrade: h2c, websocket", "Upgrade: TLS/1.0, xyz/2"))) {
            assertThat(client.read().body()).isEqualTo("not switched");
        }
        assertThat(rig.upstream.takeHead()).containsOnlyOnce("Upgrade: websocket, xyz/2\r\n");
    }

    @ParameterizedTest
    @CsvSource({
        "X-None: 1, websocket",
        "Upgrade: websocket, websocket",
        "Connection: Upgrade|Upgrade: websocket, xyz",
        "Connection: Upgrade|Upgrade: websocket, h2c",
        "Connection: Upgrade|Upgrade: websocket, ''"
    })
    void aSwitchThatNobodyOfferedIsABadGateway(String offer, String chosen) throws Exception {
        CompletableFuture<String> rest = new CompletableFuture<>();
        rig.upstream.script(switching(chosen, connection -> rest.complete(connection.readRest())));
        try (RawClient client = rig.connect().send(request(offer.split("\\|")))) {
            Response response = client.read();
            assertThat(response.status()).isEqualTo(502);
            assertThat(response.body()).contains("TPP: the upstream ");
        }
        assertThat(rest.get(10, TimeUnit.SECONDS)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Connection: Upgrade, close", "Connection: close, Upgrade"})
    void aSwitchThatEndsTheConnectionIsABadGateway(String line) {
        rig.upstream.script(answer("HTTP/1.1 101 Switching Protocols\r\n" + line + "\r\nUpgrade: websocket\r\n\r\n"));
        try (RawClient client = rig.connect().send(request("Connection: Upgrade", "Upgrade: websocket"))) {
            assertThat(client.read().status()).isEqualTo(502);
        }
    }

    @Test
    void anUpstreamThatBreaksOffWithinItsAnswerIsABadGateway() {
        rig.upstream.script(answer("HTTP/1.1 101 Switching Protocols\r\nUpgr").then(connection -> connection.close()));
        try (RawClient client = rig.connect().send(request("Connection: Upgrade", "Upgrade: websocket"))) {
            assertThat(client.read().status()).isEqualTo(502);
        }
    }

    /** RFC 9110 §7.8: the protocol changes once the request is complete. */
    @ParameterizedTest
    @CsvSource({"Content-Length: 4, body", "Transfer-Encoding: chunked, '4\r\nbody\r\n0\r\n\r\n'"})
    void aBodyIsSentBeforeTheProtocolChanges(String framing, String body) throws Exception {
        CompletableFuture<String> received = new CompletableFuture<>();
        rig.upstream.script(connection -> {
            received.complete(connection.readBody());
            connection.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: xyz\r\n\r\n");
            connection.write(connection.readText(6));
            connection.close();
        });
        try (RawClient client = rig.connect()
                .send("POST / HTTP/1.1\r\nHost: tpp\r\nConnection: Upgrade\r\nUpgrade: xyz\r\n" + framing + "\r\n\r\n"
                        + body + "tunnel")) {
            assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
            assertThat(client.readRest()).isEqualTo("tunnel");
        }
        assertThat(received.get(10, TimeUnit.SECONDS)).isEqualTo("body");
    }
}
