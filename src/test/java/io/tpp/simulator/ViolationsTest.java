package io.tpp.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ViolationsTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final String CLIENT_A = "for=\"127.0.0.1:1111\"";
    private static final String CLIENT_B = "for=10.0.0.9, for=\"127.0.0.1:2222\";proto=http";

    private final DolphinDbSimulator simulator = DolphinDbSimulator.start();
    private final TestClient client = new TestClient(simulator);
    private String token = "";

    @BeforeEach
    void login() throws Exception {
        token = client.login();
    }

    @AfterEach
    void close() {
        simulator.close();
    }

    @Test
    void oneTokenOnTwoClientConnectionsAtOnceIsNoticed() throws Exception {
        simulator.hold();
        var first = client.executeLater(token, "1", "Forwarded", CLIENT_A);
        simulator.awaitInFlight(1, LIMIT);
        var second = client.executeLater(token, "1", "Forwarded", CLIENT_B);
        simulator.awaitInFlight(2, LIMIT);
        simulator.release();
        first.get(10, TimeUnit.SECONDS);
        second.get(10, TimeUnit.SECONDS);

        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(simulator.violations())
                        .containsExactly("TOKEN_SHARED: token 1 was used at once by client connections"
                                + " 127.0.0.1:1111 and 127.0.0.1:2222"));
        assertThat(simulator.peakConcurrencyPerToken()).containsEntry(1, 2);
    }

    @Test
    void anOverlapThatLastsIsNoticedBeforeItEnds() throws Exception {
        simulator.hold();
        var first = client.executeLater(token, "1", "Forwarded", CLIENT_A);
        simulator.awaitInFlight(1, LIMIT);
        var second = client.executeLater(token, "1", "Forwarded", CLIENT_B);

        await().atMost(LIMIT).until(() -> simulator.violations().size() == 1);
        assertThat(first).isNotDone();
        assertThat(second).isNotDone();
    }

    @Test
    void withoutForwardedTheConnectionItselfCounts() throws Exception {
        simulator.hold();
        try (RawClient a = new RawClient(simulator);
                RawClient b = new RawClient(simulator)) {
            a.send(RawClient.executeRequest(token, "1"));
            simulator.awaitInFlight(1, LIMIT);
            b.send(RawClient.executeRequest(token, "1"));
            simulator.awaitInFlight(2, LIMIT);
            simulator.release();
            a.readUntil("}");
            b.readUntil("}");

            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(simulator.violations())
                            .containsExactly("TOKEN_SHARED: token 1 was used at once by client connections " + a.local()
                                    + " and " + b.local()));
        }
    }

    @Test
    void twoRequestsOfOneClientConnectionAreFine() throws Exception {
        simulator.hold();
        var first = client.executeLater(token, "1", "Forwarded", CLIENT_A);
        var second = client.executeLater(token, "1", "Forwarded", CLIENT_A);
        simulator.awaitInFlight(2, LIMIT);
        simulator.release();
        first.get(10, TimeUnit.SECONDS);
        second.get(10, TimeUnit.SECONDS);

        assertThat(simulator.violations()).isEmpty();
    }

    @Test
    void aTokenMayPassOnWhenItsClientIsGone() throws Exception {
        simulator.hold();
        try (RawClient a = new RawClient(simulator);
                RawClient b = new RawClient(simulator)) {
            a.send(RawClient.executeRequest(token, "1"));
            simulator.awaitInFlight(1, LIMIT);
            // The news of the closed connection may come after the next request.
            b.send(RawClient.executeRequest(token, "1"));
            simulator.awaitInFlight(2, LIMIT);
            a.reset();
            simulator.awaitAborted(1, LIMIT);
            simulator.release();
            b.readUntil("}");
        }

        await().during(TokenUse.GRACE.plusMillis(100))
                .atMost(LIMIT)
                .until(() -> simulator.violations().isEmpty());
    }

    @Test
    void aTokenMayPassOnWhenItsClientLeavesWhileTheAnswerIsOnItsWay() throws Exception {
        simulator.hold();
        try (RawClient a = new RawClient(simulator);
                RawClient b = new RawClient(simulator)) {
            a.send(RawClient.executeRequest(token, "1"));
            simulator.awaitInFlight(1, LIMIT);
            b.send(RawClient.executeRequest(token, "1"));
            simulator.awaitInFlight(2, LIMIT);
            simulator.release();
            a.readUntil("}");
            b.readUntil("}");
            int open = simulator.openConnections();
            a.reset();
            await().atMost(LIMIT).until(() -> simulator.openConnections() < open);
        }

        assertThat(simulator.aborted()).isZero();
        await().during(TokenUse.GRACE.plusMillis(100))
                .atMost(LIMIT)
                .until(() -> simulator.violations().isEmpty());
    }

    @Test
    void aTokenThatMovesFromAnOpenConnectionIsNoticedOnRequest() throws Exception {
        client.execute(token, "1", "Forwarded", CLIENT_A);
        client.execute(token, "1", "Forwarded", CLIENT_B);
        assertThat(simulator.violations()).isEmpty();

        simulator.clientConnectionIsOpen(address -> address.equals("127.0.0.1:2222"));
        client.execute(token, "1", "Forwarded", CLIENT_A);
        client.execute(token, "1", "Forwarded", CLIENT_B);

        assertThat(simulator.violations())
                .containsExactly("TOKEN_MOVED: token 1 was used by client connection 127.0.0.1:1111 while"
                        + " 127.0.0.1:2222, which used it before, was open");
    }

    @Test
    void deadAndUnknownTokensAreToldApart() throws Exception {
        String second = client.login();
        String third = client.login();
        simulator.revokeToken(1);
        simulator.expireToken(2);
        client.execute(token, "1");
        client.execute(token, "1");
        client.execute(second, "1");
        client.execute("Bearer abc", "1");
        simulator.restart(Duration.ZERO);
        // A client without connections from before.
        new TestClient(simulator).execute(third, "1");

        assertThat(simulator.violations())
                .containsExactly(
                        "REVOKED_TOKEN: token 1, which is revoked, came with /api/execute",
                        "REFUSED_TOKEN_AGAIN: token 1, which is revoked, came with /api/execute",
                        "EXPIRED_TOKEN: token 2, which is expired, came with /api/execute",
                        "UNKNOWN_TOKEN: a token that was never given out came with /api/execute",
                        "REVOKED_TOKEN: token 3, which is dropped by a restart, came with /api/execute");
    }

    @Test
    void malformedAndMissingAuthorizationAreNoticedAndCounted() throws Exception {
        client.execute("Bearer a b", "1");
        client.execute("Basic abc", "1");
        client.execute("", "1");
        try (RawClient raw = new RawClient(simulator)) {
            raw.send(RawClient.executeRequest(token, "1", "Authorization: " + token + "\r\n"))
                    .readUntil("}");
        }

        assertThat(simulator.violations())
                .containsExactly(
                        "MALFORMED_AUTHORIZATION: a malformed Authorization came with /api/execute (3 times)",
                        "NO_AUTHORIZATION: no Authorization came with /api/execute");
    }

    @Test
    void aClientsKeyThatComesThroughIsNoticedAndNotShown() throws Exception {
        client.execute(token, "1", "X-API-Key", "a-secret-key");

        assertThat(simulator.violations())
                .containsExactly("API_KEY_LEAKED: an X-API-Key header came with /api/execute");
        assertThat(simulator.requests().toString()).contains("X-API-Key: ****").doesNotContain("a-secret-key");
    }

    @Test
    void aSessionSharedAtOnceIsNotedByQuirk() throws Exception {
        simulator.quirks(Quirks.documented().withSessionClash(Quirks.SessionClash.RECORD));
        String session = client.execute(token, "x=1").path("session").asText();
        var first = client.executeLater(token, "gate(\"g\")", "sessionID", session);
        simulator.awaitAtGate("g", 1, LIMIT);
        client.execute(client.login(), "x", "sessionID", session);
        simulator.gate("g").open();
        first.get(10, TimeUnit.SECONDS);

        assertThat(simulator.violations())
                .containsExactly("SESSION_SHARED: session " + session + " had two requests at once");
    }

    @Test
    void whatIsToleratedIsNoViolation() throws Exception {
        simulator.tolerate(Violation.NO_AUTHORIZATION);
        client.execute("", "1");

        assertThat(simulator.violations()).isEmpty();
    }
}
