package io.tpp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tpp.access.ApiKey;
import io.tpp.testing.CapturedLog;
import io.tpp.testing.RawClient;
import io.tpp.testing.TestCertificates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Rules of access that change while TPP runs: they hold for the next request, and nobody keeps a token against them. */
@Timeout(60)
class AccessReloadTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final ApiKey etl = ApiKey.create(new SecureRandom());
    private final ApiKey desk = ApiKey.create(new SecureRandom());

    @TempDir
    @SuppressWarnings("NullAway.Init") // By JUnit.
    private Path folder;

    private ReloadRig start(String... settings) throws Exception {
        return ReloadRig.start(folder, settings);
    }

    private String keysFile(String name, String... lines) throws Exception {
        return Files.write(folder.resolve(name), List.of(lines)).toString();
    }

    private static String xApiKey(ApiKey key) {
        return "X-API-Key: " + key.text().reveal();
    }

    @Test
    void anAddressThatIsNotAllowedAnyMoreLosesItsConnectionAndGetsNoNewOne() throws Exception {
        try (ReloadRig reload = start("token.pool_size", "1");
                RawClient client = reload.rig.connect()) {
            assertThat(client.execute("1").status()).isEqualTo(200);

            assertThat(reload.change("access.allow", "[10.0.0.0/8]"))
                    .containsExactly("access.allow everyone -> 10.0.0.0/8");

            assertThat(client.readRest()).isEmpty();
            reload.rig.awaitAllIdle();
            try (RawClient stranger = reload.rig.connect()) {
                assertThat(stranger.readRest()).isEmpty();
            }
            reload.change("access.allow", "[127.0.0.1]");
            try (RawClient known = reload.rig.connect()) {
                assertThat(known.execute("1").status()).isEqualTo(200);
            }
        }
    }

    @Test
    void aQueryOfAClientThatIsNotAllowedAnyMoreIsStillAnswered() throws Exception {
        try (ReloadRig reload = start("token.pool_size", "1");
                RawClient client = reload.rig.connect()) {
            client.sendScript("gate(\"slow\")");
            reload.rig.simulator.awaitAtGate("slow", 1, LIMIT);

            reload.change("access.allow", "[10.0.0.0/8]");
            reload.rig.simulator.gate("slow").open();

            assertThat(client.read().status()).isEqualTo(200);
            assertThat(client.readRest()).isEmpty();
            reload.rig.awaitAllIdle();
        }
    }

    @Test
    void keysThatAreNeededFromNowOnEndTheConnectionsOfThoseWhoHaveNone() throws Exception {
        String file = keysFile("keys", etl.line("etl"));
        try (ReloadRig reload = start("token.pool_size", "2");
                RawClient before = reload.rig.connect()) {
            assertThat(before.execute("1").status()).isEqualTo(200);

            reload.change("access.api_keys_file", file);

            assertThat(before.readRest()).isEmpty();
            try (RawClient client = reload.rig.connect()) {
                assertThat(client.execute("1", xApiKey(etl)).status()).isEqualTo(200);
                reload.change("access.api_keys_file", "");
                assertThat(client.execute("1").status()).isEqualTo(200);
            }
        }
    }

    @Test
    void anotherFileOfKeysIsTakenOverAndFollowed() throws Exception {
        String first = keysFile("first", etl.line("etl"));
        String second = keysFile("second", desk.line("desk"));
        try (ReloadRig reload = start("token.pool_size", "2", "access.api_keys_file", first);
                RawClient client = reload.rig.connect()) {
            assertThat(client.execute("1", xApiKey(etl)).status()).isEqualTo(200);

            reload.change("access.api_keys_file", second);

            assertThat(client.readRest()).as("etl's key is not there").isEmpty();
            try (RawClient other = reload.rig.connect()) {
                assertThat(other.execute("1", xApiKey(desk)).status()).isEqualTo(200);
                keysFile("second", etl.line("etl"));
                assertThat(other.readRest()).as("desk's is not there any more").isEmpty();
            }
            try (CapturedLog log = new CapturedLog("io.tpp")) {
                keysFile("first", desk.line("desk"));
                keysFile("second", etl.line("etl"), desk.line("desk"));
                await().atMost(LIMIT).until(() -> log.lines().toString().contains("2 API keys"));
                assertThat(log.lines().toString()).doesNotContain("1 API keys");
            }
        }
    }

    @Test
    void aBadFileOfKeysChangesNothing() throws Exception {
        String file = keysFile("keys", etl.line("etl"));
        try (ReloadRig reload = start("token.pool_size", "1", "access.api_keys_file", file);
                RawClient client = reload.rig.connect()) {
            reload.edit(
                    "access.api_keys_file",
                    keysFile("bad", "etl:" + etl.text().reveal()),
                    "access.allow",
                    "[10.0.0.0/8]");
            assertThat(reload.reload().problems())
                    .singleElement()
                    .asString()
                    .contains("bad:1: ", "64 hexadecimal digits")
                    .doesNotContain(etl.text().reveal());
            assertThat(client.execute("1", xApiKey(etl)).status()).isEqualTo(200);
        }
    }

    @Test
    void aLimitOfConnectionsHoldsForThoseThatComeThen() throws Exception {
        try (ReloadRig reload = start("token.pool_size", "3");
                RawClient first = reload.rig.connect();
                RawClient second = reload.rig.connect()) {
            assertThat(first.execute("1").status()).isEqualTo(200);
            assertThat(second.execute("1").status()).isEqualTo(200);

            reload.change("access.max_connections_per_client", "1");

            try (RawClient third = reload.rig.connect()) {
                assertThat(third.readRest()).isEmpty();
            }
            assertThat(first.execute("1").status()).isEqualTo(200);
            assertThat(second.execute("1").status()).isEqualTo(200);
            reload.change("access.max_connections_per_client", "3");
            try (RawClient third = reload.rig.connect()) {
                assertThat(third.execute("1").status()).isEqualTo(200);
            }
        }
    }

    @Test
    void connectionsThatWereCountedByAddressCountForTheirKeyOnceThatIsKnown() throws Exception {
        String file = keysFile("keys", etl.line("etl"), desk.line("desk"));
        try (ReloadRig reload = start("token.pool_size", "3", "access.max_connections_per_client", "1");
                RawClient first = reload.rig.connect()) {
            await().atMost(LIMIT)
                    .until(() -> reload.rig.health("/metrics").body().contains("\ntpp_client_connections 1.0"));
            reload.change("access.api_keys_file", file);
            assertThat(first.execute("1", xApiKey(etl)).status()).isEqualTo(200);
            try (RawClient second = reload.rig.connect();
                    RawClient other = reload.rig.connect()) {
                assertThat(second.execute("1", xApiKey(etl)).status()).isEqualTo(429);
                assertThat(other.execute("1", xApiKey(desk)).status()).isEqualTo(200);
            }
        }
    }

    @Test
    void pathsAndMethodsHoldForTheNextRequest() throws Exception {
        try (ReloadRig reload = start("token.pool_size", "1");
                RawClient client = reload.rig.connect()) {
            assertThat(client.execute("1").status()).isEqualTo(200);
            reload.change("access.denied_paths", "[/api/execute]");
            assertThat(client.execute("1").status()).isEqualTo(403);
            reload.change("access.denied_paths", "", "access.allowed_paths", "[/other]");
            assertThat(client.execute("1").status()).isEqualTo(403);
            reload.change("access.allowed_paths", "", "access.allowed_methods", "[GET]");
            assertThat(client.execute("1").status()).isEqualTo(403);
            reload.change("access.allowed_methods", "");
            assertThat(client.execute("1").status()).isEqualTo(200);
        }
    }

    @Test
    void aSubjectThatIsNotMeantAnyMoreLosesItsConnection() throws Exception {
        TestCertificates certificates = TestCertificates.in(folder);
        HeldCertificate known = certificates.client("etl");
        try (ReloadRig reload = start(
                        "token.pool_size",
                        "1",
                        "tls.cert_file",
                        certificates.certFile().toString(),
                        "tls.key_file",
                        certificates.keyFile().toString(),
                        "tls.client_ca_file",
                        certificates.caFile().toString(),
                        "access.client_subjects",
                        "['CN=etl']");
                RawClient client = RawClient.connectTls(
                        reload.rig.port(), certificates.trust(known).sslContext())) {
            assertThat(client.execute("1").status()).isEqualTo(200);
            reload.change("access.client_subjects", "['CN=etl', 'CN=desk']");
            assertThat(client.execute("1").status()).isEqualTo(200);

            reload.change("access.client_subjects", "['CN=desk']");

            assertThat(client.readRest()).isEmpty();
            reload.rig.awaitAllIdle();
            try (RawClient again = RawClient.connectTls(
                    reload.rig.port(), certificates.trust(known).sslContext())) {
                assertThat(again.execute("1").status()).isEqualTo(403);
            }
        }
    }
}
