package io.tpp;

import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.simulator.DolphinDbSimulator;
import io.tpp.simulator.Fault;
import io.tpp.simulator.Quirks;
import io.tpp.simulator.SeenLogin;
import io.tpp.testing.RawClient;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** From the start to the first tokens, while all goes well or slowly. */
@Timeout(60)
class StartTest {
    private static final Duration LONG = Duration.ofHours(1);

    @Test
    void healthAnswersFromTheFirstMoment() throws Exception {
        try (Rig rig = Rig.startUnready(Quirks.documented().withLoginDelay(LONG), 3)) {
            assertThat(rig.health("/livez").statusCode()).isEqualTo(200);
            HttpResponse<String> ready = rig.health("/readyz");
            assertThat(ready.statusCode()).isEqualTo(503);
            assertThat(ready.body()).contains("[-]tokens failed: no usable token; total 0 of 3");
            HttpResponse<String> health = rig.health("/health");
            assertThat(health.statusCode()).isEqualTo(503);
            assertThat(health.body()).startsWith("{\"status\":\"unhealthy\",\"pool\":{\"total\":0,");
            assertThat(rig.health("/metrics").body()).contains("tpp_tokens_total 0.0");
        }
    }

    @Test
    void theFirstTokenMakesItReadyWhileOthersStillLogIn() throws Exception {
        DolphinDbSimulator simulator = DolphinDbSimulator.start();
        simulator.faults().once("/api/login", Fault.slowHead(Duration.ZERO));
        simulator.faults().always("/api/login", Fault.stalledAnswer(LONG));
        try (Rig rig = Rig.startUnready(simulator, 3);
                RawClient client = rig.connect()) {
            rig.awaitPool(pool -> pool.total() == 1);
            assertThat(rig.health("/readyz").statusCode()).isEqualTo(200);
            assertThat(rig.health("/health").body())
                    .startsWith("{\"status\":\"healthy\",\"pool\":{\"total\":1,\"in_use\":0,\"available\":1,");
            assertThat(client.tokenNumber()).isEqualTo(1);
            assertThat(rig.pool().total()).isEqualTo(1);
        }
    }

    @Test
    void aClientThatCameBeforeTheFirstTokenIsServedByIt() throws Exception {
        DolphinDbSimulator simulator = DolphinDbSimulator.start();
        simulator.goDown();
        try (Rig rig = Rig.startUnready(simulator, 1);
                RawClient client = rig.connect()) {
            client.sendScript("whoami()");
            rig.awaitWaiting(1);
            rig.awaitPool(pool -> pool.lastLoginError() != null);
            simulator.comeBack();
            assertThat(RawClient.tokenNumber(client.read())).isEqualTo(1);
        }
    }

    @Test
    void itKeepsTryingUntilTheUpstreamIsThere() throws Exception {
        DolphinDbSimulator simulator = DolphinDbSimulator.start();
        simulator.goDown();
        try (Rig rig = Rig.startUnready(simulator, 3)) {
            rig.awaitPool(pool -> pool.lastLoginError() != null);
            assertThat(rig.health("/readyz").statusCode()).isEqualTo(503);
            assertThat(rig.health("/health").body())
                    .contains("\"last_login_error\":\"DolphinDB at 127.0.0.1:" + simulator.port()
                            + " could not be reached to log in user 'admin' (credential 1)");
            simulator.comeBack();
            rig.awaitPool(pool -> pool.available() == 3);
            assertThat(rig.health("/readyz").statusCode()).isEqualTo(200);
            assertThat(rig.health("/health").body()).doesNotContain("last_login_error");
        }
    }

    @Test
    void loginsRunInParallelUpToTheLimitOnceTheFirstHasWorked() throws Exception {
        Duration delay = Duration.ofMillis(50);
        Quirks slow = Quirks.documented().withLoginDelay(delay);
        try (Rig rig = Rig.startUnready(slow, 10, "TPP_TOKEN_LOGIN_CONCURRENCY", "3")) {
            rig.awaitPool(pool -> pool.available() == 10);
            assertThat(rig.simulator.peakParallelLogins()).isEqualTo(3);
            assertThat(rig.simulator.loginCount()).isEqualTo(10);
            List<SeenLogin> logins = rig.simulator.logins();
            // Both ended after the same delay, so their distance is that of their starts.
            Duration distance =
                    Duration.between(logins.get(0).at(), logins.get(1).at());
            assertThat(distance).isGreaterThan(delay.dividedBy(2));
        }
    }

    @Test
    void tokensAreSpreadEvenlyOverCredentials() throws Exception {
        try (Rig rig = Rig.start(
                7,
                "TPP_CREDENTIALS_0_USERNAME",
                "admin",
                "TPP_CREDENTIALS_0_PASSWORD",
                "123456",
                "TPP_CREDENTIALS_1_USERNAME",
                "user1",
                "TPP_CREDENTIALS_1_PASSWORD",
                "password1",
                "TPP_CREDENTIALS_2_USERNAME",
                "user2",
                "TPP_CREDENTIALS_2_PASSWORD",
                "password2")) {
            assertThat(rig.simulator.loginsPerUser()).isEqualTo(Map.of("admin", 3, "user1", 2, "user2", 2));
        }
    }

    @Test
    void anUpstreamThatCrashesUnderParallelLoginsIsFilledOneByOne() throws Exception {
        Quirks fragile = Quirks.documented().withCrashAboveParallelLogins(1);
        try (Rig rig = Rig.startUnready(fragile, 3, "TPP_TOKEN_LOGIN_CONCURRENCY", "1")) {
            rig.awaitPool(pool -> pool.available() == 3);
            assertThat(rig.simulator.loginCount()).isEqualTo(3);
        }
    }
}
