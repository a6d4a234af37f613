package io.tpp.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultsTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration FOR_EVER = Duration.ofDays(1);

    private final DolphinDbSimulator simulator = DolphinDbSimulator.start();
    private RawClient raw;

    FaultsTest() throws IOException {
        raw = new RawClient(simulator);
    }

    @BeforeEach
    void tolerate() {
        simulator.tolerate(Violation.UNKNOWN_TOKEN);
    }

    @AfterEach
    void close() throws IOException {
        raw.close();
        simulator.close();
        assertThat(simulator.violations()).isEmpty();
    }

    private RawClient execute(Fault fault) throws IOException {
        simulator.faults().once("/api/execute", fault);
        return raw.send(RawClient.executeRequest("Bearer abc", "1+2"));
    }

    @Test
    void aSlowHeadComesInTheEnd() throws Exception {
        assertThat(execute(Fault.slowHead(Duration.ofMillis(40))).readUntil("}"))
                .startsWith("HTTP/1.1 200")
                .contains("[3]");
    }

    @Test
    void aStalledAnswerSaysNothingUntilItsClientLeaves() throws Exception {
        execute(Fault.stalledAnswer(FOR_EVER));
        simulator.awaitInFlight(1, LIMIT);
        raw.close();

        simulator.awaitAborted(1, LIMIT);
        assertThat(simulator.inFlight()).isZero();
    }

    @Test
    void aStalledBodyStopsInTheMiddle() throws Exception {
        assertThat(execute(Fault.stalledBody(5, FOR_EVER)).readUntil("\r\n\r\n{\"ses"))
                .startsWith("HTTP/1.1 200");
        assertThat(simulator.inFlight()).isOne();
        raw.reset();

        simulator.awaitAborted(1, LIMIT);
    }

    @Test
    void aStalledBodyCanGoOn() throws Exception {
        assertThat(execute(Fault.stalledBody(5, Duration.ofMillis(20))).readUntil("}"))
                .contains("[3]");
    }

    @Test
    void aCutBodyEndsEarlyInGoodOrder() throws Exception {
        assertThat(execute(Fault.cutBody(5)).readAll()).endsWith("\r\n\r\n{\"ses");
    }

    @Test
    void aResetBodyEndsWithAReset() throws Exception {
        execute(Fault.resetBody(5));

        assertThatThrownBy(raw::readAll).isInstanceOf(IOException.class);
    }

    @Test
    void aResetComesInsteadOfAnAnswer() throws Exception {
        execute(Fault.reset());

        assertThatThrownBy(raw::readAll).isInstanceOf(IOException.class);
        assertThat(simulator.requests()).singleElement().matches(seen -> seen.status() == 0 && !seen.aborted());
    }

    @Test
    void aConnectionEndsInsteadOfAnAnswer() throws Exception {
        assertThat(execute(Fault.closed()).readAll()).isEmpty();
    }

    @Test
    void anInterimAnswerComesFirst() throws Exception {
        execute(Fault.interim(103));

        assertThat(raw.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 103").contains("Link: ");
        assertThat(raw.readUntil("}")).startsWith("HTTP/1.1 200");
    }

    @Test
    void aHeaderCanBeHuge() throws Exception {
        assertThat(execute(Fault.hugeHeader(10_000)).readUntil("\r\n\r\n")).hasSizeGreaterThan(10_000);
    }

    @Test
    void aContentLengthCanBeWrong() throws Exception {
        String answer = execute(Fault.wrongContentLength(7)).readAll();
        String body = answer.substring(answer.indexOf("\r\n\r\n") + 4);

        assertThat(answer).contains("Content-Length: " + (body.length() + 7) + "\r\n");
    }

    @Test
    void anAnswerCanBeNoHttp() throws Exception {
        assertThat(execute(Fault.notHttp()).readAll())
                .doesNotContain("HTTP/1.1")
                .isNotEmpty();
    }

    @Test
    void anAnswerCanComeFromAProxyBetween() throws Exception {
        assertThat(execute(Fault.otherStatus(503)).readUntil("</html>")).startsWith("HTTP/1.1 503");
    }

    @Test
    void aFaultHappensAsOftenAsPlanned() throws Exception {
        simulator.faults().times(2, "/api/execute", Fault.otherStatus(503));
        TestClient client = new TestClient(simulator);

        assertThat(client.tryExecute("Bearer abc", "1").statusCode()).isEqualTo(503);
        assertThat(client.get("/").statusCode()).isEqualTo(200);
        assertThat(client.tryExecute("Bearer abc", "1").statusCode()).isEqualTo(503);
        assertThat(client.tryExecute("Bearer abc", "1").statusCode()).isEqualTo(200);
        simulator.faults().always("/", Fault.otherStatus(502));
        assertThat(client.get("/").statusCode()).isEqualTo(502);
        simulator.faults().clear();
        assertThat(client.get("/").statusCode()).isEqualTo(200);
    }
}
