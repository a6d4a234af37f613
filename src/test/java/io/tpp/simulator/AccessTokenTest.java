package io.tpp.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tokens that no login gave. */
class AccessTokenTest {
    private final AtomicLong now = new AtomicLong();
    private final DolphinDbSimulator simulator = DolphinDbSimulator.builder()
            .quirks(Quirks.documented()
                    .withTokenTtl(Duration.ofHours(1))
                    .withNewLoginCancellingOlder(true)
                    .withDeadToken(Quirks.DeadToken.UNAUTHORIZED))
            .nanoTime(now::get)
            .start();
    private final TestClient client = new TestClient(simulator);

    @AfterEach
    void close() {
        simulator.close();
    }

    private int statusWith(String token) throws Exception {
        return client.tryExecute("Bearer " + token, "1").statusCode();
    }

    @Test
    void anAccessTokenIsThatOfItsUser() throws Exception {
        String token = simulator.createAccessToken("user1");

        assertThat(token).matches("[A-Za-z0-9+/=]{172}").isNotEqualTo(simulator.createAccessToken("user1"));
        assertThat(client.execute("Bearer " + token, "getCurrentSessionAndUser()")
                        .path("result")
                        .path(0)
                        .path(1)
                        .asText())
                .isEqualTo("user1");
        assertThat(simulator.violations()).isEmpty();
    }

    @Test
    void neitherTimeNorLoginsNorPasswordsNorRestartsEndIt() throws Exception {
        String token = simulator.createAccessToken("user1");
        now.addAndGet(Duration.ofDays(1).toNanos());
        client.login("user1", "password1");
        simulator.setPassword("user1", "other");
        simulator.restart(Duration.ZERO);

        // Not on a connection from before.
        assertThat(new TestClient(simulator).tryExecute("Bearer " + token, "1").statusCode())
                .isEqualTo(200);
        assertThat(simulator.tokensLive()).isEqualTo(1);
        assertThat(simulator.violations()).isEmpty();
    }

    @Test
    void itIsRevokedByItsNumber() throws Exception {
        client.login();
        String token = simulator.createAccessToken("user1");
        simulator.revokeToken(2);

        assertThat(statusWith(token)).isEqualTo(401);
        assertThat(simulator.violations()).hasSize(1);
    }
}
