package io.tpp;

import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.testing.RawClient;
import io.tpp.testing.RawClient.Response;
import io.tpp.testing.TestCertificates;
import java.nio.file.Path;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that are known by the subject of their certificate. */
@Timeout(60)
class ClientSubjectsTest {
    private final TestCertificates certificates;

    ClientSubjectsTest(@TempDir Path folder) {
        certificates = TestCertificates.in(folder);
    }

    private Rig start(int tokens, String... settings) throws Exception {
        return Rig.start(tokens, certificates.settingsForKnownClients(settings));
    }

    private RawClient connect(Rig rig, HeldCertificate certificate) {
        return RawClient.connectTls(rig.port(), certificates.trust(certificate).sslContext());
    }

    private HeldCertificate named(String commonName) {
        return certificates.client(commonName);
    }

    @Test
    void aSubjectThatIsMeantIsServedAndAnotherIsRefused() throws Exception {
        try (Rig rig = start(1, "TPP_ACCESS_CLIENT_SUBJECTS", "CN=etl-*; DNS:*.batch.example.com")) {
            try (RawClient client = connect(rig, named("etl-1"))) {
                assertThat(client.execute("1+1").status()).isEqualTo(200);
                assertThat(client.execute("1+1").status()).isEqualTo(200);
            }
            try (RawClient client = connect(rig, named("other"))) {
                Response response = client.execute("1+1");
                assertThat(response.status()).isEqualTo(403);
                assertThat(response.body()).contains("access.client_subjects");
                assertThat(client.readRest()).isEmpty();
            }
        }
    }

    @Test
    void aHolderMayHaveOnlySoManyConnections() throws Exception {
        try (Rig rig = start(3, "TPP_ACCESS_MAX_CONNECTIONS_PER_CLIENT", "1");
                RawClient first = connect(rig, named("one"));
                RawClient second = connect(rig, named("one"));
                RawClient other = connect(rig, named("two"))) {
            assertThat(first.execute("1+1").status()).isEqualTo(200);
            Response refused = second.execute("1+1");
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.body()).contains("CN=one has as many connections");
            assertThat(other.execute("1+1").status()).isEqualTo(200);
        }
    }
}
