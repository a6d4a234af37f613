package io.tpp.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionsTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final String PAGE = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    private static final String PAGE_END = "</html>\n";

    private final DolphinDbSimulator simulator = DolphinDbSimulator.start();
    private final TestClient client = new TestClient(simulator);

    @AfterEach
    void close() {
        simulator.close();
    }

    @Test
    void aConnectionServesManyRequestsAlsoPipelined() throws Exception {
        try (RawClient raw = new RawClient(simulator)) {
            raw.send(PAGE + PAGE);
            raw.readUntil(PAGE_END);
            raw.readUntil(PAGE_END);
            raw.send(PAGE).readUntil(PAGE_END);
        }

        assertThat(simulator.requests()).extracting(SeenRequest::connection).containsExactly(1L, 1L, 1L);
        await().atMost(LIMIT).until(() -> simulator.openConnections() == 0);
    }

    @Test
    void aConnectionEndsWhenTheClientAsksForIt() throws Exception {
        try (RawClient raw = new RawClient(simulator)) {
            raw.send("GET / HTTP/1.1\r\nConnection: close\r\n\r\n");

            assertThat(raw.readAll()).endsWith(PAGE_END);
        }
    }

    @Test
    void aConnectionOverTheLimitIsAcceptedAndClosed() throws Exception {
        simulator.quirks(Quirks.documented().withMaxConnections(1));
        try (RawClient first = new RawClient(simulator)) {
            first.send(PAGE).readUntil(PAGE_END);
            try (RawClient second = new RawClient(simulator)) {
                assertThat(second.readAll()).isEmpty();
            }
            first.send(PAGE).readUntil(PAGE_END);
        }
    }

    @Test
    void aConnectionCanEndSilentlyAfterSomeAnswers() throws Exception {
        simulator.quirks(Quirks.documented().withRequestsPerConnection(2));
        try (RawClient raw = new RawClient(simulator)) {
            raw.send(PAGE);
            raw.readUntil(PAGE_END);
            raw.send(PAGE);

            assertThat(raw.readAll()).endsWith(PAGE_END).doesNotContain("Connection");
        }
    }

    @Test
    void aRestartDropsEverythingAndComesBackOnTheSamePort() throws Exception {
        client.login();
        int port = simulator.port();
        try (RawClient raw = new RawClient(simulator)) {
            raw.send(PAGE).readUntil(PAGE_END);
            simulator.goDown();
            assertThatThrownBy(raw::readAll).isInstanceOf(IOException.class);
        }
        assertThatThrownBy(() -> new RawClient(simulator)).isInstanceOf(IOException.class);
        assertThat(simulator.tokensLive()).isZero();
        simulator.comeBack();

        assertThat(simulator.port()).isEqualTo(port);
        assertThat(new TestClient(simulator).get("/").statusCode()).isEqualTo(200);
    }

    @Test
    void aRestartEndsByItself() throws Exception {
        simulator.restart(Duration.ofMillis(50));

        await().atMost(LIMIT).ignoreExceptions().until(() -> client.get("/").statusCode() == 200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense\r\n\r\n",
                "GET / HTTP/2.0\r\n\r\n",
                "GET / HTTP/1.1\r\nbad name: x\r\n\r\n",
                "GET / HTTP/1.1\nHost: x\n\n",
                "POST /sink HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
                "POST /sink HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
                "POST /sink HTTP/1.1\r\nContent-Length: +1\r\n\r\n",
                "POST /sink HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                "POST /sink HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n"
            })
    void whatIsNoProperRequestIsRefusedAndNoticed(String bytes) throws Exception {
        try (RawClient raw = new RawClient(simulator)) {
            raw.send(bytes);

            assertThat(raw.readUntil("\r\n")).startsWith("HTTP/1.1 400");
        }
        assertThat(simulator.violations()).singleElement().asString().startsWith("MALFORMED_REQUEST: ");
    }

    @Test
    void aBodyIsAskedForWhenTheClientWaitsForThat() throws Exception {
        try (RawClient raw = new RawClient(simulator)) {
            raw.send("POST /sink HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
            assertThat(raw.readUntil("\r\n\r\n")).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            raw.send("abc");

            assertThat(raw.readUntil("}")).contains("\"bytes\":3");
        }
    }

    @Test
    void twoSimulatorsGiveDifferentTokens() throws Exception {
        try (DolphinDbSimulator other = DolphinDbSimulator.start()) {
            assertThat(new TestClient(other).login().equals(client.login())).isFalse();
        }
    }
}
