package io.tpp.dolphindb;

import static io.tpp.dolphindb.ScriptedNode.answer;
import static io.tpp.dolphindb.ScriptedNode.answerCutOff;
import static io.tpp.dolphindb.ScriptedNode.hangUp;
import static io.tpp.dolphindb.ScriptedNode.reset;
import static io.tpp.dolphindb.ScriptedNode.send;
import static io.tpp.dolphindb.ScriptedNode.stall;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import io.tpp.dolphindb.ScriptedNode.Script;
import io.tpp.secret.Secret;
import io.tpp.token.BearerToken;
import io.tpp.token.Credential;
import io.tpp.token.LoginException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.util.component.LifeCycle;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/** Whatever the upstream does with the password and the token, TPP does not pass them on. */
@NullUnmarked // fields are set before all tests
@Timeout(30)
class LoginSecrecyTest {
    private static final String PASSWORD = "zq81-pa55word";
    private static final String TOKEN = "zq82TokenTokenToken";
    private static final String BOTH = PASSWORD + " " + TOKEN;

    private static HttpClient client;

    @BeforeAll
    static void startClient() throws Exception {
        Quiet.jetty();
        client = LoginClient.create(2, Duration.ofSeconds(2), null);
        client.start();
    }

    @AfterAll
    static void stopClient() {
        LifeCycle.stop(client);
    }

    static Stream<Script> failures() {
        String echo = "login(\\\"alice\\\", \\\"" + PASSWORD + "\\\") => ";
        String refusal = "{\"user\":\"\",\"code\":\"1\",\"message\":\"" + echo + "%s\",\"result\":[\"" + TOKEN + "\"]}";
        return Stream.of(
                answer(200, refusal.formatted("The user name or password is incorrect.")),
                answer(
                        200,
                        refusal.formatted("The user name or password is incorrect.")
                                .replace("\\\"", "\"")),
                answer(200, refusal.formatted(BOTH)),
                answer(200, refusal.replace("\"1\"", "\"" + BOTH + "\"")),
                answer(401, refusal.formatted("locked")),
                answer(403, BOTH),
                answer(500, refusal.formatted("x")),
                answer(302, BOTH),
                answer(200, BOTH),
                answer(200, "<html>" + BOTH + "</html>"),
                answer(200, "{\"" + PASSWORD + "\":\"" + TOKEN + "\"}"),
                answer(200, "{\"code\":\"0\",\"" + PASSWORD + "\":" + TOKEN),
                answer(200, "{\"code\":\"0\",\"" + PASSWORD + "\":0,\"" + PASSWORD + "\":0}"),
                answer(200, "{\"code\":\"0\",\"result\":[\"" + BOTH + "!\"]}"),
                answer(200, "{\"code\":\"0\",\"result\":[\"" + TOKEN + "\",\"" + PASSWORD + "\"]}"),
                answer(200, "{\"code\":\"0\",\"message\":\"" + PASSWORD + "\",\"result\":{\"t\":\"" + TOKEN + "\"}}"),
                answer(200, refusal.formatted("x".repeat(100_000))),
                answerCutOff(200, refusal.formatted("x")).then(hangUp()),
                answerCutOff(200, refusal.formatted("x")).then(reset()),
                answerCutOff(200, refusal.formatted("x")).then(stall()),
                send("HTTP/1.1 401 " + BOTH + "\r\nWWW-Authenticate: " + PASSWORD + "\r\nContent-Length: 0\r\n\r\n"),
                send("HTTP/1.1 302 " + BOTH + "\r\nLocation: http://" + PASSWORD + "/\r\nContent-Length: 0\r\n\r\n"),
                send("HTTP/1.1 200 OK\r\nContent-Length: " + PASSWORD + "\r\n\r\n" + TOKEN),
                send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + BOTH + "\r\n"),
                send("HTTP/1.1 200 OK\r\n" + PASSWORD + "\u0001\r\n" + TOKEN + "\r\n\r\n"),
                send(BOTH + "\r\n\r\n"),
                send("HTTP/1.1 200 OK\r\nX: " + BOTH.repeat(2_000) + "\r\n\r\n"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void noFailureTellsThePasswordOrTheToken(Script script) throws Exception {
        try (Captured log = Captured.start();
                ScriptedNode upstream = ScriptedNode.start(script)) {
            DolphinDbLogin login = login(upstream.port());
            CompletableFuture<BearerToken> result = login.login();

            ExecutionException failure =
                    catchThrowableOfType(ExecutionException.class, () -> result.get(10, TimeUnit.SECONDS));

            assertThat(failure.getCause()).isInstanceOf(LoginException.class);
            assertTellsNothing(everythingIn(failure) + login + result + log.text());
        }
    }

    @Test
    void noSuccessTellsThePasswordOrTheToken() throws Exception {
        try (Captured log = Captured.start();
                ScriptedNode upstream =
                        ScriptedNode.start(answer(200, "{\"code\":0,\"result\":[\"" + TOKEN + "\"]}"))) {
            DolphinDbLogin login = login(upstream.port());
            CompletableFuture<BearerToken> result = login.login();
            BearerToken token = result.get(10, TimeUnit.SECONDS);

            assertThat(token.headerValue()).isEqualTo("Bearer " + TOKEN);
            assertTellsNothing("" + token + login + login.description() + result + log.text());
        }
    }

    private static DolphinDbLogin login(int port) {
        Credential alice = new Credential("alice", Secret.of(PASSWORD));
        return new DolphinDbLogin(client, false, "127.0.0.1", port, alice, 1, Duration.ofMillis(500));
    }

    private static void assertTellsNothing(String text) {
        assertThat(text)
                .doesNotContain("zq81")
                .doesNotContain("pa55")
                .doesNotContain("zq82")
                .doesNotContain("TokenToken");
    }

    /** The stack trace as it is printed, which holds all messages, causes and suppressed exceptions. */
    private static String everythingIn(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    /** Everything that TPP logs at any level, and Jetty at the levels that TPP lets through. */
    private record Captured(Logger root, Logger tpp, ListAppender<ILoggingEvent> events) implements AutoCloseable {
        static Captured start() {
            Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
            Logger tpp = (Logger) LoggerFactory.getLogger("io.tpp");
            ListAppender<ILoggingEvent> events = new ListAppender<>();
            events.start();
            root.addAppender(events);
            tpp.setLevel(Level.TRACE);
            return new Captured(root, tpp, events);
        }

        String text() {
            StringBuilder text = new StringBuilder();
            for (ILoggingEvent event : List.copyOf(events.list)) {
                text.append(event.getFormattedMessage()).append('\n');
                if (event.getThrowableProxy() != null) {
                    text.append(ThrowableProxyUtil.asString(event.getThrowableProxy()));
                }
            }
            return text.toString();
        }

        @Override
        public void close() {
            root.detachAppender(events);
            tpp.setLevel(null);
        }
    }
}
