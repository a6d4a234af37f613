package io.tpp.dolphindb;

import static io.tpp.dolphindb.ScriptedNode.answer;
import static io.tpp.dolphindb.ScriptedNode.answerCutOff;
import static io.tpp.dolphindb.ScriptedNode.hangUp;
import static io.tpp.dolphindb.ScriptedNode.stall;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tpp.dolphindb.ScriptedNode.Script;
import io.tpp.token.BearerToken;
import io.tpp.token.LoginException;
import io.tpp.token.LoginException.Kind;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.util.component.LifeCycle;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class DolphinDbProbeTest {
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final String ADMIN =
            "{\"session\":\"1\",\"user\":\"admin\",\"code\":\"0\",\"message\":\"\",\"result\":[[1,\"admin\",\"127.0.0.1\",6]]}";
    private static final String GUEST = ADMIN.replace("admin", "guest");

    @BeforeAll
    static void quiet() {
        Quiet.jetty();
    }

    @Test
    void itAsksWhoItIsWithTheToken() throws Exception {
        try (ScriptedNode upstream = ScriptedNode.start(answer(200, ADMIN))) {
            assertThat(probe(upstream.port(), "admin", LONG)).isTrue();
            assertThat(upstream.requests()).hasSize(1);
            assertThat(upstream.requests().get(0))
                    .startsWith("POST /api/execute HTTP/1.1\r\n")
                    .contains("\r\nAuthorization: Bearer tok3n\r\n")
                    .endsWith("\r\n\r\n{\"script\":\"getCurrentSessionAndUser()\"}");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"user\":\"admin\",\"code\":0,\"result\":[[1,\"admin\",\"127.0.0.1\",6]]}",
                "{\"user\":\"admin\",\"code\":\"0\",\"result\":[1,\"admin\",\"127.0.0.1\",6]}",
                "{\"code\":\"0\",\"result\":[1,\"Admin\",\"127.0.0.1\",6]}",
                "{\"user\":\"admin\",\"code\":\"0\",\"result\":[]}",
                "{\"user\":\"\",\"code\":\"0\",\"result\":[[1,\"admin\",\"127.0.0.1\",6]]}",
            })
    void aTokenWhoseUserAnswersIsAlive(String answer) throws Exception {
        assertThat(probe(answer(200, answer), "admin")).isTrue();
    }

    @Test
    void anyUserButGuestWillDoIfNoneIsExpected() throws Exception {
        assertThat(probe(answer(200, ADMIN), null)).isTrue();
        assertThat(probe(answer(200, GUEST), null)).isFalse();
    }

    static Stream<Arguments> deadAnswers() {
        return Stream.of(
                Arguments.of(200, GUEST),
                Arguments.of(200, ADMIN.replace("\"admin\",\"127", "\"guest\",\"127")),
                Arguments.of(200, ADMIN.replace("admin", "other")),
                Arguments.of(200, "{\"code\":\"1\",\"message\":\"<NotAuthenticated>The token has expired.\"}"),
                Arguments.of(500, "<NotAuthenticated>Not granted"),
                Arguments.of(401, ""),
                Arguments.of(403, "no"));
    }

    @ParameterizedTest
    @MethodSource("deadAnswers")
    void aTokenThatIsRefusedOrIsSomeoneElseIsDead(int status, String answer) throws Exception {
        assertThat(probe(answer(status, answer), "admin")).isFalse();
    }

    @Test
    void aRefusalStandsEvenIfItsEndNeverComes() throws Exception {
        assertThat(probe(answerCutOff(401, "").then(hangUp()), "admin")).isFalse();
    }

    static Stream<Arguments> openAnswers() {
        return Stream.of(
                Arguments.of(answer(500, "busy"), Kind.MALFORMED, "HTTP status 500"),
                Arguments.of(answer(404, ADMIN), Kind.MALFORMED, "HTTP status 404"),
                Arguments.of(answer(200, ""), Kind.MALFORMED, "the answer holds no code"),
                Arguments.of(answer(200, "<html>"), Kind.MALFORMED, "the answer holds no code"),
                Arguments.of(answer(200, "{\"code\":0}"), Kind.MALFORMED, "the answer holds no user"),
                Arguments.of(answer(200, "{\"code\":1,\"user\":\"guest\"}"), Kind.MALFORMED, "the script failed"),
                Arguments.of(
                        answerCutOff(200, ADMIN).then(hangUp()),
                        Kind.UNREACHABLE,
                        "connection closed before the answer was complete"),
                Arguments.of(hangUp(), Kind.UNREACHABLE, "connection closed before the answer was complete"));
    }

    @ParameterizedTest
    @MethodSource("openAnswers")
    void anythingElseLeavesItOpen(Script script, Kind kind, String reason) {
        assertOpen(() -> probe(script, "admin"), kind, reason);
    }

    @Test
    void noAnswerInTimeLeavesItOpen() throws Exception {
        try (ScriptedNode upstream = ScriptedNode.start(stall())) {
            assertOpen(
                    () -> probe(upstream.port(), "admin", Duration.ofMillis(150)), Kind.TIMEOUT, "no answer in time");
        }
    }

    private interface Attempt {
        boolean run() throws Exception;
    }

    private static void assertOpen(Attempt attempt, Kind kind, String reason) {
        assertThatThrownBy(attempt::run)
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(LoginException.class, failure -> {
                    assertThat(failure.kind()).isEqualTo(kind);
                    assertThat(failure)
                            .hasMessageMatching(
                                    "DolphinDB at 127.0.0.1:\\d+ did not say whether a token of user 'x' is alive: "
                                            + reason)
                            .hasNoCause();
                });
    }

    private static boolean probe(Script script, @Nullable String user) throws Exception {
        try (ScriptedNode upstream = ScriptedNode.start(script)) {
            return probe(upstream.port(), user, LONG);
        }
    }

    private static boolean probe(int port, @Nullable String user, Duration timeout) throws Exception {
        HttpClient client = LoginClient.create(2, Duration.ofSeconds(2), null);
        client.start();
        try {
            return new DolphinDbProbe(client, false, "127.0.0.1", port, timeout)
                    .probe(BearerToken.of("tok3n"), user, "user 'x'")
                    .get(10, TimeUnit.SECONDS);
        } finally {
            LifeCycle.stop(client);
        }
    }
}
