package io.tpp;

import static io.tpp.testing.RawTunnel.echo;
import static io.tpp.testing.RawTunnel.open;
import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.simulator.DolphinDbSimulator;
import io.tpp.testing.RawClient;
import io.tpp.testing.TestCertificates;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tunnels with TLS on both connections. */
@Timeout(60)
class TlsTunnelTest {
    private static TestCertificates certificates;
    private static Rig rig;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        certificates = TestCertificates.in(folder);
        DolphinDbSimulator simulator = DolphinDbSimulator.builder()
                .tls(certificates.trust(certificates.server()).sslContext())
                .start();
        rig = Rig.startUnready(
                simulator,
                1,
                certificates.settings(
                        "TPP_UPSTREAM_TLS",
                        "true",
                        "TPP_UPSTREAM_TLS_CA_FILE",
                        certificates.caFile().toString()));
        rig.awaitPool(pool -> pool.available() == 1);
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    private static RawClient connect(String version) throws IOException {
        return RawClient.connect(rig.port()).handshake(certificates.clientContext(), version);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void bytesPassBothWaysUntilTheClientEnds(String version) throws Exception {
        try (RawClient tunnel = open(connect(version))) {
            echo(tunnel, "hi");
            for (int i = 0; i < 20; i++) {
                echo(tunnel, "0123456789abcdef".repeat(5000));
            }
            assertThat(rig.pool().inUse()).isEqualTo(1);
        }
        rig.awaitAllIdle();
    }

    @Test
    void aHalfClosePassesAndComesBack() throws Exception {
        try (RawClient tunnel = open(connect("TLSv1.3"))) {
            tunnel.send("last words").shutdownOutput();
            assertThat(tunnel.readRest()).isEqualTo("last words");
        }
        rig.awaitAllIdle();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aConnectionThatBreaksEndsTheTunnel(boolean reset) throws Exception {
        try (RawClient tunnel = open(connect("TLSv1.3"))) {
            echo(tunnel, "hi");
            if (reset) {
                tunnel.reset();
            } else {
                tunnel.cut();
            }
            rig.awaitAllIdle();
        }
    }
}
