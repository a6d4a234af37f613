package io.tpp;

import static io.tpp.simulator.Quirks.Refusal.EMPTY_BODY;
import static io.tpp.simulator.Quirks.Refusal.ENVELOPE;
import static io.tpp.simulator.Quirks.Refusal.HTML;
import static io.tpp.simulator.Quirks.Refusal.HUGE_BODY;
import static io.tpp.simulator.Quirks.Refusal.SUCCESS_WITHOUT_TOKEN;
import static io.tpp.simulator.Quirks.Refusal.TRUNCATED_JSON;
import static io.tpp.simulator.Quirks.Refusal.UNESCAPED_QUOTES;
import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.simulator.DolphinDbSimulator;
import io.tpp.simulator.Quirks;
import io.tpp.simulator.Quirks.Refusal;
import io.tpp.testing.RawClient;
import io.tpp.testing.RawClient.Response;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of a start when DolphinDB refuses logins, in every form a refusal may have. */
@Timeout(60)
class RefusedStartTest {
    private static final String[] GOOD_AND_BAD = {
        "TPP_CREDENTIALS_0_USERNAME", "user1",
        "TPP_CREDENTIALS_0_PASSWORD", "mistyped",
        "TPP_CREDENTIALS_1_USERNAME", "user2",
        "TPP_CREDENTIALS_1_PASSWORD", "password2"
    };

    static Stream<Quirks> waysToAccept() {
        Quirks documented = Quirks.documented();
        return Stream.of(
                documented,
                documented.withNumbers(true),
                documented.withSingleLineTokens(true),
                documented.withNumbers(true).withSingleLineTokens(true),
                documented.withLoginMessage("The password of user [admin] will expire in 3 days."));
    }

    @ParameterizedTest
    @MethodSource("waysToAccept")
    void everyKnownFormOfSuccessGivesTokensThatWork(Quirks quirks) throws Exception {
        try (Rig rig = Rig.startUnready(quirks, 2)) {
            rig.awaitPool(pool -> pool.available() == 2);
            try (RawClient client = rig.connect()) {
                assertThat(client.execute("loadTable(\"dfs://x\", \"t\")").body())
                        .contains("\"val\":20");
                assertThat(client.tokenNumber()).isIn(1, 2);
            }
        }
    }

    static Stream<Arguments> waysToRefuse() {
        return Stream.of(
                Arguments.of(ENVELOPE, 200, false),
                Arguments.of(ENVELOPE, 200, true),
                Arguments.of(ENVELOPE, 401, false),
                Arguments.of(ENVELOPE, 403, true),
                Arguments.of(UNESCAPED_QUOTES, 200, false),
                Arguments.of(TRUNCATED_JSON, 200, false),
                Arguments.of(EMPTY_BODY, 401, false),
                Arguments.of(HTML, 401, false),
                Arguments.of(HUGE_BODY, 401, false));
    }

    @ParameterizedTest(name = "{0} with status {1}, numbers: {2}")
    @MethodSource("waysToRefuse")
    void aRefusalIsReportedAfterOneLogin(Refusal shape, int status, boolean numbers) throws Exception {
        Quirks quirks =
                Quirks.documented().withRefusal(shape).withRefusalStatus(status).withNumbers(numbers);
        try (Rig rig = Rig.startUnready(quirks, 10, "TPP_CREDENTIAL_PASSWORD", "mistyped")) {
            assertThat(failure(rig))
                    .startsWith("the upstream refuses every credential: DolphinDB at 127.0.0.1:")
                    .contains("refused user 'admin' (credential 1)")
                    .doesNotContain("mistyped");
            assertThat(rig.simulator.loginCount()).isEqualTo(1);
        }
    }

    /** What TPP's process would say before it ends. */
    private static String failure(Rig rig) throws Exception {
        CompletableFuture<String> failure = new CompletableFuture<>();
        rig.server.onFailure(failure::complete);
        return failure.get(10, TimeUnit.SECONDS);
    }

