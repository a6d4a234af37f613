package io.tpp;

import static io.tpp.testing.ScriptedUpstream.ok;
import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.testing.RawClient;
import io.tpp.testing.RawClient.Response;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where requests go: targets pass as they are, and what is not for the upstream never gets there. */
class TargetsTest {
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
    void forgetRequests() {
        rig.forget();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/a%2Fb%2fc",
                "//a//b/",
                "//\"a",
                "//u@a:b@c/d",
                "//",
                "//;",
                "//:",
                "//a:b/c",
                "//[",
                "//@/?",
                "/a|b",
                "/{a}[b]",
                "/a?",
                "/a??b=?",
                "/a?b=%zz&c=|\"<>{}[]^`",
                "/%u1234",
                "/a/../b",
                "/a/./b/.",
                "/a/%80",
                "/a;x=1/b;y",
                "/a\\b",
                "/a:b@c",
                "/~a'(b)*!$&+,=",
                "/\u00c3\u00bc?\u00c3\u00bc",
                "/api/execute?sessionID=0"
            })
    void aTargetPassesByteForByte(String target) throws Exception {
        assertThat(rig.forwarded("GET " + target + " HTTP/1.1\r\nHost: tpp\r\n\r\n"))
                .startsWith("GET " + target + " HTTP/1.1\r\n");
    }

    /** Jetty takes no path that it cannot decode or that leads above the root; nginx neither. */
    @ParameterizedTest
    @ValueSource(strings = {"/%zz", "/%", "/a%00b", "/..", "/%2e%2e/a"})
    void aPathThatMeansNothingIsMalformed(String target) {
        try (RawClient client = rig.connect().send("GET " + target + " HTTP/1.1\r\nHost: tpp\r\n\r\n")) {
            Response response = client.read();
            assertThat(response.status()).isEqualTo(400);
            assertThat(response.headers()).containsEntry("connection", "close");
            assertThat(client.isClosedByPeer()).isTrue();
        }
        assertNothingWasForwarded();
    }

    @Test
    void anAbsoluteTargetCannotLeadElsewhere() throws Exception {
        assertThat(rig.forwarded("GET http://elsewhere:81/a%2Fb?c HTTP/1.1\r\nHost: elsewhere:81\r\n\r\n"))
                .startsWith("GET /a%2Fb?c HTTP/1.1\r\n")
                .contains("\r\nHost: 127.0.0.1:" + rig.upstream.port() + "\r\n")
                .doesNotContain("\r\nHost: elsewhere");
    }

    /** Schemes and hosts know no case (RFC 9110 §4.2.3). */
    @ParameterizedTest
    @ValueSource(strings = {"http://tpp", "HTTP://tpp", "hTTps://TPP", "http://tpp:80"})
    void anAbsoluteTargetOfTheWebPasses(String origin) throws Exception {
        assertThat(rig.forwarded("GET " + origin + "/a%2Fb HTTP/1.1\r\nHost: tpp\r\n\r\n"))
                .startsWith("GET /a%2Fb HTTP/1.1\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "PROPFIND", "get", "Post"})
    void everyOtherMethodPasses(String method) throws Exception {
        assertThat(rig.forwarded(method + " /a HTTP/1.1\r\nHost: tpp\r\n\r\n")).startsWith(method + " /a HTTP/1.1\r\n");
    }

    @ParameterizedTest
    @CsvSource({"TRACE, /a", "trace, /a", "Trace, /a", "CONNECT, 127.0.0.1:22"})
    void traceAndConnectAreNotAllowed(String method, String target) {
        Response response = exchange(method + " " + target + " HTTP/1.1\r\nHost: 127.0.0.1:22\r\n\r\n");
        assertThat(response.status()).isEqualTo(405);
        assertThat(response.body()).contains("\"code\":\"1\"").contains("TPP: " + method + " is not allowed");
        assertNothingWasForwarded();
    }

    @Test
    void whoAsksAboutTheServerItselfIsAnsweredByTpp() {
        try (RawClient client = rig.connect()) {
            for (int i = 0; i < 2; i++) {
                Response response =
                        client.send("OPTIONS * HTTP/1.1\r\nHost: tpp\r\n\r\n").read();
                assertThat(response.status()).isEqualTo(200);
                assertThat(response.body()).isEmpty();
            }
        }
        assertNothingWasForwarded();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/login",
                "/api/login/",
                "/api//login",
                "//api/login",
                "/api/login//",
                "/api/%6cogin",
                "/%61pi/login",
                "/api%2flogin",
                "/api/%2e/login",
                "/api/./login",
                "/api/x/../login",
                "/./api/login/.",
                "/API/LOGIN",
                "/api/Login",
                "/api/login;x=1",
                "/api;x/login",
                "/api/login?x=1",
                "http://127.0.0.1/api/login",
                "HTTP://127.0.0.1/api//LOGIN/"
            })
    void loginIsClosedInEveryDisguise(String target) {
        Response response = exchange("POST " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\n\r\n{}");
        assertThat(response.status()).isEqualTo(403);
        assertThat(response.body()).contains("TPP: /api/login is closed");
        assertNothingWasForwarded();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/loginx", "/api/login/x", "/x/api/login", "/api", "/login", "/api/execute?/api/login"})
    void whatOnlyResemblesLoginPasses(String target) throws Exception {
        assertThat(rig.forwarded("POST " + target + " HTTP/1.1\r\nHost: tpp\r\nContent-Length: 2\r\n\r\n{}"))
                .startsWith("POST " + target + " HTTP/1.1\r\n");
    }

    @Test
    void theConfigurationCanOpenLogin() throws Exception {
        try (ScriptedRig open = ScriptedRig.start(ok(""), "TPP_ACCESS_FORWARD_LOGIN", "true");
                RawClient client = open.connect()) {
            client.send("POST /api/login HTTP/1.1\r\nHost: tpp\r\nContent-Length: 2\r\n\r\n{}");
            assertThat(client.read().status()).isEqualTo(200);
        }
    }

    @Test
    void refusedRequestsTakeNoToken() {
        try (RawClient client = rig.connect()) {
            client.send("TRACE / HTTP/1.1\r\nHost: tpp\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(405);
            client.send("POST /api/login HTTP/1.1\r\nHost: tpp\r\nContent-Length: 2\r\n\r\n{}");
            assertThat(client.read().status()).isEqualTo(403);
            assertThat(rig.server.tpp().snapshot().inUse()).isZero();
        }
    }

    private Response exchange(String request) {
        try (RawClient client = rig.connect().send(request)) {
            return client.read();
        }
    }

    private void assertNothingWasForwarded() {
        assertThat(rig.upstream.headsLeft()).isZero();
    }
}
