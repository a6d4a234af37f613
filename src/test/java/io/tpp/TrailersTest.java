package io.tpp;

import static io.tpp.testing.ScriptedUpstream.answer;
import static io.tpp.testing.ScriptedUpstream.ok;
import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.testing.RawClient;
import io.tpp.testing.RawHttp2;
import io.tpp.testing.ScriptedUpstream.Script;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes behind a body (RFC 9110 §6.5), both ways. */
class TrailersTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: tpp\r\n\r\n";
    private static final String HEAD = "HTTP/1.1 200 OK\r\nTrailer: X-Late\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final String UPLOAD =
            "POST / HTTP/1.1\r\nHost: tpp\r\nTrailer: X-Late\r\nTransfer-Encoding: chunked\r\n\r\n";

    private final BlockingQueue<String> arrived = new LinkedBlockingQueue<>();
    private ScriptedRig rig;

    @BeforeEach
    void start() throws Exception {
        rig = ScriptedRig.start(ok(""));
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    // Of responses

    @ParameterizedTest
    @ValueSource(strings = {"", "3\r\nabc\r\n"})
    void anAnswersTrailersReachTheClient(String chunks) {
        rig.upstream.script(answer(HEAD + chunks + "0\r\nX-Late: 1\r\nx-other: Two, 3\r\n\r\n"));
        try (RawClient client = rig.connect()) {
            for (int i = 0; i < 3; i++) {
                assertThat(client.send(GET).readHead()).isEqualTo(HEAD);
                String rest = chunks + "0\r\nX-Late: 1\r\nx-other: Two, 3\r\n\r\n";
                assertThat(client.readText(rest.length())).isEqualTo(rest);
            }
        }
    }

    @Test
    void anAnswersTrailersReachAClientOfHttp2() {
        rig.upstream.script(answer(HEAD + "3\r\nabc\r\n0\r\nX-Late: 1\r\nSet-Cookie: a=b\r\n\r\n"));
        try (RawHttp2 client = new RawHttp2(rig.connect())) {
            client.sendRequest(1, true, "GET");
            assertThat(client.readStatus()).isEqualTo(200);
            HttpFields trailers = client.readFields();
            assertThat(trailers.get("X-Late")).isEqualTo("1");
            assertThat(trailers.size()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 3",
                "Transfer-Encoding: chunked",
                "Connection: close",
                "Set-Cookie: a=b",
                "WWW-Authenticate: Basic",
                "Location: /elsewhere",
                "Keep-Alive: timeout=5"
            })
    void whatBelongsInTheHeadDoesNotPassBehindTheBody(String line) {
        rig.upstream.script(answer(HEAD + "3\r\nabc\r\n0\r\n" + line + "\r\nX-Late: 1\r\n\r\n"));
        try (RawClient client = rig.connect().send(GET)) {
            assertThat(client.readHead()).isEqualTo(HEAD);
            String rest = "3\r\nabc\r\n0\r\nX-Late: 1\r\n\r\n";
            assertThat(client.readText(rest.length())).isEqualTo(rest);
        }
    }

    @Test
    void trailersThatAreTooLongAreDroppedAndTheBodyIsWhole() {
        String late = "X-Late: " + "x".repeat(10_000) + "\r\n";
        rig.upstream.script(answer(HEAD + "3\r\nabc\r\n0\r\n" + late + "\r\n"));
        try (RawClient client = rig.connect()) {
            for (int i = 0; i < 2; i++) {
                assertThat(client.send(GET).read().body()).isEqualTo("abc");
            }
        }
    }

    @Test
    void aClientOfHttp10GetsTheBodyAlone() {
        rig.upstream.script(answer(HEAD + "3\r\nabc\r\n0\r\nX-Late: 1\r\n\r\n"));
        try (RawClient client = rig.connect().send("GET / HTTP/1.0\r\nTE: trailers\r\n\r\n")) {
            assertThat(client.readHead()).doesNotContainIgnoringCase("trailer");
            assertThat(client.readRest()).isEqualTo("abc");
        }
    }

    // Of requests

    private Script recordingTrailers(String answer) {
        return connection -> {
            arrived.add(connection.readBody());
            arrived.add(connection.trailers());
            connection.write(answer);
        };
    }

    private String arrived() throws InterruptedException {
        return arrived.poll(10, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 300_000})
    void aRequestsTrailersReachTheUpstream(int length) throws Exception {
        rig.upstream.script(recordingTrailers("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
        String chunk = length == 0 ? "" : Integer.toHexString(length) + "\r\n" + "x".repeat(length) + "\r\n";
        try (RawClient client = rig.connect()) {
            for (int i = 0; i < 2; i++) {
                client.send(UPLOAD + chunk + "0\r\nX-Late: 1\r\nx-other: Two, 3\r\n\r\n");
                assertThat(client.read().status()).isEqualTo(200);
                assertThat(arrived()).hasSize(length);
                assertThat(arrived()).isEqualTo("X-Late: 1\r\nx-other: Two, 3\r\n\r\n");
                assertThat(rig.upstream.takeHead()).contains("Trailer: X-Late\r\n");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization: Basic eDp5",
                "Host: elsewhere",
                "Content-Length: 3",
                "Transfer-Encoding: identity",
                "Connection: close",
                "Cookie: a=b",
                "X-Forwarded-For: 10.0.0.1",
                "X-Named: 1"
            })
    void whatATrailerMustNotSayDoesNotPass(String line) throws Exception {
        rig.upstream.script(recordingTrailers("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
        try (RawClient client = rig.connect()) {
            client.send("POST / HTTP/1.1\r\nHost: tpp\r\nConnection: x-named\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "3\r\nabc\r\n0\r\n" + line + "\r\nX-Late: 1\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(200);
            assertThat(arrived()).isEqualTo("abc");
            assertThat(arrived()).isEqualTo("X-Late: 1\r\n\r\n");
        }
    }

    @Test
    void aRequestOfHttp2HasThemToo() throws Exception {
        rig.upstream.script(recordingTrailers("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
        try (RawHttp2 client = new RawHttp2(rig.connect())) {
            client.sendRequest(1, false, "POST", "te", "trailers");
            client.sendData(1, false, "abc");
            client.sendTrailers(1, "x-late", "1", "authorization", "Basic eDp5");
            assertThat(client.readStatus()).isEqualTo(200);
            assertThat(arrived()).isEqualTo("abc");
            assertThat(arrived()).isEqualTo("x-late: 1\r\n\r\n");
            assertThat(rig.upstream.takeHead()).contains("TE: trailers\r\n").contains("Connection: TE\r\n");
        }
    }

    @Test
    void aRequestThatIsSentAgainHasThemAgain() throws Exception {
        rig.upstream.script(connection -> {
            String body = connection.readBody();
            boolean probe = connection.head().startsWith("POST /api/execute ");
            boolean refuse = !probe && arrived.isEmpty();
            if (!probe) {
                arrived.add(body);
                arrived.add(connection.trailers());
            }
            connection.write("HTTP/1.1 " + (refuse ? "401 No" : "200 OK") + "\r\nContent-Length: 0\r\n\r\n");
        });
        try (RawClient client = rig.connect()) {
            client.send(UPLOAD + "3\r\nabc\r\n0\r\nX-Late: 1\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(200);
        }
        for (int i = 0; i < 2; i++) {
            assertThat(arrived()).isEqualTo("abc");
            assertThat(arrived()).isEqualTo("X-Late: 1\r\n\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TE: trailers", "TE: gzip;q=0.5, Trailers", "te: TRAILERS\r\nTE: deflate"})
    void theUpstreamIsToldThatTheClientTakesThem(String line) throws Exception {
        assertThat(rig.forwarded("GET / HTTP/1.1\r\nHost: tpp\r\n" + line + "\r\nConnection: TE\r\n\r\n"))
                .contains("TE: trailers\r\n")
                .contains("Connection: TE\r\n")
                .doesNotContain("gzip")
                .doesNotContain("deflate");
    }

    @Test
    void butNotForAClientOfHttp10() throws Exception {
        assertThat(rig.forwarded("GET / HTTP/1.0\r\nTE: trailers\r\n\r\n")).doesNotContain("TE: ");
    }
}
