package io.tpp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.tpp.testing.CapturedLog;
import io.tpp.testing.RawClient;
import io.tpp.testing.TestCertificates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A configuration that is read again while TPP runs: what changes of it is in force, and no lease is disturbed. */
@Timeout(120)
class ReloadTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    @TempDir
    @SuppressWarnings("NullAway.Init") // By JUnit.
    private Path folder;

    private ReloadRig start(String... settings) throws Exception {
        return ReloadRig.start(folder, settings);
    }

    private static RawClient request(ReloadRig reload, String target) {
        return reload.rig.connect().send("GET " + target + " HTTP/1.1\r\nHost: tpp\r\n\r\n");
    }

    @Test
    void thePoolGrowsAndServesThoseWhoWaitInOrder() throws Exception {
        try (ReloadRig reload = start("token.pool_size", "1", "token.idle_reclaim_seconds", "0");
                RawClient holder = reload.rig.connect();
                RawClient first = reload.rig.connect();
                RawClient second = reload.rig.connect()) {
            assertThat(holder.tokenNumber()).isEqualTo(1);
            first.sendScript("whoami()");
            reload.rig.awaitWaiting(1);
            second.sendScript("whoami()");
            reload.rig.awaitWaiting(2);

            assertThat(reload.change("token.pool_size", "3")).containsExactly("token.pool_size 1 -> 3");
            assertThat(first.read().status()).isEqualTo(200);
            assertThat(second.read().status()).isEqualTo(200);
            assertThat(holder.tokenNumber()).isEqualTo(1);
        }
    }

    @Test
    void thePoolShrinksAsLeasesEnd() throws Exception {
        try (ReloadRig reload = start("token.pool_size", "3")) {
            try (RawClient one = reload.rig.connect();
                    RawClient two = reload.rig.connect()) {
                int first = one.tokenNumber();
                int second = two.tokenNumber();
                reload.change("token.pool_size", "1");
                reload.rig.awaitPool(pool -> pool.total() == 2 && pool.size() == 1);
                assertThat(List.of(one.tokenNumber(), two.tokenNumber())).containsExactly(first, second);
            }
            reload.rig.awaitPool(pool -> pool.total() == 1 && pool.available() == 1);
        }
    }

    @Test
    void limitsOfTheQueueHoldForThoseWhoComeThen() throws Exception {
        try (ReloadRig reload = start("token.pool_size", "1", "token.idle_reclaim_seconds", "0");
                RawClient holder = reload.rig.connect();
                RawClient waiter = reload.rig.connect();
                RawClient tooMany = reload.rig.connect()) {
            holder.tokenNumber();
            waiter.sendScript("1");
            reload.rig.awaitWaiting(1);
            reload.change("token.max_waiting", "1");
            assertThat(tooMany.execute("1").body()).contains("token.max_waiting 1");
            reload.change("token.wait_timeout_seconds", "0.2");
            assertThat(waiter.read().body()).contains("token.wait_timeout_seconds 0.2");
            reload.change("token.wait_timeout_seconds", "", "token.idle_reclaim_seconds", "0.1");
            assertThat(waiter.execute("2").status())
                    .as("the idle holder's token")
                    .isEqualTo(200);
        }
    }

    @Test
    void whatIsReloadedIsInForceWhenThatIsSaid() throws Exception {
        try (ReloadRig reload = start("token.pool_size", "1")) {
            for (int size = 2; size <= 100; size++) {
                reload.change("token.pool_size", String.valueOf(size));
                assertThat(reload.rig.pool().size()).isEqualTo(size);
            }
        }
    }

    @Test
    void leasesPerRequestBeginAtOnceAlsoOnOldConnections() throws Exception {
        try (ReloadRig reload = start("token.pool_size", "1", "token.idle_reclaim_seconds", "0");
                RawClient one = reload.rig.connect();
                RawClient two = reload.rig.connect()) {
            one.tokenNumber();
            reload.change("token.binding", "request");
            assertThat(two.tokenNumber()).isEqualTo(1);
            assertThat(one.tokenNumber()).isEqualTo(1);
            reload.rig.awaitAllIdle();
            reload.change("token.binding", "connection");
            one.tokenNumber();
            assertThat(reload.rig.pool().inUse()).isEqualTo(1);
        }
    }

    @Test
    void aRequestUnderWayThenEndsItsConnectionsLease() throws Exception {
        try (ReloadRig reload = start("token.pool_size", "1", "token.idle_reclaim_seconds", "0");
                RawClient one = reload.rig.connect();
                RawClient two = reload.rig.connect()) {
            reload.rig.simulator.hold();
            one.sendScript("1");
            reload.rig.simulator.awaitHeld(1, LIMIT);
            reload.change("token.binding", "request");
            two.sendScript("2");
            reload.rig.awaitWaiting(1);
            reload.rig.simulator.release();
            assertThat(one.read().status()).isEqualTo(200);
            assertThat(two.read().status()).isEqualTo(200);
        }
    }

    @Test
    void loginsThroughTppCanBeAllowed() throws Exception {
        try (ReloadRig reload = start("token.pool_size", "1")) {
            try (RawClient client = request(reload, "/api/login")) {
                assertThat(client.read().status()).isEqualTo(403);
            }
            reload.change("access.forward_login", "true");
            try (RawClient client = request(reload, "/api/login")) {
                assertThat(client.read().status()).isNotEqualTo(403);
            }
        }
    }

    @Test
    void theUpstreamsSilenceEndsSooner() throws Exception {
        try (ReloadRig reload = start("token.pool_size", "1");
                RawClient client = reload.rig.connect()) {
            reload.change("upstream.response_timeout_seconds", "0.2", "upstream.connect_timeout_seconds", "3");
            reload.rig.simulator.hold();
            assertThat(client.execute("1").status()).isEqualTo(504);
            reload.rig.simulator.release();
        }
    }

    @Test
    void idleConnectionsThatAreOpenAlreadyEndSooner() throws Exception {
        try (ReloadRig reload = start("token.pool_size", "1");
                RawClient client = reload.rig.connect()) {
            client.tokenNumber();
            reload.change("client.idle_timeout_seconds", "0.3");
            assertThat(client.isClosedByPeer()).isTrue();
            try (RawClient later = reload.rig.connect()) {
                assertThat(later.isClosedByPeer()).isTrue();
            }
        }
    }

    @Test
    @SuppressWarnings("try") // The close is what is tested.
    void theLimitOfConnectionsIsRaisedAndLowered() throws Exception {
        try (ReloadRig reload = start("token.pool_size", "3", "client.max_connections", "1");
                RawClient one = reload.rig.connect();
                RawClient two = reload.rig.connect().sendScript("1")) {
            one.tokenNumber();
            reload.change("client.max_connections", "2");
            assertThat(two.read().status()).isEqualTo(200);
            reload.change("client.max_connections", "1");
            try (RawClient three = reload.rig.connect().sendScript("2")) {
                two.hangUp();
                one.hangUp();
                assertThat(three.read().status()).isEqualTo(200);
            }
            reload.change("client.max_connections", "");
            try (RawClient four = reload.rig.connect();
                    RawClient five = reload.rig.connect()) {
                assertThat(List.of(four.execute("1").status(), five.execute("1").status()))
                        .containsExactly(200, 200);
            }
        }
    }

    @Test
    void credentialsAreOthersAndTheirTokensLoggedInAnew() throws Exception {
        try (ReloadRig reload = start("token.pool_size", "2");
                RawClient client = reload.rig.connect()) {
            assertThat(client.execute("1").body()).contains("\"user\":\"admin\"");
            assertThat(reload.change("credential.username", "user1", "credential.password", "password1"))
                    .containsExactly("credentials: 1; added: 1 (position 1); removed: 1; password changed: 0");
            await().atMost(LIMIT).until(() -> client.execute("1").body().contains("\"user\":\"user1\""));
            assertThat(reload.rig.simulator.loginsPerUser()).containsEntry("user1", 2);
        }
    }

    @Test
    void moreCredentialsMakeALargerPool() throws Exception {
        Path credentials = Files.writeString(folder.resolve("users.txt"), "user1:password1\n");
        try (ReloadRig reload = start(
                        "credential.username",
                        "",
                        "credential.password",
                        "",
                        "credentials_file",
                        credentials.toString());
                RawClient client = reload.rig.connect()) {
            assertThat(reload.rig.pool().size()).isEqualTo(1);
            client.tokenNumber();
            Files.writeString(credentials, "user1:password1\nuser2:password2\n");
            assertThat(reload.change()).contains("token.pool_size 1 -> 2").hasSizeLessThanOrEqualTo(2);
            reload.rig.awaitPool(pool -> pool.available() == 1 && pool.inUse() == 1);
            assertThat(client.execute("1").body()).contains("\"user\":\"user1\"");
            Files.writeString(credentials, "user1:password1\n");
            reload.change();
            reload.rig.awaitPool(pool -> pool.total() == 1 && pool.inUse() == 1);
            assertThat(client.execute("1").body()).contains("\"user\":\"user1\"");
            assertThat(reload.rig.simulator.loginsPerUser()).containsEntry("user1", 1);
        }
    }

    @Test
    void readyMadeTokensComeAndGo() throws Exception {
        Path tokens = folder.resolve("tokens.txt");
        Files.writeString(tokens, "placeholder\n");
        try (var simulator = io.tpp.simulator.DolphinDbSimulator.start()) {
            String a = simulator.createAccessToken("admin");
            String b = simulator.createAccessToken("admin");
            String c = simulator.createAccessToken("admin");
            Files.writeString(tokens, a + "\n" + b + "\n");
            try (ReloadRig reload = ReloadRig.start(
                    folder,
                    Map.of("TPP_UPSTREAM_PORT", String.valueOf(simulator.port())),
                    "credential.username",
                    "",
                    "credential.password",
                    "",
                    "tokens_file",
                    tokens.toString())) {
                Files.writeString(tokens, a + "\n" + b + "\n" + c + "\n");
                reload.change();
                reload.rig.awaitPool(pool -> pool.available() == 3);
                Files.writeString(tokens, a + "\n" + c + "\n");
                reload.change();
                reload.rig.awaitPool(pool -> pool.available() == 2 && pool.total() == 2);
                Files.writeString(tokens, c + "\n" + a + "\n" + b + "\n");
                reload.change();
                reload.rig.awaitPool(pool -> pool.available() == 3);
                assertThat(simulator.violations()).isEmpty();
            }
        }
    }

    @Test
    @SuppressWarnings("try") // The close frees the only token.
    void otherTlsFilesAreForNewConnections() throws Exception {
        Path old = Files.createDirectory(folder.resolve("old"));
        Path other = Files.createDirectory(folder.resolve("other"));
        TestCertificates before = TestCertificates.in(old);
        TestCertificates after = TestCertificates.in(other);
        try (ReloadRig reload = start(
                        "token.pool_size",
                        "1",
                        "tls.cert_file",
                        before.certFile().toString(),
                        "tls.key_file",
                        before.keyFile().toString());
                RawClient kept = RawClient.connectTls(reload.rig.port(), before.clientContext())) {
            kept.tokenNumber();
            reload.change(
                    "tls.cert_file",
                    after.certFile().toString(),
                    "tls.key_file",
                    after.keyFile().toString());
            assertThat(kept.tokenNumber()).isEqualTo(1);
            kept.hangUp();
            try (RawClient client = RawClient.connectTls(reload.rig.port(), after.clientContext())) {
                assertThat(client.tokenNumber()).isEqualTo(1);
            }
        }
    }

    @Test
    void whatTheStopMayTakeIsTakenOver() throws Exception {
        try (ReloadRig reload = start("token.pool_size", "1", "shutdown.grace_seconds", "60")) {
            reload.rig.simulator.hold();
            try (RawClient client = reload.rig.connect().sendScript("1")) {
                reload.rig.simulator.awaitHeld(1, LIMIT);
                reload.change("shutdown.grace_seconds", "0.2");
                reload.rig.stop();
                assertThat(client.readRest()).isEmpty();
            }
        }
    }

    @Test
    void aMistakeLeavesEverythingAsItWasAndIsTold() throws Exception {
        try (CapturedLog log = new CapturedLog(Reload.class.getName());
                ReloadRig reload = start("token.pool_size", "1")) {
            assertThat(metric(reload, "tpp_config_last_reload_successful")).isEqualTo(1);
            double startedAt = metric(reload, "tpp_config_last_reload_success_timestamp_seconds");
            reload.edit("token.pool_size", "2", "token.ttl_seconds", "soon", "nonsense", "1");
            ReloadResult result = reload.reload();
            assertThat(result.problems())
                    .hasSize(2)
                    .anySatisfy(problem ->
                            assertThat(problem).startsWith("config.yaml:").contains("token.ttl_seconds"));
            assertThat(reload.rig.pool().size()).isEqualTo(1);
            assertThat(metric(reload, "tpp_config_last_reload_successful")).isZero();
            assertThat(log.lines(Level.WARN))
                    .singleElement()
                    .asString()
                    .contains("cannot be reloaded (test), the one before stays in force: ")
                    .contains("token.ttl_seconds");

            reload.change("token.ttl_seconds", "", "nonsense", "");
            reload.rig.awaitPool(pool -> pool.available() == 2);
            assertThat(metric(reload, "tpp_config_last_reload_successful")).isEqualTo(1);
            assertThat(metric(reload, "tpp_config_last_reload_success_timestamp_seconds"))
                    .isGreaterThan(startedAt);
        }
    }

    @Test
    void ifOnePartCannotFollowNoneDoes() throws Exception {
        try (ReloadRig reload = start("token.pool_size", "1")) {
            reload.rig.server.tpp().reload().add(next -> {
                throw new IllegalArgumentException("this part cannot follow");
            });
            reload.edit("token.pool_size", "2", "token.binding", "request");
            assertThat(reload.reload().problems()).containsExactly("this part cannot follow");
            assertThat(reload.rig.pool().size()).isEqualTo(1);
            assertThat(metric(reload, "tpp_config_last_reload_successful")).isZero();
            try (RawClient client = reload.rig.connect()) {
                client.tokenNumber();
                assertThat(reload.rig.pool().inUse())
                        .as("the lease of a connection")
                        .isEqualTo(1);
            }
        }
    }

    private static double metric(ReloadRig reload, String name) throws Exception {
        return reload.rig
                .health("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whatNeedsARestartIsNamedAndTheRestTakenOver() throws Exception {
        try (CapturedLog log = new CapturedLog(Reload.class.getName());
                ReloadRig reload = start("token.pool_size", "1")) {
            reload.edit("listen", "127.0.0.1:1", "token.pool_size", "2");
            ReloadResult result = reload.reload();
            assertThat(result.changes()).containsExactly("token.pool_size 1 -> 2");
            assertThat(result.needRestart()).containsExactly("listen");
            assertThat(log.lines(Level.WARN)).containsExactly("These keys have changed and need a restart: listen");
            reload.rig.awaitPool(pool -> pool.available() == 2);
        }
    }

    @Test
    void aPasswordIsInNeitherTheLogNorTheResult() throws Exception {
        try (CapturedLog log = new CapturedLog(Reload.class.getName());
                ReloadRig reload = start("token.pool_size", "1")) {
            assertThat(reload.change("credential.password", "'654321'"))
                    .containsExactly("credentials: 1; added: 0; removed: 0; password changed: 1 (position 1)");
            reload.edit("credential.password", "[654321]");
            assertThat(reload.reload().toString()).doesNotContain("654321");
            assertThat(log.lines().toString()).doesNotContain("654321", "123456");
        }
    }

    @Test
    void aWatchedFileIsTakenOverWhenItChanges() throws Exception {
        try (ReloadRig reload = start("token.pool_size", "1", "reload.watch", "true")) {
            reload.edit("token.pool_size", "2");
            reload.rig.awaitPool(pool -> pool.available() == 2);
            reload.edit("token.pool_size", "3", "reload.watch", "false");
            reload.rig.awaitPool(pool -> pool.available() == 3);
            reload.edit("reload.watch", "true", "token.pool_size", "1");
            reload.reload();
            reload.rig.awaitPool(pool -> pool.available() == 1 && pool.total() == 1);
            reload.edit("token.pool_size", "2");
            reload.rig.awaitPool(pool -> pool.available() == 2);
        }
    }

    /** As Kubernetes does with a ConfigMap: the link to the folder of all its files is changed. */
    @Test
    void aWatchedFileMayBeReachedByALinkThatChanges() throws Exception {
        try (ReloadRig reload = start("token.pool_size", "1", "reload.watch", "true")) {
            Path first = Files.createDirectory(folder.resolve("..first"));
            Path second = Files.createDirectory(folder.resolve("..second"));
            String yaml = Files.readString(reload.file);
            Files.writeString(first.resolve("config.yaml"), yaml);
            Files.writeString(second.resolve("config.yaml"), yaml.replace("pool_size: 1", "pool_size: 2"));
            Path data = Files.createSymbolicLink(folder.resolve("..data"), first.getFileName());
            Files.delete(reload.file);
            Files.createSymbolicLink(reload.file, Path.of("..data", "config.yaml"));
            Path next = Files.createSymbolicLink(folder.resolve("..data_tmp"), second.getFileName());
            Files.move(next, data, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
            reload.rig.awaitPool(pool -> pool.available() == 2);
        }
    }

    @Test
    void itGoesUpAndDownUnderLoadAndNoRequestFails() throws Exception {
        try (ReloadRig reload = start("token.pool_size", "4", "token.idle_reclaim_seconds", "0.05");
                Load load = Load.start(reload.rig, 6)) {
            for (int round = 0; round < 20; round++) {
                String size = String.valueOf(List.of(1, 7, 2, 5).get(round % 4));
                String binding = round % 3 == 0 ? "request" : "connection";
                reload.change("token.pool_size", size, "token.binding", binding);
                load.awaitMore(20);
            }
            reload.change("token.pool_size", "4");
            List<String> answers = load.stop();
            assertThat(answers)
                    .hasSizeGreaterThan(400)
                    .allSatisfy(answer -> assertThat(answer).matches(Load::isFine));
            reload.rig.awaitPool(pool -> pool.total() == 4 && pool.available() == 4);
            assertThat(reload.rig.simulator.violations()).isEmpty();
        }
    }
}
