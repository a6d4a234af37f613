package io.tpp;

import static io.tpp.testing.ScriptedUpstream.answer;
import static io.tpp.testing.ScriptedUpstream.ok;
import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.testing.RawClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which headers pass, and that they pass as they are, in both directions. */
class HeadersTest {
    private static ScriptedRig rig;

    @BeforeAll
    static void start() throws Exception {
        rig = ScriptedRig.start(ok(""));
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    @BeforeEach
    void restore() {
        rig.upstream.script(ok(""));
        rig.forget();
    }

    /** Returns what the upstream gets of a GET with these header lines. */
    private String forwarded(String... lines) throws InterruptedException {
        return rig.forwarded("GET / HTTP/1.1\r\nHost: tpp\r\n" + block(lines));
    }

    private static String block(String... lines) {
        return lines.length == 0 ? "\r\n" : String.join("\r\n", lines) + "\r\n\r\n";
    }

    // Requests

    @Test
    void aGetGetsHostItsOriginViaAndTheTokenAndNothingElse() throws Exception {
        try (RawClient client = rig.connect().send("GET /a HTTP/1.1\r\nHost: tpp\r\n\r\n")) {
            assertThat(rig.upstream.takeHead().replaceFirst("Value\\d", "Value"))
                    .isEqualTo("GET /a HTTP/1.1\r\nHost: 127.0.0.1:" + rig.upstream.port()
                            + "\r\nX-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Host: tpp\r\nX-Forwarded-Proto: http"
                            + "\r\nForwarded: for=\"127.0.0.1:" + client.localPort()
                            + "\";host=\"tpp\";proto=http\r\nVia: 1.1 tpp"
                            + "\r\nAuthorization: Bearer ScriptedTokenValue==\r\n\r\n");
        }
    }

    @Test
    void aPostGetsNoContentTypeAndKeepsItsLength() throws Exception {
        String head = rig.forwarded("POST /a HTTP/1.1\r\nHost: tpp\r\nContent-Length: 2\r\n\r\n{}");
        assertThat(head.lines().filter(line -> !line.matches("(Host|X-Forwarded-.*|Forwarded|Via|Authorization): .*")))
                .containsExactly("POST /a HTTP/1.1", "Content-Length: 2", "");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Keep-Alive: timeout=5",
                "Proxy-Connection: keep-alive",
                "Proxy-Authorization: Basic eHh4",
                "TE: gzip",
                "TE: deflate;q=0.5, chunked",
                "Trailer: X-Late",
                "Expect: 100-continue"
            })
    void whatIsForTheNextHopOnlyEndsAtTpp(String line) throws Exception {
        assertThat(forwarded(line, "X-Kept: 1")).contains("X-Kept: 1\r\n").doesNotContain(line);
    }

    @Test
    void whatConnectionNamesEndsAtTpp() throws Exception {
        String head = forwarded(
                "X-First: 1", "Connection: x-first , keep-alive,", "X-SECOND: 2", "connection: X-Second", "X-Kept: 3");
        assertThat(head)
                .contains("X-Kept: 3")
                .doesNotContainIgnoringCase("x-first")
                .doesNotContainIgnoringCase("x-second")
                .doesNotContainIgnoringCase("connection:");
    }

    @Test
    void anUpgradeThatConnectionDoesNotNameEndsAtTpp() throws Exception {
        assertThat(forwarded("Connection: keep-alive", "Upgrade: xyz", "X-Kept: 1"))
                .contains("X-Kept: 1\r\n")
                .doesNotContainIgnoringCase("upgrade");
    }

    @Test
    void theClientsOwnAuthorizationNeverPasses() throws Exception {
        String head =
                forwarded("Authorization: Bearer stolen1", "AUTHORIZATION: Basic stolen2", "authorization: stolen3");
        assertThat(head).doesNotContain("stolen").contains("Authorization: Bearer ScriptedTokenValue");
        assertThat(head.split("(?i)\r\nauthorization:", -1)).hasSize(2);
    }

    @Test
    void connectionCannotTakeAwayWhatTppAdds() throws Exception {
        String head = rig.forwarded(
                "POST / HTTP/1.1\r\nHost: tpp\r\n"
                        + "Connection: authorization, host, forwarded, x-forwarded-for, via, content-length\r\nContent-Length: 2\r\n\r\n{}");
        assertThat(head)
                .contains("\r\nAuthorization: Bearer ScriptedTokenValue")
                .contains("\r\nHost: 127.0.0.1:")
                .contains("\r\nForwarded: for=")
                .contains("\r\nX-Forwarded-For: 127.0.0.1\r\n")
                .contains("\r\nVia: 1.1 tpp\r\n")
                .contains("\r\nContent-Length: 2\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Cache-Control: No-CaChE",
                "Accept: TEXT/Html;Q=1.0 ,*/*",
                "Accept-Encoding: GZip;q=1.0 , *;q=0",
                "Content-Type: Text/Plain;Charset=utf-8",
                "User-Agent: curl/8  (two spaces)",
                "X-Latin: caf\u00e9",
                "X-Quoted: \"a, b\";c=\"d\\\"e\"",
                "X-Empty: ",
                "x-odd-CASE: 1",
                "Cookie: a=1; b=\"2,3\"",
                "sessionID: 0",
                "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
            })
    void aRequestHeaderPassesByteForByte(String line) throws Exception {
        assertThat(forwarded(line)).contains("\r\n" + line + "\r\n");
    }

    @Test
    void repeatedRequestHeadersStayRepeatedAndInOrder() throws Exception {
        assertThat(forwarded("X-Many: 2", "Accept: b", "X-Many: 1,3", "Accept: a"))
                .contains("X-Many: 2\r\nAccept: b\r\nX-Many: 1,3\r\nAccept: a\r\n");
    }

