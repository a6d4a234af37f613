package io.tpp.dolphindb;

import static io.tpp.dolphindb.ScriptedNode.answer;
import static io.tpp.dolphindb.ScriptedNode.answerCutOff;
import static io.tpp.dolphindb.ScriptedNode.hangUp;
import static io.tpp.dolphindb.ScriptedNode.reset;
import static io.tpp.dolphindb.ScriptedNode.send;
import static io.tpp.dolphindb.ScriptedNode.stall;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tpp.dolphindb.ScriptedNode.Script;
import io.tpp.secret.Secret;
import io.tpp.token.BearerToken;
import io.tpp.token.Credential;
import io.tpp.token.LoginException;
import io.tpp.token.LoginException.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.SocketAddressResolver;
import org.eclipse.jetty.util.component.LifeCycle;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@NullUnmarked // fields are set before each test
@Timeout(30)
class DolphinDbLoginTest {
    private static final String SUCCESS = "{\"session\":1,\"user\":\"alice\",\"code\":0,\"result\":[\"tok\\nen\\n\"]}";
    private static final String REFUSAL =
            "{\"user\":\"\",\"code\":\"1\",\"message\":\"login(\"alice\", \"pa55\") => The user name or password is incorrect.\",\"result\":[]}";
    private static final Credential ALICE = new Credential("alice", Secret.of("pa55"));
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final Duration SHORT = Duration.ofMillis(150);

    private HttpClient client;
    private ScriptedNode upstream;

    @BeforeAll
    static void quiet() {
        Quiet.jetty();
    }

    @BeforeEach
    void startClient() throws Exception {
        client = LoginClient.create(2, Duration.ofSeconds(2), null);
        client.start();
    }

    @AfterEach
    void stop() {
        LifeCycle.stop(client);
        if (upstream != null) {
            upstream.close();
        }
    }

    @Test
    void aLoginSendsTheCredentialAndNoHeaderThatIsNotNeeded() throws Exception {
        upstreamDoes(answer(200, SUCCESS));

        BearerToken token = login().login().get(10, TimeUnit.SECONDS);

        assertThat(token.headerValue()).isEqualTo("Bearer token");
        String body = "{\"username\":\"alice\",\"password\":\"pa55\"}";
        assertThat(upstream.requests()).hasSize(1);
        assertThat(upstream.requests().get(0).split("\r\n"))
                .startsWith("POST /api/login HTTP/1.1")
                .endsWith("", body)
                .containsExactlyInAnyOrder(
                        "POST /api/login HTTP/1.1",
                        "Host: 127.0.0.1:" + upstream.port(),
                        "Content-Type: application/json",
                        "Content-Length: " + body.length(),
                        "",
                        body);
    }

    @Test
    void userNameAndPasswordAreEscapedAndSentInUtf8() throws Exception {
        upstreamDoes(answer(200, SUCCESS));

        login(new Credential("a\"\\\n用户", Secret.of("\u0001\"},\"x\":\uD83D\uDC2C\uD83D")), LONG)
                .login()
                .get(10, TimeUnit.SECONDS);

        assertThat(upstream.requests().get(0))
                .endsWith(
                        "\r\n\r\n{\"username\":\"a\\\"\\\\\\n用户\",\"password\":\"\\u0001\\\"},\\\"x\\\":\uD83D\uDC2C?\"}");
    }

    @Test
    void loginsOneAfterAnotherShareAConnection() throws Exception {
        upstreamDoes(answer(200, SUCCESS));

        for (int i = 0; i < 3; i++) {
            login().login().get(10, TimeUnit.SECONDS);
        }

        assertThat(upstream.requests()).hasSize(3);
        assertThat(upstream.connections()).isEqualTo(1);
    }

    @Test
    void aConnectionThatTheUpstreamClosesAfterTheAnswerDoesNoHarm() throws Exception {
        upstreamDoes(answer(200, SUCCESS).then(hangUp()));

        for (int i = 0; i < 3; i++) {
            assertThat(login().login().get(10, TimeUnit.SECONDS).headerValue()).isEqualTo("Bearer token");
            Awaitility.await().atMost(LONG).until(this::noConnections);
        }

        assertThat(upstream.connections()).isEqualTo(3);
    }

