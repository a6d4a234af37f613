package io.tpp;

import static io.tpp.testing.ScriptedUpstream.answer;
import static io.tpp.testing.ScriptedUpstream.hangUp;
import static io.tpp.testing.ScriptedUpstream.ok;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tpp.testing.Memory;
import io.tpp.testing.RawClient;
import io.tpp.testing.ScriptedUpstream.Script;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What TPP holds of requests that were answered, while their clients' connections are idle: there may be thousands. */
class IdleMemoryTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: tpp\r\nX-Asked: x\r\n\r\n";
    private static final String POST = "POST / HTTP/1.1\r\nHost: tpp\r\nContent-Length: 3\r\n\r\nabc";
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @Test
    void nothingOfTheRequestWhileTheConnectionToTheUpstreamIsKept() throws Exception {
        assertNothingIsHeld("io.tpp.proxy.Exchange", ok("fine"));
    }

    @Test
    void nothingOfAConnectionThatTheUpstreamHasEnded() throws Exception {
        Script last = answer("HTTP/1.1 200 OK\r\nX-Answered: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        assertNothingIsHeld("io.tpp.proxy.UpstreamConnection", last.then(hangUp()));
    }

    @Test
    void norOfOneThatAskedForAnotherProtocol() throws Exception {
        Script other = answer("HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\n"
                + "Connection: upgrade, close\r\nUpgrade: other\r\n\r\n");
        String offer = "GET / HTTP/1.1\r\nHost: tpp\r\nConnection: upgrade\r\nUpgrade: one\r\n\r\n";
        assertNothingIsHeld("io.tpp.proxy.UpstreamConnection", other.then(hangUp()), offer, offer, 426);
    }

    private static void assertNothingIsHeld(String type, Script script) throws Exception {
        assertNothingIsHeld(type, script, GET, POST, 200);
    }

    private static void assertNothingIsHeld(String type, Script script, String first, String second, int status)
            throws Exception {
        long before = Memory.instances(type);
        try (ScriptedRig rig = ScriptedRig.start(script);
                RawClient one = rig.connect();
                RawClient two = rig.connect()) {
            assertThat(one.send(first).read().status()).isEqualTo(status);
            assertThat(two.send(second).read().status()).isEqualTo(status);
            await().atMost(LIMIT).untilAsserted(() -> {
                // A selector remembers the socket that it found ready last: the client's then.
                one.send("G");
                two.send("G");
                assertThat(Memory.instances(type)).isLessThanOrEqualTo(before);
            });
        }
    }
}
