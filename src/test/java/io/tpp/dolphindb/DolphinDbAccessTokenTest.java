package io.tpp.dolphindb;

import static io.tpp.dolphindb.ScriptedNode.answer;
import static io.tpp.dolphindb.ScriptedNode.hangUp;
import static io.tpp.dolphindb.ScriptedNode.stall;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tpp.dolphindb.ScriptedNode.Script;
import io.tpp.token.BearerToken;
import io.tpp.token.LoginException;
import io.tpp.token.LoginException.Kind;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.util.component.LifeCycle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class DolphinDbAccessTokenTest {
    private static final BearerToken TOKEN = BearerToken.of("tok3n");
    private static final Script ALIVE = answer(200, "{\"code\":\"0\",\"user\":\"admin\",\"result\":[]}");
    private static final Script GUEST = answer(200, "{\"code\":\"0\",\"user\":\"guest\",\"result\":[]}");
    private static final Script UNCLEAR = answer(200, "{\"code\":\"0\",\"answer\":\"tok3n\"}");

    private final HttpClient client = LoginClient.create(2, Duration.ofSeconds(2), null);

    @BeforeAll
    static void quiet() {
        Quiet.jetty();
    }

    @BeforeEach
    void start() throws Exception {
        client.start();
    }

    @AfterEach
    void stop() {
        LifeCycle.stop(client);
    }

    private DolphinDbAccessToken source(ScriptedNode upstream, Duration timeout) {
        return new DolphinDbAccessToken(client, false, "127.0.0.1", upstream.port(), TOKEN, "tokens.txt:3", timeout);
    }

    private static BearerToken login(DolphinDbAccessToken source) throws Exception {
        return source.login().get(10, TimeUnit.SECONDS);
    }

    private static void assertFails(DolphinDbAccessToken source, Kind kind, String message) {
        ExecutionException failure = catchThrowableOfType(ExecutionException.class, () -> login(source));
        assertThat(failure.getCause()).isInstanceOfSatisfying(LoginException.class, cause -> {
            assertThat(cause.kind()).isEqualTo(kind);
            assertThat(cause).hasMessageMatching("DolphinDB at 127.0.0.1:\\d+ " + message);
            assertThat(cause.toString()).doesNotContain("tok3n");
        });
    }

    @Test
    void aTokenThatIsAliveIsGiven() throws Exception {
        try (ScriptedNode upstream = ScriptedNode.start(ALIVE)) {
            assertThat(login(source(upstream, Duration.ofSeconds(10)))).isEqualTo(TOKEN);
            assertThat(upstream.requests()).hasSize(1);
            assertThat(upstream.requests().get(0)).contains("\r\nAuthorization: Bearer tok3n\r\n");
        }
    }

    @Test
    void aDeadTokenIsRefusedByTheNameOfItsLine() throws Exception {
        for (Script dead : new Script[] {GUEST, answer(401, "tok3n")}) {
            try (ScriptedNode upstream = ScriptedNode.start(dead)) {
                assertFails(
                        source(upstream, Duration.ofSeconds(10)),
                        Kind.REFUSED,
                        "does not accept the token of tokens.txt:3");
            }
        }
    }

    @Test
    void anUpstreamThatDoesNotAnswerRefusesNothing() throws Exception {
        try (ScriptedNode upstream = ScriptedNode.start(hangUp())) {
            assertFails(
                    source(upstream, Duration.ofSeconds(10)),
                    Kind.UNREACHABLE,
                    "did not say whether a token of tokens.txt:3 is alive: connection closed.*");
        }
        try (ScriptedNode upstream = ScriptedNode.start(stall())) {
            assertFails(
                    source(upstream, Duration.ofMillis(150)),
                    Kind.TIMEOUT,
                    "did not say whether a token of tokens.txt:3 is alive: no answer in time");
        }
    }

    @Test
    void anAnswerNobodyUnderstandsWillDoTheFirstTimeOnly() throws Exception {
        try (ScriptedNode upstream = ScriptedNode.start(UNCLEAR)) {
            DolphinDbAccessToken source = source(upstream, Duration.ofSeconds(10));
            assertThat(login(source)).isEqualTo(TOKEN);
            assertFails(
                    source,
                    Kind.MALFORMED,
                    "did not say whether a token of tokens.txt:3 is alive: the answer holds no user");
        }
    }

    @Test
    void itNeverExpiresAndPrintsItsLineOnly() throws Exception {
        try (ScriptedNode upstream = ScriptedNode.start(ALIVE)) {
            DolphinDbAccessToken source = source(upstream, Duration.ofSeconds(10));
            assertThat(source.expires()).isFalse();
            assertThat(source.description()).isEqualTo("tokens.txt:3");
            assertThat(source).hasToString("access token of tokens.txt:3 for 127.0.0.1:" + upstream.port());
        }
    }
}