    // Responses

    private static String answered(String answer) {
        return rig.answered(answer(answer));
    }

    @Test
    void viaIsAppendedToWhatTheUpstreamSays() {
        assertThat(wholeHead("HTTP/1.1 200 OK\r\nVia: 1.1 a\r\nContent-Length: 0\r\n\r\n"))
                .contains("\r\nVia: 1.1 a\r\nVia: 1.1 tpp\r\n");
        assertThat(wholeHead("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n")).contains("\r\nVia: 1.0 tpp\r\n");
    }

    @Test
    void anAnswerOfTppItselfCameThroughNobody() {
        try (RawClient client = rig.connect().send("TRACE / HTTP/1.1\r\nHost: tpp\r\n\r\n")) {
            assertThat(client.readWholeHead()).startsWith("HTTP/1.1 405 ").doesNotContain("Via");
        }
    }

    private static String wholeHead(String answer) {
        rig.upstream.script(answer(answer));
        try (RawClient client = rig.connect().send("GET / HTTP/1.1\r\nHost: tpp\r\n\r\n")) {
            return client.readWholeHead();
        }
    }

    @Test
    void aResponsesHeadPassesByteForByteAndNothingIsAdded() {
        String head = block(
                "HTTP/1.1 200 OK",
                "Server: DolphinDB",
                "Date: whenever",
                "Set-Cookie: a=1; Path=/,x",
                "Location: /a?x=1,2",
                "X-Json: {\"a\":1,\"b\":[2,3]}",
                "Set-Cookie: b=2;  Secure",
                "cache-control: No-StOrE",
                "Content-Type: Application/JSON; Charset=utf-8",
                "X-Latin: caf\u00e9",
                "Via: 1.1 x",
                "Content-Length: 0");
        assertThat(answered(head).lines().map(HeadersTest::lowerCaseName))
                .containsExactlyElementsOf(
                        head.lines().map(HeadersTest::lowerCaseName).toList());
    }

    /** How names are written means nothing (RFC 9110 §5.1). */
    private static String lowerCaseName(String line) {
        int colon = line.indexOf(':');
        return colon < 0 ? line : line.substring(0, colon).toLowerCase(java.util.Locale.ROOT) + line.substring(colon);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Text/Plain",
                "text/html;charset=UTF-8",
                "text/html; charset=utf-8",
                "application/JSON",
                "text/json",
                "application/octet-stream",
                "x"
            })
    void aResponsesContentTypePassesByteForByte(String type) {
        assertThat(rig.answered(answer("HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\nContent-Length: 0\r\n\r\n")))
                .contains("\r\nContent-Type: " + type + "\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Keep-Alive: timeout=5",
                "Proxy-Connection: keep-alive",
                "Proxy-Authenticate: Basic realm=x",
                "Proxy-Authentication-Info: nextnonce=x",
                "Trailer: X-Late",
                "Upgrade: h2c",
                "Connection: keep-alive"
            })
    void whatTheUpstreamSaysToTppEndsAtTpp(String line) {
        assertThat(answered("HTTP/1.1 200 OK\r\n" + line + "\r\nX-Kept: 1\r\nContent-Length: 0\r\n\r\n"))
                .isEqualTo("HTTP/1.1 200 OK\r\nX-Kept: 1\r\nContent-Length: 0\r\n\r\n");
    }

    @Test
    void whatTheUpstreamsConnectionNamesEndsAtTpp() {
        String head = block(
                "HTTP/1.1 200 OK",
                "X-First: 1",
                "Connection: X-first",
                "Connection: x-second",
                "X-Second: 2",
                "X-Kept: 3",
                "Content-Length: 0");
        assertThat(answered(head)).isEqualTo("HTTP/1.1 200 OK\r\nX-Kept: 3\r\nContent-Length: 0\r\n\r\n");
    }

    @Test
    void theUpstreamsConnectionCloseDoesNotCloseTheClients() {
        rig.upstream.script(answer("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"));
        try (RawClient client = rig.connect()) {
            for (int i = 0; i < 3; i++) {
                client.send("GET / HTTP/1.1\r\nHost: tpp\r\n\r\n");
                assertThat(client.readHead()).isEqualTo("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 202, 226, 301, 302, 307, 400, 403, 404, 409, 418, 429, 500, 502, 503, 599})
    void everyStatusPasses(int status) {
        assertThat(rig.answered(answer("HTTP/1.1 " + status + " Some Reason\r\nContent-Length: 0\r\n\r\n")))
                .startsWith("HTTP/1.1 " + status + " ");
    }

    /** Jetty's parser of lists throws at these; a request would have no answer. */
    @Test
    void listsThatAreNotWellFormedAreReadAllTheSame() throws Exception {
        assertThat(rig.forwarded("GET / HTTP/1.1\r\nHost: a\r\nTE: \"trailers\r\nX-Kept: 1\r\n\r\n"))
                .contains("X-Kept: 1");
        assertThat(rig.forwarded(
                        "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: \"x\r\nX-Kept: 1\r\n\r\n"))
                .contains("X-Kept: 1");
        assertThat(rig.answered(answer("HTTP/1.1 200 OK\r\nConnection: x-gone, \"x-quoted\r\n"
                        + "X-Gone: 1\r\nX-Quoted: 1\r\nX-Kept: 1\r\nContent-Length: 0\r\n\r\n")))
                .contains("200", "X-Kept: 1")
                .doesNotContain("X-Gone", "X-Quoted");
    }
}