    @Test
    void loginsAtOnceUseNoMoreConnectionsThanAllowed() throws Exception {
        upstreamDoes(answer(200, SUCCESS));
        List<CompletableFuture<BearerToken>> logins = new ArrayList<>();

        for (int i = 0; i < 50; i++) {
            logins.add(login().login());
        }
        for (CompletableFuture<BearerToken> login : logins) {
            login.get(10, TimeUnit.SECONDS);
        }

        assertThat(upstream.requests()).hasSize(50);
        assertThat(upstream.connections()).isBetween(1, 2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{\"co\r\n23\r\nde\":\"0\",\"result\":[\"token\"],\"x\":123}\r\n0\r\n\r\n",
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 31\r\n\r\n{\"code\":\"0\",\"result\":[\"token\"]}",
                "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 31\r\n\r\n{\"code\":\"0\",\"result\":[\"token\"]}",
                "HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 31\r\n\r\n{\"code\":\"0\",\"result\":[\"token\"]}",
                "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=klingon\r\nContent-Length: 31\r\n\r\n{\"code\":\"0\",\"result\":[\"token\"]}",
            })
    void aSuccessIsReadHoweverItIsFramed(String answer) throws Exception {
        upstreamDoes(send(answer));

        assertThat(login().login().get(10, TimeUnit.SECONDS).headerValue()).isEqualTo("Bearer token");
    }

    @Test
    void aSuccessIsReadThatEndsWithTheConnection() throws Exception {
        upstreamDoes(send("HTTP/1.0 200 OK\r\n\r\n{\"code\":\"0\",\"result\":[\"token\"]}")
                .then(hangUp()));

        assertThat(login().login().get(10, TimeUnit.SECONDS).headerValue()).isEqualTo("Bearer token");
    }

    @Test
    void aRefusalSaysWhoWasRefusedAndWhy() throws Exception {
        upstreamDoes(answer(200, REFUSAL));

        assertFailure(
                login(),
                Kind.REFUSED,
                "DolphinDB at 127.0.0.1:" + upstream.port()
                        + " refused user 'alice' (credential 1): wrong user name or password");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "WWW-Authenticate: Basic realm=\"x\"\r\n", "WWW-Authenticate: nonsense,,=\r\n"})
    void aRefusalMayComeAs401WithAnyChallenge(String challenge) throws Exception {
        upstreamDoes(send("HTTP/1.1 401 Unauthorized\r\n" + challenge + "Content-Length: " + REFUSAL.length()
                + "\r\n\r\n" + REFUSAL));

        assertFailure(login(), Kind.REFUSED, "wrong user name or password");
        assertThat(upstream.requests()).hasSize(1);
    }

    @Test
    void aRefusalStandsEvenIfItsBodyNeverCame() throws Exception {
        upstreamDoes(answerCutOff(403, "{").then(hangUp()));

        assertFailure(login(), Kind.REFUSED, "HTTP status 403");
    }

    @Test
    void aRedirectIsNotFollowed() throws Exception {
        upstreamDoes(send("HTTP/1.1 307 Go\r\nLocation: /api/login\r\nContent-Length: 0\r\n\r\n"));

        assertFailure(
                login(),
                Kind.MALFORMED,
                "DolphinDB at 127.0.0.1:" + upstream.port()
                        + " gave no usable answer to the login of user 'alice' (credential 1): HTTP status 307");
        assertThat(upstream.requests()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Connection: Upgrade\r\nUpgrade: websocket\r\n"})
    void aChangeOfProtocolIsMalformed(String headers) throws Exception {
        upstreamDoes(send("HTTP/1.1 101 Switching Protocols\r\n" + headers + "\r\n"));

        assertFailure(login(), Kind.MALFORMED, "gave no usable answer");
    }

    @Test
    void anAnswerThatIsNotHttpIsMalformed() throws Exception {
        upstreamDoes(send("\u0015\u0003\u0003\u0000\u0002\u0002(\r\n\r\n"));

        assertFailure(login(), Kind.MALFORMED, "the answer is not HTTP");
    }

    @Test
    void anEmptyAnswerIsMalformed() throws Exception {
        upstreamDoes(answer(200, ""));

        assertFailure(login(), Kind.MALFORMED, "the answer is empty");
    }

    @Test
    void anAnswerOf64KibIsRead() throws Exception {
        upstreamDoes(answer(200, SUCCESS + " ".repeat(RestCall.MAX_ANSWER_BYTES - SUCCESS.length())));

        assertThat(login().login().get(10, TimeUnit.SECONDS).headerValue()).isEqualTo("Bearer token");
    }

    @Test
    void aLongerAnswerIsMalformedAndReadNoFurther() throws Exception {
        upstreamDoes(send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                .then(connection -> {
                    while (true) { // until the client closes the connection
                        send("1000\r\n" + " ".repeat(0x1000) + "\r\n").run(connection);
                    }
                }));

        assertFailure(login(), Kind.MALFORMED, "the answer is longer than 64 KiB");
        Awaitility.await().atMost(LONG).until(() -> upstream.open() == 0);
    }

    @Test
    void aClosedPortIsUnreachable() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }

        assertFailure(
                login("127.0.0.1", port, LONG),
                Kind.UNREACHABLE,
                "DolphinDB at 127.0.0.1:" + port
                        + " could not be reached to log in user 'alice' (credential 1): connection refused");
    }

    @Test
    void anUnknownHostIsUnreachable() throws Exception {
        resolve(Map.of());

        assertFailure(login("no_such_host", 8848, LONG), Kind.UNREACHABLE, "unknown host");
    }

    @Test
    void aHostNameMayHoldAnUnderscore() throws Exception {
        upstreamDoes(answer(200, SUCCESS));
        resolve(Map.of("my_dolphin", "127.0.0.1"));

        assertThat(login("my_dolphin", upstream.port(), LONG).login().get(10, TimeUnit.SECONDS))
                .isNotNull();
        assertThat(upstream.requests().get(0)).contains("\r\nHost: my_dolphin:" + upstream.port() + "\r\n");
    }

    @Test
    void anIpv6AddressStandsInBrackets() throws Exception {
        resolve(Map.of());

        assertFailure(login("::1", 8848, LONG), Kind.UNREACHABLE, "DolphinDB at [::1]:8848 could not");
    }

    @Test
    void aConnectionClosedWithoutAnAnswerIsUnreachable() throws Exception {
        upstreamDoes(hangUp());

        assertFailure(login(), Kind.UNREACHABLE, "connection closed before the answer was complete");
    }

    @Test
    void aResetConnectionIsUnreachable() throws Exception {
        upstreamDoes(reset());

        assertFailure(login(), Kind.UNREACHABLE, "connection");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n{\"code\":\"0\",\"result\":[\"tok\"]}",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{\"co",
            })
    void anAnswerCutOffInItsBodyIsUnreachable(String part) throws Exception {
        upstreamDoes(send(part).then(hangUp()));

        assertFailure(login(), Kind.UNREACHABLE, "connection closed before the answer was complete");
    }

    /** Its words are tested in {@link BrokenExchangeTest}: with assertions on, Jetty fails over its own. */
    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 20", "HTTP/1.1 200 OK\r\nContent-Le"})
    void anAnswerCutOffInItsHeadIsUnreachable(String part) throws Exception {
        upstreamDoes(send(part).then(hangUp()));

        assertFailure(login(), Kind.UNREACHABLE, "could not be reached");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n{\"code\":\"0\","})
    void anAnswerThatDoesNotEndInTimeIsATimeout(String part) throws Exception {
        upstreamDoes(send(part).then(stall()));

        assertFailure(
                login(ALICE, SHORT),
                Kind.TIMEOUT,
                "DolphinDB at 127.0.0.1:" + upstream.port()
                        + " did not answer the login of user 'alice' (credential 1): no answer in time");
    }

    @Test
    void aLoginReturnsBeforeItsAnswer() throws Exception {
        upstreamDoes(stall());

        CompletableFuture<BearerToken> login = login().login();

        assertThat(login).isNotDone();
        Awaitility.await().atMost(LONG).until(() -> upstream.requests().size() == 1);
        upstream.close();
        assertFailure(login, Kind.UNREACHABLE, "connection");
    }

    @Test
    void aSlowAnswerHasTheWholeTimeoutWhateverTheIdleTimeout() throws Exception {
        upstreamDoes(stall());
        client.setIdleTimeout(20);
        restart();
        long start = System.nanoTime();

        assertFailure(login(ALICE, SHORT), Kind.TIMEOUT, "no answer in time");

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(SHORT);
    }

    @Test
    void theTimeoutCountsTheWaitForAConnection() throws Exception {
        upstreamDoes(stall());
        List<CompletableFuture<BearerToken>> others = List.of(login().login(), login().login());

        assertFailure(login(ALICE, SHORT), Kind.TIMEOUT, "no answer in time");
        assertThat(others).noneMatch(CompletableFuture::isDone);
    }

    @Test
    void aConnectionThatIsNotMadeInTimeIsATimeout() throws Exception {
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Backlog backlog = Backlog.fill(full)) {
            assumeTrue(backlog.isFull(), "this system accepts connections beyond the backlog");
            client.setConnectTimeout(SHORT.toMillis());
            restart();

            assertFailure(login("127.0.0.1", full.getLocalPort(), LONG), Kind.TIMEOUT, "no connection in time");
        }
    }

    @Test
    void aLoginWithAStoppedClientFailsAtOnce() throws Exception {
        upstreamDoes(answer(200, SUCCESS));
        client.stop();

        assertFailure(login(), Kind.UNREACHABLE, "the login client is stopped");
    }

    @Test
    void aLoginWithAClientNeverStartedFailsAtOnce() throws Exception {
        client.stop();
        client = LoginClient.create(1, LONG, null);

        assertFailure(login("127.0.0.1", 8848, LONG), Kind.UNREACHABLE, "could not be reached");
    }

    @Test
    void stoppingTheClientEndsLoginsUnderWay() throws Exception {
        upstreamDoes(stall());
        List<CompletableFuture<BearerToken>> logins = new ArrayList<>();
        for (int i = 0; i < 4; i++) { // two on connections, two waiting
            logins.add(login(ALICE, LONG).login());
        }
        Awaitility.await().atMost(LONG).until(() -> upstream.requests().size() == 2);

        client.stop();

        for (CompletableFuture<BearerToken> login : logins) {
            assertFailure(login, Kind.UNREACHABLE, "could not be reached");
        }
    }

    @Test
    void aUserNameCannotStartALineOfItsOwn() {
        DolphinDbLogin login = login(new Credential("a\r\nERROR\u2028b", Secret.of("pa55")), LONG);

        assertThat(login.description()).isEqualTo("user 'a??ERROR?b' (credential 1)");
        assertThat(login.toString()).doesNotContain("pa55").doesNotContain("\n");
    }

    @Test
    void aTimeoutOfZeroIsRejected() {
        assertThatThrownBy(() -> login(ALICE, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("timeout");
    }

    private void upstreamDoes(Script script) throws IOException {
        upstream = ScriptedNode.start(script);
    }

    private DolphinDbLogin login() {
        return login(ALICE, LONG);
    }

    private DolphinDbLogin login(Credential credential, Duration timeout) {
        return new DolphinDbLogin(
                client, false, "127.0.0.1", upstream == null ? 1 : upstream.port(), credential, 1, timeout);
    }

    private DolphinDbLogin login(String host, int port, Duration timeout) {
        return new DolphinDbLogin(client, false, host, port, ALICE, 1, timeout);
    }

    private boolean noConnections() {
        return client.getDestinations().stream()
                .allMatch(destination -> destination.getConnectionPool().isEmpty());
    }

    /** Resolves host names as given, and no others. */
    private void resolve(Map<String, String> addresses) throws Exception {
        client.stop();
        client.setSocketAddressResolver(new SocketAddressResolver() {
            @Override
            public void resolve(
                    String host, int port, Map<String, Object> context, Promise<List<InetSocketAddress>> promise) {
                String address = addresses.get(host);
                if (address == null) {
                    promise.failed(new UnknownHostException(host));
                } else {
                    promise.succeeded(List.of(new InetSocketAddress(address, port)));
                }
            }
        });
        client.start();
    }

    private void restart() throws Exception {
        client.stop();
        client.start();
    }

    private static void assertFailure(DolphinDbLogin login, Kind kind, String message) throws Exception {
        assertFailure(login.login(), kind, message);
    }

    private static void assertFailure(CompletableFuture<BearerToken> login, Kind kind, String message)
            throws Exception {
        try {
            login.get(10, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            assertThat(e.getCause()).isInstanceOfSatisfying(LoginException.class, failure -> {
                assertThat(failure).hasMessageContaining(message).hasNoCause();
                assertThat(failure.kind()).isEqualTo(kind);
            });
            return;
        }
        throw new AssertionError("the login should have failed");
    }

    /** Connections that a server socket has not accepted, so many that the system drops further ones. */
    private record Backlog(List<Socket> sockets, boolean isFull) implements AutoCloseable {
        static Backlog fill(ServerSocket server) throws IOException {
            List<Socket> sockets = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                Socket socket = new Socket();
                sockets.add(socket);
                try {
                    socket.connect(server.getLocalSocketAddress(), 100);
                } catch (SocketTimeoutException e) {
                    return new Backlog(sockets, true);
                }
            }
            return new Backlog(sockets, false);
        }

        @Override
        public void close() throws IOException {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }
}
