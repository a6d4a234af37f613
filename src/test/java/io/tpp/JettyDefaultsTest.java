package io.tpp;

import static io.tpp.testing.ScriptedUpstream.ok;
import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.testing.RawClient;
import io.tpp.testing.ScriptedUpstream.Script;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Limits that a proxy of Jetty has if nobody sets others; none of them is one of TPP's. */
class JettyDefaultsTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** Jetty's client has 64 connections to one server. */
    private static final int REQUESTS = 70;

    /** After 30 s without a byte Jetty ends the connections of its client and of its server. */
    private static final int SILENT_SECONDS = 34;

    @Test
    void asManyRequestsRunAtOnceAsThereAreTokens() throws Exception {
        try (Rig rig = Rig.start(REQUESTS)) {
            rig.simulator.hold();
            List<RawClient> clients = Stream.generate(
                            () -> RawClient.connect(rig.port(), LIMIT).sendScript("1"))
                    .limit(REQUESTS)
                    .toList();
            rig.simulator.awaitHeld(REQUESTS, LIMIT);
            rig.simulator.release();
            for (RawClient client : clients) {
                assertThat(client.read().status()).isEqualTo(200);
                client.close();
            }
        }
    }

    @Test
    @Tag("soak")
    void anAnswerMayBeginAfterALongSilence() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        Script silent = connection -> {
            connection.readBody();
            assertThat(never.await(SILENT_SECONDS, TimeUnit.SECONDS)).isFalse();
        };
        try (ScriptedRig rig = ScriptedRig.start(silent.then(ok("late")));
                RawClient client = RawClient.connect(rig.server.clientPort(), LIMIT)) {
            assertThat(client.execute("1").body()).isEqualTo("late");
        }
    }
}
