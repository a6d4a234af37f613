package io.tpp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tpp.testing.RawClient;
import io.tpp.testing.TestCertificates;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code client.idle_timeout_seconds}, with clients that never close by themselves. */
@Timeout(60)
class IdleConnectionTest {
    private static final String[] FOUR_SECONDS = {"TPP_CLIENT_IDLE_TIMEOUT_SECONDS", "4"};

    /** Jetty alone would take twice four seconds. */
    private static final Duration LIMIT = Duration.ofSeconds(7);

    private final TestCertificates certificates;

    IdleConnectionTest(@TempDir Path folder) {
        this.certificates = TestCertificates.in(folder);
    }

    @Test
    void anIdleConnectionLosesItsLeaseAndIsClosedInClearAndOverTls() throws Exception {
        try (Rig clear = Rig.start(1, FOUR_SECONDS);
                Rig tls = Rig.start(1, certificates.settings(FOUR_SECONDS));
                RawClient inClear = clear.connect();
                RawClient overTls = RawClient.connectTls(tls.port(), certificates.clientContext())) {
            inClear.tokenNumber();
            overTls.tokenNumber();
            await().atMost(LIMIT)
                    .until(() -> clear.pool().inUse() == 0 && tls.pool().inUse() == 0);
            assertThat(inClear.isClosedByPeer()).isTrue();
            assertThat(overTls.isClosedByPeer()).isTrue();
        }
    }

    @Test
    void aRequestThatTakesLongerThanTheIdleTimeOutIsAnsweredInClearAndOverTls() throws Exception {
        try (Rig clear = Rig.start(1, "TPP_CLIENT_IDLE_TIMEOUT_SECONDS", "0.2");
                Rig tls = Rig.start(1, certificates.settings("TPP_CLIENT_IDLE_TIMEOUT_SECONDS", "0.2"));
                RawClient inClear = clear.connect();
                RawClient overTls = RawClient.connectTls(tls.port(), certificates.clientContext())) {
            inClear.sendScript("sleep(1500); 1+2");
            overTls.sendScript("sleep(1500); 1+2");
            assertThat(inClear.read().body()).contains("[3]");
            assertThat(overTls.read().body()).contains("[3]");
        }
    }
}
