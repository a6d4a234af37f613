package io.tpp;

import static io.tpp.testing.ScriptedUpstream.answer;
import static io.tpp.testing.ScriptedUpstream.ok;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tpp.simulator.DolphinDbSimulator;
import io.tpp.simulator.Quirks;
import io.tpp.simulator.Quirks.DeadToken;
import io.tpp.simulator.Violation;
import io.tpp.testing.RawClient;
import io.tpp.testing.ScriptedUpstream.Script;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The upstream goes away and comes back, in the large and in the small. */
class RestartTest {
    private static final int CLIENTS = 6;
    private static final int TOKENS = 8;

    private static Rig start(DeadToken behaviour) throws Exception {
        Rig rig = Rig.startUnready(Quirks.documented().withDeadToken(behaviour), TOKENS);
        // What the probes are for.
        rig.simulator.tolerate(Violation.REVOKED_TOKEN, Violation.REFUSED_TOKEN_AGAIN);
        rig.awaitPool(pool -> pool.available() == TOKENS);
        return rig;
    }

    /** Returns when every connection has been closed: what is written to one until then may be read. */
    private static void goDown(Rig rig, boolean tokensSurvive) {
        if (tokensSurvive) {
            rig.simulator.cutOff();
        } else {
            rig.simulator.goDown();
        }
        await().atMost(Duration.ofSeconds(10)).until(() -> rig.simulator.openConnections() == 0);
    }

    // A server that finishes what it has begun, and is away for a while

    @ParameterizedTest
    @CsvSource({
        "UNAUTHORIZED, true",
        "UNAUTHORIZED, false",
        "ERROR_CODE, true",
        "ERROR_CODE, false",
        "GUEST, true",
        "GUEST, false"
    })
    void noClientNoticesARestartButForTheWait(DeadToken behaviour, boolean tokensSurvive) throws Exception {
        try (Rig rig = start(behaviour);
                Load load = Load.start(rig, CLIENTS)) {
            load.awaitMore(100);
            load.whileQuiet(() -> goDown(rig, tokensSurvive));
            rig.awaitWaiting(CLIENTS);
            rig.simulator.comeBack();
            load.awaitMore(300);
            List<String> answers = load.stop();
            assertThat(answers).filteredOn(answer -> !Load.isFine(answer)).isEmpty();
            assertThat(rig.simulator.loginCount()).isLessThanOrEqualTo(tokensSurvive ? TOKENS : 2 * TOKENS);
            assertThat(rig.health("/metrics").body()).containsPattern("replayed_total\\{reason=\"connect\",} [1-9]");
        }
    }

    // One that is back before anybody could notice that it was away

    @Test
    void tokensThatDieUnnoticedAreReplacedUnnoticed() throws Exception {
        try (Rig rig = start(DeadToken.UNAUTHORIZED);
                Load load = Load.start(rig, CLIENTS)) {
            load.awaitMore(100);
            load.whileQuiet(() -> {
                goDown(rig, false);
                rig.simulator.comeBack();
            });
            load.awaitMore(300);
            assertThat(load.stop()).filteredOn(answer -> !Load.isFine(answer)).isEmpty();
            assertThat(rig.simulator.loginCount()).isLessThanOrEqualTo(2 * TOKENS);
        }
    }

    /** An answer as guest cannot be taken back; but each client gets one at most, what was under way at the first. */
    @ParameterizedTest
    @EnumSource(names = {"GUEST", "ERROR_CODE"})
    void withoutA401EachClientGetsAtMostOneAnswerForADeadToken(DeadToken behaviour) throws Exception {
        try (Rig rig = start(behaviour);
                Load load = Load.start(rig, CLIENTS)) {
            load.awaitMore(100);
            load.whileQuiet(() -> {
                goDown(rig, false);
                rig.simulator.comeBack();
            });
            load.awaitMore(300);
            List<String> answers = load.stop();
            List<String> bad =
                    answers.stream().filter(answer -> !Load.isFine(answer)).toList();
            assertThat(bad)
                    .hasSizeBetween(1, CLIENTS)
                    .allMatch(answer -> answer.startsWith("200 ") && answer.contains("\"user\":\"guest\""));
            assertThat(rig.simulator.loginCount()).isLessThanOrEqualTo(2 * TOKENS);
        }
    }

    // One that is cut off in the middle

