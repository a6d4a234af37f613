package io.tpp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tpp.simulator.DolphinDbSimulator;
import io.tpp.simulator.Quirks;
import io.tpp.simulator.Quirks.DeadToken;
import io.tpp.simulator.SeenLogin;
import io.tpp.simulator.Violation;
import io.tpp.testing.RawClient;
import io.tpp.testing.RawClient.Response;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tokens that die at the upstream, noticed by probes of idle ones. */
@Timeout(60)
class TokenLifeTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int SIZE = 6;

    private static Rig start(Quirks quirks, int size, String... settings) throws Exception {
        String[] all = new String[settings.length + 2];
        all[0] = "TPP_TOKEN_VALIDATE_SECONDS";
        // Not so often that hardly ever all are idle at once.
        all[1] = "1";
        System.arraycopy(settings, 0, all, 2, settings.length);
        Rig rig = Rig.startUnready(quirks, size, all);
        // What a probe is for.
        rig.simulator.tolerate(Violation.REVOKED_TOKEN, Violation.REFUSED_TOKEN_AGAIN);
        rig.awaitPool(pool -> pool.total() == size);
        return rig;
    }

    private static void awaitLive(Rig rig, int size) {
        await().atMost(LIMIT)
                .until(() -> rig.simulator.tokensLive() == size
                        && rig.pool().available() == size
                        && rig.simulator.inFlight() == 0);
    }

    @ParameterizedTest
    @EnumSource(DeadToken.class)
    void restartCostsOneLoginForEachToken(DeadToken answer) throws Exception {
        try (Rig rig = start(Quirks.documented().withDeadToken(answer), SIZE)) {
            rig.simulator.restart(Duration.ZERO);

            awaitLive(rig, SIZE);
            assertThat(rig.simulator.loginCount()).isEqualTo(2 * SIZE);
            try (RawClient client = rig.connect()) {
                assertThat(client.tokenNumber()).isGreaterThan(SIZE);
            }
        }
    }

    @Test
    void outageIsWaitedForAndThenCostsOneLoginForEachToken() throws Exception {
        try (Rig rig = start(Quirks.documented(), SIZE)) {
            rig.simulator.goDown();
            rig.awaitPool(pool -> !pool.usable() || pool.available() < SIZE);
            rig.simulator.comeBack();

            awaitLive(rig, SIZE);
            assertThat(rig.simulator.loginCount()).isEqualTo(2 * SIZE);
        }
    }

    @Test
    void revokedTokenIsLoggedInAgainAloneAndTheOthersAreNot() throws Exception {
        try (Rig rig = start(Quirks.documented(), SIZE)) {
            rig.simulator.revokeToken(1);

            awaitLive(rig, SIZE);
            assertThat(rig.simulator.loginCount()).isEqualTo(SIZE + 1);
            assertThat(rig.health("/metrics").body()).contains("tpp_refreshes_total{reason=\"probe\",} 1.0");
        }
    }

    @Test
    void wrongPasswordCostsOneLogin() throws Exception {
        try (Rig rig = start(Quirks.documented(), SIZE)) {
            rig.simulator.setPassword("admin", "changed");
            rig.simulator.revokeAllTokens();
            await().atMost(LIMIT).until(() -> !rig.pool().usable() && rig.simulator.inFlight() == 0);
            await().atMost(LIMIT).until(() -> rig.health("/health").body().contains("\"credentials_refused\":1"));

            try (RawClient client = rig.connect()) {
                Response response = client.execute("1+1");
                assertThat(response.status()).isEqualTo(503);
                assertThat(response.body())
                        .contains("refused user 'admin' (credential 1): wrong user name or password");
            }
            assertThat(rig.simulator.logins().stream().filter(TokenLifeTest::wasRefused))
                    .hasSize(1);
            assertThat(rig.health("/health").body())
                    .contains("\"refused_credentials\":[{\"position\":1,\"reason\":\"DolphinDB at");
            assertThat(rig.health("/metrics").body()).contains("tpp_credentials_refused 1.0");
            rig.stop();
        }
    }

    private static boolean wasRefused(SeenLogin login) {
        return login.token() == 0;
    }

    @Test
    void loginsThatEndOlderTokensDoNotGoOnWithoutEnd() throws Exception {
        try (Rig rig = start(Quirks.documented().withNewLoginCancellingOlder(true), SIZE)) {
            await().atMost(LIMIT)
                    .until(() -> rig.pool().available() == 1 && rig.pool().total() == SIZE);
            long settled = rig.simulator.loginCount();
            assertThat(settled).isLessThan(6L * SIZE);

            long probes = rig.simulator.requestCount();
            await().atMost(LIMIT).until(() -> rig.simulator.requestCount() > probes + 20);
            assertThat(rig.simulator.loginCount()).isLessThanOrEqualTo(settled + 2);
            rig.stop();
        }
    }

    @Test
    void noExpiredTokenIsEverSent() throws Exception {
        Duration ttl = Duration.ofSeconds(2);
        try (Rig rig = Rig.startUnready(
                        Quirks.documented().withTokenTtl(ttl).withDeadToken(DeadToken.UNAUTHORIZED),
                        2,
                        "TPP_TOKEN_TTL_SECONDS",
                        "1.5",
                        "TPP_TOKEN_REFRESH_CHECK_SECONDS",
                        "0.1");
                RawClient client = rig.connect()) {
            int requests = 0;
            while (rig.simulator.loginCount() < 8) {
                assertThat(client.execute("loadTable(\"dfs://x\", \"t\")").status())
                        .isEqualTo(200);
                requests++;
            }
            assertThat(requests).isPositive();
        }
    }

    @Test
    void largePoolIsReadyAfterTheFirstLoginAndFullSoonAfterwards() throws Exception {
        DolphinDbSimulator simulator =
                DolphinDbSimulator.start(Quirks.documented().withLoginDelay(Duration.ofMillis(50)));
        try (Rig rig = Rig.startUnready(simulator, 200)) {
            rig.awaitPool(pool -> pool.usable());
            assertThat(rig.pool().total()).isLessThan(200);
            rig.awaitPool(pool -> pool.available() == 200);
            assertThat(simulator.peakParallelLogins()).isEqualTo(4);
            assertThat(simulator.loginCount()).isEqualTo(200);
        }
    }
}
