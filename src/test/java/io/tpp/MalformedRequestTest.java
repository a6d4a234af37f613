package io.tpp;

import static io.tpp.testing.ScriptedUpstream.ok;
import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.testing.RawClient;
import io.tpp.testing.RawClient.Response;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that are no proper HTTP, or could be read in two ways, are answered and never passed on. */
class MalformedRequestTest {
    private static ScriptedRig rig;

    @BeforeAll
    static void start() throws Exception {
        rig = ScriptedRig.start(ok(""));
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    static Stream<Arguments> malformed() {
        return Stream.of(
                Arguments.of("no HTTP", 400, "this is not HTTP\r\n\r\n"),
                Arguments.of("no Host", 400, "GET / HTTP/1.1\r\n\r\n"),
                Arguments.of("two Hosts", 400, "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
                Arguments.of(
                        "a quote in Connection",
                        400,
                        "GET / HTTP/1.1\r\nHost: a\r\nConnection: keep\"alive, x\r\n\r\n"),
                Arguments.of(
                        "a quoted name in Connection", 400, "GET / HTTP/1.1\r\nHost: a\r\nConnection: \"x\"\r\n\r\n"),
                Arguments.of("two lengths", 400, post("Content-Length: 2\r\nContent-Length: 3")),
                Arguments.of("length and chunks", 400, post("Content-Length: 2\r\nTransfer-Encoding: chunked")),
                Arguments.of("a bad length", 400, post("Content-Length: 2x")),
                Arguments.of("a negative length", 400, post("Content-Length: -2")),
                Arguments.of("an unknown coding", 400, post("Transfer-Encoding: chunked, gzip")),
                Arguments.of("a space before the colon", 400, post("X-Name : 1")),
                Arguments.of("a folded line", 400, post("X-Name: 1\r\n 2")),
                Arguments.of("a null byte", 400, post("X-Name: 1\u00002")),
                Arguments.of("a lone line feed", 400, "GET / HTTP/1.1\nHost: a\r\n\r\n"),
                Arguments.of("a lone line feed in the head", 400, "GET / HTTP/1.1\r\nHost: a\nX-Name: 1\r\n\r\n"),
                Arguments.of("a lone line feed at the end", 400, "GET / HTTP/1.1\r\nHost: a\r\n\n"),
                Arguments.of("a lone carriage return", 400, "GET / HTTP/1.1\r\nHost: a\r\nX-Name: 1\r2\r\n\r\n"),
                Arguments.of("a signed length", 400, post("Content-Length: +2")),
                Arguments.of("two equal lengths in one line", 400, post("Content-Length: 2, 2")),
                Arguments.of("a coding that is not chunked", 400, post("Transfer-Encoding: gzip")),
                Arguments.of("a coding in disguise", 400, post("Transfer-Encoding: xchunked")),
                Arguments.of(
                        "chunks in HTTP/1.0",
                        400,
                        "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"),
                Arguments.of("another scheme", 400, "GET ttp://a/b HTTP/1.1\r\nHost: a\r\n\r\n"),
                Arguments.of("a scheme of files", 400, "GET ftp://a/b HTTP/1.1\r\nHost: a\r\n\r\n"),
                Arguments.of("a scheme of tunnels", 400, "GET ws://a/b HTTP/1.1\r\nHost: a\r\n\r\n"),
                Arguments.of("a scheme without a path", 400, "GET mailto:a HTTP/1.1\r\nHost: a\r\n\r\n"),
                Arguments.of("an address without a host", 400, "GET http:/b HTTP/1.1\r\nHost: a\r\n\r\n"),
                Arguments.of("an address with an empty host", 400, "GET HTTPS:///b HTTP/1.1\r\nHost: a\r\n\r\n"),
                Arguments.of("a user in the target", 400, "GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n"),
                Arguments.of("another port in the target", 400, "GET http://a:81/ HTTP/1.1\r\nHost: a\r\n\r\n"),
                Arguments.of("two authorities", 400, "GET http://a/ HTTP/1.1\r\nHost: b\r\n\r\n"),
                Arguments.of("a fragment", 400, "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n"),
                Arguments.of("a newer HTTP", 505, "GET / HTTP/3.0\r\nHost: a\r\n\r\n"),
                Arguments.of("a fragment behind a query", 400, "GET /a?b#c HTTP/1.1\r\nHost: a\r\n\r\n"),
                Arguments.of("an empty Host", 400, "GET / HTTP/1.1\r\nHost:\r\n\r\n"),
                Arguments.of("a blank in the Host", 400, "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"),
                Arguments.of("a path in the Host", 400, "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"),
                Arguments.of("a user in the Host", 400, "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n"),
                Arguments.of("a bad port in the Host", 400, "GET / HTTP/1.1\r\nHost: a:b\r\n\r\n"),
                Arguments.of("a list of Hosts", 400, "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n"),
                Arguments.of("two equal Hosts", 400, "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"),
                Arguments.of("an authority without a Host", 400, "GET http://a/ HTTP/1.1\r\n\r\n"),
                Arguments.of("two equal lengths", 400, post("Content-Length: 2\r\nContent-Length: 2")),
                Arguments.of("an empty length", 400, post("Content-Length:")),
                Arguments.of("a huge length", 400, post("Content-Length: 99999999999999999999")),
                Arguments.of("a length in hexadecimal", 400, post("Content-Length: 0x2")),
                Arguments.of("a length with a blank", 400, post("Content-Length: 2 2")),
                Arguments.of("an empty coding", 400, post("Transfer-Encoding:")),
                Arguments.of("chunked twice", 400, post("Transfer-Encoding: chunked, chunked")),
                Arguments.of(
                        "chunked in two lines", 400, post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked")),
                Arguments.of(
                        "another coding in a line before chunked",
                        400,
                        post("Transfer-Encoding: xchunked\r\nTransfer-Encoding: chunked")),
                Arguments.of(
                        "bytes that are no UTF-8 in the target", 400, "GET /\u0080?\u00ff HTTP/1.1\r\nHost: a\r\n\r\n"),
                Arguments.of("a quoted coding", 400, post("Transfer-Encoding: \"chunked\"")),
                Arguments.of("a coding with a parameter", 400, post("Transfer-Encoding: chunked;q=1")),
                Arguments.of("a coding before chunked", 400, post("Transfer-Encoding: gzip, chunked")),
                Arguments.of("identity", 400, post("Transfer-Encoding: identity")),
                Arguments.of("a coding behind a tab", 400, post("Transfer-Encoding:\u000bchunked")),
                Arguments.of("a folded coding", 400, post("Transfer-Encoding:\r\n chunked")),
                Arguments.of(
                        "a length in HTTP/1.0 beside chunks",
                        400,
                        "POST / HTTP/1.0\r\nContent-Length: 2\r\n"
                                + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"),
                Arguments.of("a blank before the first line", 400, " GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
                Arguments.of("a tab in the first line", 400, "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n"),
                Arguments.of("a blank behind the version", 400, "GET / HTTP/1.1 \r\nHost: a\r\n\r\n"),
                Arguments.of("a blank in the target", 400, "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n"),
                Arguments.of("a control character in the target", 400, "GET /\u0001 HTTP/1.1\r\nHost: a\r\n\r\n"),
                Arguments.of("HTTP/0.9", 505, "GET /\r\n\r\n"),
                Arguments.of("a version with more digits", 505, "GET / HTTP/1.10\r\nHost: a\r\n\r\n"),
                Arguments.of("no method", 505, "/ HTTP/1.1\r\nHost: a\r\n\r\n"),
                Arguments.of("a method that is no token", 400, "G(T / HTTP/1.1\r\nHost: a\r\n\r\n"),
                Arguments.of("a target that is a star", 400, "GET * HTTP/1.1\r\nHost: a\r\n\r\n"),
                Arguments.of("a target without a slash", 400, "GET a HTTP/1.1\r\nHost: a\r\n\r\n"),
                Arguments.of("a folded first header", 400, "GET / HTTP/1.1\r\n Host: a\r\n\r\n"),
                Arguments.of("a line without a colon", 400, post("X-Name")),
                Arguments.of("a header without a name", 400, post(": 1")),
                Arguments.of("a name that is no token", 400, post("X(Name: 1")),
                Arguments.of("a null byte in a name", 400, post("X\u0000Name: 1")),
                Arguments.of("a control character in a value", 400, post("X-Name: 1\u00012")),
                Arguments.of("a name beyond ASCII", 400, post("X-N\u00e4me: 1")),
                Arguments.of("a bad escape in the path", 400, "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n"),
                Arguments.of("a large head", 431, post("X-Large: " + "x".repeat(20_000))));
    }

    private static String post(String lines) {
        return "POST / HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n\r\n{}";
    }

    @BeforeEach
    void forget() {
        rig.forget();
    }

    /** RFC 9112 §3 allows it. */
    @ParameterizedTest
    @ValueSource(strings = {"GET  /a HTTP/1.1", "GET /a  HTTP/1.1", "GET /a http/1.1", "\r\nGET /a HTTP/1.1"})
    void aFirstLineThatIsUnderstoodAllTheSameIsWrittenAnew(String line) throws Exception {
        assertThat(rig.forwarded(line + "\r\nHost: a\r\n\r\n")).startsWith("GET /a HTTP/1.1\r\nHost: ");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformed")
    void itIsAnsweredInTheEnvelopeAndTheConnectionCloses(String name, int status, String request) {
        try (RawClient client = rig.connect().send(request)) {
            Response response = client.read();
            assertThat(response.status()).isEqualTo(status);
            assertThat(response.headers())
                    .containsEntry("content-type", "application/json")
                    .containsEntry("connection", "close");
            assertThat(response.body())
                    .startsWith("{\"session\":\"\",\"user\":\"\",\"code\":\"1\",\"message\":\"TPP: ")
                    .endsWith("\",\"result\":[]}");
            assertThat(client.isClosedByPeer()).isTrue();
        }
        assertThat(rig.upstream.headsLeft()).isZero();
        assertThat(rig.server.tpp().snapshot().inUse()).isZero();
    }
}