    /** What was under way may have been executed, and nobody may send it again; all that comes later is served. */
    @Test
    void anAbruptRestartFailsNothingButWhatWasUnderWay() throws Exception {
        try (Rig rig = start(DeadToken.UNAUTHORIZED);
                Load load = Load.start(rig, CLIENTS)) {
            load.awaitMore(100);
            goDown(rig, false);
            load.markUnderWay();
            rig.simulator.comeBack();
            load.awaitMore(300);
            List<String> answers = load.stop();
            assertThat(answers).filteredOn(answer -> !Load.isFine(answer)).hasSizeLessThanOrEqualTo(CLIENTS);
            assertThat(load.failedLater()).isEmpty();
        }
    }

    // Tokens that do not live long

    @Test
    void noRequestIsEverAnsweredAsExpired() throws Exception {
        Duration ttl = Duration.ofSeconds(2);
        try (Rig rig = Rig.startUnready(
                        Quirks.documented().withTokenTtl(ttl).withDeadToken(DeadToken.GUEST),
                        CLIENTS,
                        "TPP_TOKEN_TTL_SECONDS",
                        "2",
                        "TPP_TOKEN_REFRESH_AHEAD_SECONDS",
                        "0.8");
                Load load = Load.start(rig, CLIENTS)) {
            load.runFor(Duration.ofSeconds(6));
            List<String> answers = load.stop();
            assertThat(answers)
                    .hasSizeGreaterThan(100)
                    .filteredOn(answer -> !Load.isFine(answer))
                    .isEmpty();
            assertThat(rig.simulator.loginCount()).isGreaterThan(2 * CLIENTS);
        }
    }

    @Test
    void aServerThatCancelsATokenAtTheNextLoginCausesNoStorm() throws Exception {
        try (Rig rig = Rig.startUnready(
                Quirks.documented().withNewLoginCancellingOlder(true).withDeadToken(DeadToken.UNAUTHORIZED), 3)) {
            // Before the first request, which may come with a cancelled one.
            rig.simulator.tolerate(Violation.REVOKED_TOKEN, Violation.REFUSED_TOKEN_AGAIN);
            try (Load load = Load.start(rig, 3)) {
                load.runFor(Duration.ofSeconds(4));
                load.stop();
            }
            assertThat(rig.simulator.loginCount()).isLessThan(150);
            rig.stopNow();
        }
    }

    // A connection that the upstream has closed

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void aGetIsServedWhateverBecomesOfKeptConnections(int requestsPerConnection) throws Exception {
        DolphinDbSimulator simulator =
                DolphinDbSimulator.start(Quirks.documented().withRequestsPerConnection(requestsPerConnection));
        try (Rig rig = Rig.startUnready(simulator, 1);
                RawClient client = rig.connect()) {
            for (int i = 0; i < 200; i++) {
                assertThat(client.send("GET /echo HTTP/1.1\r\nHost: tpp\r\n\r\n")
                                .read()
                                .status())
                        .isEqualTo(200);
            }
        }
    }

    @Test
    void nothingIsWrittenToAConnectionThatIsClosedAlready() throws Exception {
        Semaphore closed = new Semaphore(0);
        Script closing = answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
                .then(connection -> {
                    connection.close();
                    closed.release();
                });
        try (ScriptedRig rig = ScriptedRig.start(closing);
                RawClient client = rig.connect()) {
            for (int i = 0; i < 500; i++) {
                client.send("POST / HTTP/1.1\r\nHost: tpp\r\nContent-Length: 3\r\n\r\nabc");
                assertThat(closed.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
                assertThat(client.read().status()).as("request %d", i).isEqualTo(200);
            }
        }
    }

    /** It cannot be known whether the upstream executed it. */
    @Test
    void aPostThatMayHaveBeenExecutedIsNotSentAgain() throws Exception {
        try (ScriptedRig rig = ScriptedRig.start(ok("fine"));
                RawClient client = rig.connect()) {
            assertThat(client.send("GET / HTTP/1.1\r\nHost: tpp\r\n\r\n").read().status())
                    .isEqualTo(200);
            rig.upstream.forgetHeads();
            rig.upstream.script(connection -> connection.close());
            assertThat(client.send("POST /x HTTP/1.1\r\nHost: tpp\r\nContent-Length: 3\r\n\r\nabc")
                            .read()
                            .status())
                    .isEqualTo(502);
            rig.upstream.takeHead();
            assertThat(rig.upstream.headsLeft()).isZero();
        }
    }
}
