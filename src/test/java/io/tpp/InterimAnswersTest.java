package io.tpp;

import static io.tpp.testing.ScriptedUpstream.answer;
import static io.tpp.testing.ScriptedUpstream.hangUp;
import static io.tpp.testing.ScriptedUpstream.ok;
import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.testing.RawClient;
import io.tpp.testing.RawHttp2;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the upstream says before its answer (RFC 9110 §15.2). */
class InterimAnswersTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: tpp\r\n\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    private ScriptedRig rig;

    @BeforeEach
    void start() throws Exception {
        rig = ScriptedRig.start(ok(""));
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {102, 103, 104, 199})
    void itPassesOn(int status) {
        rig.upstream.script(answer("HTTP/1.1 " + status + " Interim\r\n\r\n" + OK));
        try (RawClient client = rig.connect()) {
            for (int i = 0; i < 3; i++) {
                assertThat(client.send(GET).readHead()).startsWith("HTTP/1.1 " + status + " ");
                assertThat(client.readHead()).isEqualTo(OK);
            }
        }
    }

    @Test
    void earlyHintsKeepTheirFieldsButThoseOfTheConnection() {
        rig.upstream.script(answer("HTTP/1.1 103 Hints\r\nLink: </a>; rel=preload\r\nConnection: x-hop\r\nX-Hop: 1\r\n"
                + "Content-Length: 5\r\n\r\n" + OK));
        try (RawClient client = rig.connect().send(GET)) {
            assertThat(client.readHead()).endsWith(" Early Hints\r\nLink: </a>; rel=preload\r\n\r\n");
            assertThat(client.readHead()).isEqualTo(OK);
        }
    }

    @Test
    void severalInARowPassOnInTheirOrder() {
        rig.upstream.script(answer("HTTP/1.1 103 A\r\nLink: </a>\r\n\r\nHTTP/1.1 102 B\r\n\r\nHTTP/1.1 103 C\r\n"
                + "Link: </c>\r\n\r\n" + OK));
        try (RawClient client = rig.connect().send(GET)) {
            assertThat(client.readHead()).startsWith("HTTP/1.1 103 ").contains("Link: </a>\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 102 ").doesNotContain("Link");
            assertThat(client.readHead()).startsWith("HTTP/1.1 103 ").contains("Link: </c>\r\n");
            assertThat(client.readHead()).isEqualTo(OK);
        }
    }

    @Test
    void itPassesOnAtOnce() throws Exception {
        rig.upstream.script(connection -> {
            connection.write("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
            connection.readText(1);
        });
        try (RawClient client = rig.connect().send(GET)) {
            assertThat(client.readHead()).startsWith("HTTP/1.1 103 ");
        }
    }

    @Test
    void itPassesOnToHttp2() {
        rig.upstream.script(answer("HTTP/1.1 103 A\r\nLink: </a>\r\n\r\nHTTP/1.1 102 B\r\n\r\n" + OK));
        try (RawHttp2 client = new RawHttp2(rig.connect())) {
            for (int stream = 1; stream < 6; stream += 2) {
                client.sendRequest(stream, true, "GET");
                assertThat(client.readStatus()).isEqualTo(103);
                assertThat(client.readStatus()).isEqualTo(102);
                assertThat(client.readStatus()).isEqualTo(200);
            }
        }
    }

    @Test
    void aClientOfHttp10DoesNotGetIt() {
        rig.upstream.script(answer("HTTP/1.1 103 A\r\nLink: </a>\r\n\r\n" + OK));
        try (RawClient client = rig.connect().send("GET / HTTP/1.0\r\n\r\n")) {
            assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
        }
    }

    /** Whoever has not asked whether to continue has nothing of being told so. */
    @Test
    void aContinueThatNobodyWaitsForEndsHere() {
        rig.upstream.script(answer("HTTP/1.1 100 Continue\r\n\r\n" + OK));
        try (RawClient client = rig.connect()) {
            for (int i = 0; i < 3; i++) {
                assertThat(client.send(GET).readHead()).isEqualTo(OK);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 103 A\r\nLink: </a>\r\n\r\n",
                "HTTP/1.1 103 A\r\nLink: </a>\r\n\r\nHTTP/1.1 2",
                "HTTP/1.1 103 A\r\nLink: </a>\r\n\r\nHTTP/1.1 103 B\r\nLink",
                "HTTP/1.1 103 A\r\nLink: </a>\r\n\r\nnonsense\r\n\r\n"
            })
    void anUpstreamThatFailsAfterItIsABadGateway(String bytes) {
        rig.upstream.script(answer(bytes).then(hangUp()));
        try (RawClient client = rig.connect().send(GET)) {
            assertThat(client.readHead()).startsWith("HTTP/1.1 103 ");
            assertThat(client.read().status()).isEqualTo(502);
        }
    }

    @Test
    void aSwitchOfProtocolsThatNobodyOfferedIsABadGateway() {
        rig.upstream.script(answer(
                "HTTP/1.1 103 A\r\n\r\nHTTP/1.1 101 Switching\r\nUpgrade: x\r\n" + "Connection: Upgrade\r\n\r\n"));
        try (RawClient client = rig.connect().send(GET)) {
            assertThat(client.readHead()).startsWith("HTTP/1.1 103 ");
            assertThat(client.read().status()).isEqualTo(502);
        }
    }
}
