package io.tpp.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LoginTest {
    private final AtomicLong now = new AtomicLong();
    private final DolphinDbSimulator simulator =
            DolphinDbSimulator.builder().nanoTime(now::get).start();
    private final TestClient client = new TestClient(simulator);

    @AfterEach
    void close() {
        simulator.close();
        assertThat(simulator.violations()).isEmpty();
    }

    @Test
    void aLoginGivesTheDocumentedEnvelopeWithAWrappedToken() throws Exception {
        HttpResponse<String> response = client.tryLogin("admin", "123456");
        JsonNode envelope = TestClient.json(response.body());

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(envelope.path("session").isTextual()).isTrue();
        assertThat(envelope.path("code").asText()).isEqualTo("0");
        assertThat(envelope.path("code").isTextual()).isTrue();
        assertThat(envelope.path("user").asText()).isEqualTo("admin");
        assertThat(envelope.path("message").asText()).isEmpty();
        assertThat(envelope.path("result").path(0).asText().lines().map(String::length))
                .containsExactly(64, 64, 44);
        assertThat(envelope.path("result").path(0).asText().endsWith("\n")).isTrue();
    }

    @Test
    void codeSessionTokenAndMessageTakeTheOtherShapes() throws Exception {
        simulator.quirks(Quirks.documented()
                .withNumbers(true)
                .withSingleLineTokens(true)
                .withLoginMessage("The password expires in 7 days."));
        JsonNode envelope =
                TestClient.json(client.tryLogin("user1", "password1").body());

        assertThat(envelope.path("code").isIntegralNumber()).isTrue();
        assertThat(envelope.path("session").isIntegralNumber()).isTrue();
        assertThat(envelope.path("message").asText()).isEqualTo("The password expires in 7 days.");
        assertThat(envelope.path("result").path(0).asText().length()).isEqualTo(172);
    }

    @Test
    void aRefusalRepeatsNameAndPassword() throws Exception {
        HttpResponse<String> response = client.tryLogin("admin1", "123213");
        JsonNode envelope = TestClient.json(response.body());

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(envelope.path("code").asText()).isEqualTo("1");
        assertThat(envelope.path("result").isEmpty()).isTrue();
        assertThat(envelope.path("message").asText())
                .isEqualTo("login(\"admin1\", \"123213\") => The user name or password is incorrect.");
    }

    @Test
    void aRefusalCanHaveStatus401() throws Exception {
        simulator.quirks(Quirks.documented().withRefusalStatus(401));

        assertThat(client.tryLogin("admin", "wrong").statusCode()).isEqualTo(401);
    }

    @ParameterizedTest
    @EnumSource
    void noShapeOfARefusalHoldsAToken(Quirks.Refusal shape) throws Exception {
        simulator.quirks(Quirks.documented().withRefusal(shape).withEveryLoginRefused(true));
        String body = client.tryLogin("admin", "123456").body();

        assertThat(looks(body)).isEqualTo(shape);
        assertThat(simulator.tokensLive()).isZero();
    }

    private static Quirks.Refusal looks(String body) {
        JsonNode node = Json.parse(body.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        if (body.isEmpty()) {
            return Quirks.Refusal.EMPTY_BODY;
        }
        if (body.startsWith("<html>")) {
            return Quirks.Refusal.HTML;
        }
        if (node.isMissingNode()) {
            return body.endsWith("}") ? Quirks.Refusal.UNESCAPED_QUOTES : Quirks.Refusal.TRUNCATED_JSON;
        }
        if (node.path("code").asText().equals("0")) {
            return Quirks.Refusal.SUCCESS_WITHOUT_TOKEN;
        }
        return body.length() > 1_000_000 ? Quirks.Refusal.HUGE_BODY : Quirks.Refusal.ENVELOPE;
    }

    @Test
    void tooManyFailuresLockTheUserForAWhile() throws Exception {
        simulator.quirks(Quirks.documented().withLockOut(2, Duration.ofMinutes(10)));
        client.tryLogin("admin", "wrong");
        client.tryLogin("admin", "wrong");

        assertThat(client.tryLogin("admin", "123456").body()).contains("is locked");
        assertThat(client.tryLogin("user1", "password1").body()).doesNotContain("is locked");
        now.addAndGet(Duration.ofMinutes(10).toNanos());
        assertThat(client.tryLogin("admin", "123456").body()).doesNotContain("is locked");
    }

    @Test
    void countsLoginsPerUserAndTheirPeak() throws Exception {
        simulator.quirks(Quirks.documented().withLoginDelay(Duration.ofMillis(300)));
        List<CompletableFuture<HttpResponse<String>>> logins = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            logins.add(client.loginLater("user1", "password1"));
        }
        for (CompletableFuture<HttpResponse<String>> login : logins) {
            login.get(10, TimeUnit.SECONDS);
        }

        assertThat(simulator.loginCount()).isEqualTo(3);
        assertThat(simulator.loginsPerUser()).containsExactly(java.util.Map.entry("user1", 3));
        assertThat(simulator.peakParallelLogins()).isEqualTo(3);
        assertThat(simulator.logins()).extracting(SeenLogin::token).containsExactlyInAnyOrder(1, 2, 3);
    }

    @Test
    void tooManyParallelLoginsCrashTheServer() throws Exception {
        client.login();
        simulator.quirks(
                Quirks.documented().withLoginDelay(Duration.ofMinutes(1)).withCrashAboveParallelLogins(1));
        CompletableFuture<HttpResponse<String>> first = client.loginLater("admin", "123456");
        CompletableFuture<HttpResponse<String>> second = client.loginLater("admin", "123456");

        assertThatThrownBy(() -> first.get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(java.io.IOException.class);
        assertThatThrownBy(() -> second.get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(java.io.IOException.class);
        assertThat(simulator.tokensLive()).isZero();
    }

    @Test
    void aUserCanHaveALimitOfTokens() throws Exception {
        simulator.quirks(Quirks.documented().withMaxLiveTokensPerUser(1));
        client.login();

        assertThat(client.tryLogin("admin", "123456").body()).contains("too many tokens");
        simulator.revokeAllTokens();
        assertThat(client.tryLogin("admin", "123456").body()).doesNotContain("too many tokens");
    }

    @Test
    void aNewLoginCanCancelTheOlderTokensOfThatUser() throws Exception {
        simulator.quirks(Quirks.documented().withNewLoginCancellingOlder(true));
        client.login("user1", "password1");
        client.login("user2", "password2");
        client.login("user1", "password1");

        assertThat(simulator.tokensLive()).isEqualTo(2);
    }

    @Test
    void aNewPasswordIsTheOnlyOneThatWorks() throws Exception {
        simulator.setPassword("user1", "changed");

        assertThat(client.tryLogin("user1", "password1").body()).contains("incorrect");
        assertThat(client.tryLogin("user1", "changed").body()).doesNotContain("incorrect");
    }
}