    static Stream<Arguments> waysToAnswerNonsense() {
        return Stream.of(
                Arguments.of(EMPTY_BODY, 200),
                Arguments.of(HTML, 200),
                Arguments.of(HTML, 502),
                Arguments.of(SUCCESS_WITHOUT_TOKEN, 200),
                Arguments.of(HUGE_BODY, 200));
    }

    @ParameterizedTest(name = "{0} with status {1}")
    @MethodSource("waysToAnswerNonsense")
    void nonsenseIsNoRefusalAndTheLoginIsTriedAgain(Refusal shape, int status) throws Exception {
        Quirks quirks = Quirks.documented()
                .withEveryLoginRefused(true)
                .withRefusal(shape)
                .withRefusalStatus(status);
        try (Rig rig = Rig.startUnready(quirks, 2)) {
            rig.awaitPool(pool -> pool.lastLoginError() != null);
            assertThat(rig.pool().lastLoginError()).contains("gave no usable answer to the login of user 'admin'");
            rig.simulator.quirks(Quirks.documented());
            rig.awaitPool(pool -> pool.available() == 2);
        }
    }

    @Test
    void everyCredentialIsTriedOnceAndOnlyOnce() throws Exception {
        String[] bad = Arrays.copyOf(GOOD_AND_BAD, GOOD_AND_BAD.length);
        bad[7] = "mistyped too";
        try (Rig rig = Rig.startUnready(Quirks.documented(), 10, bad)) {
            assertThat(failure(rig)).containsPattern("refused user 'user[12]' \\(credential [12]\\)");
            assertThat(rig.simulator.loginsPerUser()).isEqualTo(Map.of("user1", 1, "user2", 1));
            assertThat(rig.health("/readyz").statusCode()).isEqualTo(503);
        }
    }

    @Test
    void whenSomeAreRefusedItServesWithTheOthers() throws Exception {
        try (Rig rig = Rig.startUnready(Quirks.documented(), 6, GOOD_AND_BAD)) {
            rig.awaitPool(pool -> pool.available() == 3 && pool.lastLoginError() != null);
            assertThat(rig.simulator.loginsPerUser()).isEqualTo(Map.of("user1", 1, "user2", 3));
            assertThat(rig.health("/readyz").statusCode()).isEqualTo(200);
            assertThat(rig.health("/health").body())
                    .startsWith("{\"status\":\"healthy\",\"pool\":{\"total\":3,\"in_use\":0,\"available\":3,")
                    .contains("\"pool_size\":6,\"last_login_error\":\"DolphinDB at ")
                    .contains("refused user 'user1' (credential 1): wrong user name or password");
            try (RawClient client = rig.connect()) {
                assertThat(client.execute("getCurrentSessionAndUser()").body()).contains("user2");
            }
        }
    }

    @Test
    void aClientIsToldWhoseLoginIsRefused() throws Exception {
        try (Rig rig = Rig.startUnready(Quirks.documented(), 2, "TPP_CREDENTIAL_PASSWORD", "mistyped")) {
            failure(rig);
            try (RawClient client = rig.connect()) {
                Response response = client.execute("1+1");
                assertThat(response.status()).isEqualTo(503);
                assertThat(response.headers()).containsKey("retry-after");
                assertThat(response.body())
                        .contains("TPP: no usable token: ")
                        .contains("refused user 'admin' (credential 1): wrong user name or password")
                        .doesNotContain("mistyped");
            }
        }
    }

    @Test
    void aClientThatWaitsIsToldAsSoonAsTheLoginIsRefused() throws Exception {
        DolphinDbSimulator simulator = DolphinDbSimulator.start();
        simulator.goDown();
        try (Rig rig = Rig.startUnready(simulator, 2, "TPP_CREDENTIAL_PASSWORD", "mistyped");
                RawClient client = rig.connect().sendScript("1+1")) {
            rig.awaitWaiting(1);
            simulator.comeBack();
            Response response = client.read();
            assertThat(response.status()).isEqualTo(503);
            assertThat(response.body()).contains("refused user 'admin' (credential 1)");
        }
    }
}
