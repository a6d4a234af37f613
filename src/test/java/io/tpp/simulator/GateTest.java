package io.tpp.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GateTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

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
    void heldRequestsGoOneByOneInOrderOrAllAtOnce() throws Exception {
        simulator.hold();
        CompletableFuture<HttpResponse<String>> first = client.executeLater(token, "1");
        simulator.awaitHeld(1, LIMIT);
        CompletableFuture<HttpResponse<String>> second = client.executeLater(token, "2");
        simulator.awaitHeld(2, LIMIT);
        CompletableFuture<HttpResponse<String>> third = client.executeLater(token, "3");
        simulator.awaitHeld(3, LIMIT);

        assertThat(simulator.releaseOne()).isTrue();
        assertThat(first.get(10, TimeUnit.SECONDS).body()).contains("[1]");
        assertThat(second).isNotDone();
        simulator.release();
        assertThat(second.get(10, TimeUnit.SECONDS).body()).contains("[2]");
        assertThat(third.get(10, TimeUnit.SECONDS).body()).contains("[3]");
        assertThat(simulator.releaseOne()).isFalse();
        assertThat(client.execute(token, "4").path("result").path(0).asInt()).isEqualTo(4);
    }

    @Test
    void aRequestThatIsAnsweredIsOverBeforeItsClientKnows() throws Exception {
        for (int i = 0; i < 200; i++) {
            client.execute(token, "1");
            assertThat(simulator.inFlight()).isZero();
            assertThat(simulator.requests()).hasSize(i + 2);
        }
    }

    @Test
    void aHeldRequestWhoseClientResetsIsAborted() throws Exception {
        simulator.hold();
        try (RawClient raw = new RawClient(simulator)) {
            raw.send(RawClient.executeRequest(token, "1"));
            simulator.awaitHeld(1, LIMIT);
            raw.reset();
            simulator.awaitAborted(1, LIMIT);
        }

        assertThat(simulator.inFlight()).isZero();
        assertThat(simulator.releaseOne()).isFalse();
        assertThat(simulator.requests()).last().matches(SeenRequest::aborted);
    }

    @Test
    void aSleepingScriptWhoseClientClosesIsAbortedAndFreesItsWorker() throws Exception {
        simulator.quirks(Quirks.documented().withWebWorkers(1));
        try (RawClient raw = new RawClient(simulator)) {
            raw.send(RawClient.executeRequest(token, "sleep(600000)"));
            simulator.awaitInFlight(1, LIMIT);
        }
        simulator.awaitAborted(1, LIMIT);

        assertThat(client.execute(token, "1").path("code").asText()).isEqualTo("0");
    }

    @Test
    void aWaiterForTheWorkerThatLeavesIsPassedOver() throws Exception {
        simulator.quirks(Quirks.documented().withWebWorkers(1));
        CompletableFuture<HttpResponse<String>> first = client.executeLater(token, "gate(\"g\")");
        simulator.awaitAtGate("g", 1, LIMIT);
        try (RawClient leaver = new RawClient(simulator)) {
            leaver.send(RawClient.executeRequest(token, "1"));
            simulator.awaitInFlight(2, LIMIT);
        }
        simulator.awaitAborted(1, LIMIT);
        CompletableFuture<HttpResponse<String>> last = client.executeLater(token, "3");
        simulator.awaitInFlight(2, LIMIT);
        simulator.gate("g").open();

        assertThat(first.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        assertThat(last.get(10, TimeUnit.SECONDS).body()).contains("[3]");
    }

    @Test
    void waitingForWhatDoesNotComeEndsWithTheState() {
        assertThatThrownBy(() -> simulator.awaitInFlight(2, Duration.ofMillis(20)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("expected 2 requests under way within PT0.02S, but 0 are under way and 0 were aborted");
    }
}
