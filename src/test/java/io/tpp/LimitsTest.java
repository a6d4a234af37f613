package io.tpp;

import static io.tpp.testing.RawHttp2.DATA;
import static io.tpp.testing.RawHttp2.END_HEADERS;
import static io.tpp.testing.RawHttp2.END_STREAM;
import static io.tpp.testing.RawHttp2.HEADERS;
import static io.tpp.testing.RawHttp2.field;
import static io.tpp.testing.RawHttp2.frame;
import static io.tpp.testing.RawHttp2.request;
import static io.tpp.testing.ScriptedUpstream.ok;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tpp.testing.RawClient;
import io.tpp.testing.RawClient.Response;
import io.tpp.testing.RawHttp2;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is too large is answered so, to the byte, and not passed on. */
class LimitsTest {
    private static final int TARGET = 300;
    private static final int HEADER = 400;
    private static final int BODY = 100_000;

    private static ScriptedRig rig;
    private final BlockingQueue<Integer> bodies = new LinkedBlockingQueue<>();

    @BeforeAll
    static void start() throws Exception {
        rig = ScriptedRig.start(
                ok(""),
                "TPP_CLIENT_MAX_TARGET_BYTES",
                String.valueOf(TARGET),
                "TPP_CLIENT_MAX_HEADER_BYTES",
                String.valueOf(HEADER),
                "TPP_CLIENT_MAX_BODY_BYTES",
                String.valueOf(BODY));
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    @BeforeEach
    void forget() {
        rig.forget();
        rig.upstream.script(connection -> {
            bodies.add(connection.readBody().length());
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        });
    }

    private static void assertRefused(RawClient client, int status, String key) {
        Response response = client.read();
        assertThat(response.status()).isEqualTo(status);
        assertThat(response.body())
                .startsWith("{\"session\":\"\"")
                .contains("TPP: ")
                .contains(key);
        assertThat(client.isClosedByPeer()).isTrue();
        assertThat(rig.upstream.headsLeft()).isZero();
    }

    private static String target(int length) {
        return "/" + "t".repeat(length - 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {TARGET + 1, TARGET + HEADER, 2_000, 3_000, 100_000})
    void aLongTargetIs414WhateverElseThereIs(int length) {
        for (String lines : new String[] {"", "X-Long: " + "x".repeat(HEADER) + "\r\n", "Bad Name: 1\r\n"}) {
            try (RawClient client = rig.connect()) {
                client.send("GET " + target(length) + " HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n");
                assertRefused(client, 414, "");
            }
        }
    }

    @Test
    void aTargetOfTheLimitPasses() throws Exception {
        assertThat(rig.forwarded("GET " + target(TARGET) + " HTTP/1.1\r\nHost: a\r\n\r\n"))
                .contains("t HTTP/1.1");
    }

    @ParameterizedTest
    @ValueSource(ints = {HEADER + 1, 1_000, 2_000, 20_000})
    void aLargeHeaderIs431(int size) {
        try (RawClient client = rig.connect().send(withHeader(size))) {
            assertRefused(client, 431, "");
        }
    }

    @Test
    void manySmallHeadersAreALargeOne() {
        try (RawClient client = rig.connect()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n" + "X: 1\r\n".repeat(HEADER / 6 + 1) + "\r\n");
            assertRefused(client, 431, "");
        }
    }

    @Test
    void aHeaderOfTheLimitPassesBesideATargetOfTheLimit() throws Exception {
        assertThat(rig.forwarded(withHeader(HEADER).replace("GET / ", "GET " + target(TARGET) + " ")))
                .contains("\r\nX-Long: x");
    }

    /** Returns a request whose header lines are so large together. */
    private static String withHeader(int size) {
        String others = "Host: a\r\nX-Long: \r\n";
        return "GET / HTTP/1.1\r\nHost: a\r\nX-Long: " + "x".repeat(size - others.length()) + "\r\n\r\n";
    }

    @Test
    void aBodyOfTheLimitPasses() throws Exception {
        try (RawClient client = rig.connect()) {
            client.send(post("Content-Length: " + BODY) + "b".repeat(BODY));
            assertThat(client.read().status()).isEqualTo(200);
            client.send(post("Transfer-Encoding: chunked") + chunks(BODY));
            assertThat(client.read().status()).isEqualTo(200);
        }
        assertThat(bodies).containsExactly(BODY, BODY);
    }

    @ParameterizedTest
    @CsvSource({"100001", "3000000000", "999999999999999"})
    void aBodyThatSaysItIsTooLongIs413AtOnce(String length) {
        try (RawClient client = rig.connect().send(post("Expect: 100-continue\r\nContent-Length: " + length))) {
            assertRefused(client, 413, "client.max_body_bytes 100000");
        }
        assertThat(rig.server.tpp().snapshot().inUse()).isZero();
    }

    @Test
    void aBodyThatTurnsOutToBeTooLongIs413AndNeverWholeForTheUpstream() {
        try (RawClient client = rig.connect()) {
            client.send(post("Transfer-Encoding: chunked") + chunks(BODY + 1));
            Response response = client.read();
            assertThat(response.status()).isEqualTo(413);
            assertThat(response.body()).contains("client.max_body_bytes 100000");
            assertThat(client.isClosedByPeer()).isTrue();
        }
        await().until(() -> rig.server.tpp().snapshot().inUse() == 0);
        assertThat(bodies).isEmpty();
    }

    private static String post(String lines) {
        return "POST / HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n\r\n";
    }

    private static String chunks(int length) {
        StringBuilder chunks = new StringBuilder();
        for (int left = length; left > 0; left -= 10_000) {
            int size = Math.min(left, 10_000);
            chunks.append(Integer.toHexString(size))
                    .append("\r\n")
                    .append("b".repeat(size))
                    .append("\r\n");
        }
        return chunks + "0\r\n\r\n";
    }

    // The same in HTTP/2

    @ParameterizedTest
    @CsvSource({"301, 414", "700, 414", "1500, 414", "300, 200"})
    void theTargetIsLimitedInHttp2(int length, int status) throws Exception {
        try (RawHttp2 client = new RawHttp2(rig.connect())) {
            assertThat(client.get(1, request("GET", target(length))).status(1)).isEqualTo(status);
        }
    }

    @ParameterizedTest
    @CsvSource({"500, 431", "1300, 431", "300, 200"})
    void theHeaderIsLimitedInHttp2(int length, int status) throws Exception {
        try (RawHttp2 client = new RawHttp2(rig.connect())) {
            assertThat(client.get(1, request("GET", "/") + field("x-long", "x".repeat(length)))
                            .status(1))
                    .isEqualTo(status);
            assertThat(client.get(3, request("GET", "/")).status(3)).isEqualTo(200);
        }
    }

    @Test
    void theBodyIsLimitedInHttp2() throws Exception {
        try (RawHttp2 client = new RawHttp2(rig.connect())) {
            String tooLong = request("POST", "/") + field("content-length", String.valueOf(BODY + 1));
            client.send(frame(HEADERS, END_HEADERS, 1, tooLong));
            assertThat(client.status(1)).isEqualTo(413);
            client.send(frame(HEADERS, END_HEADERS, 3, request("POST", "/")));
            for (int i = 0; i < BODY / 10_000; i++) {
                client.send(frame(DATA, 0, 3, "b".repeat(10_000)));
            }
            assertThat(rig.upstream.takeHead()).startsWith("POST / ");
            client.send(frame(DATA, END_STREAM, 3, "b"));
            assertThat(client.status(3)).isEqualTo(413);
        }
        await().until(() -> rig.server.tpp().snapshot().inUse() == 0);
        assertThat(bodies).isEmpty();
    }
}
