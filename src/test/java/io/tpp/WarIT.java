package io.tpp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tpp.simulator.DolphinDbSimulator;
import io.tpp.testing.RawClient;
import io.tpp.testing.RawHttp2;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The WAR in a standalone Jetty, with the Jetty base of this repository, does what the jar does. */
@Timeout(180)
class WarIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int REDEPLOYMENTS = 3;
    private static final String SECRET = "an-administrators-secret-of-some-length";

    private final DolphinDbSimulator simulator = DolphinDbSimulator.start();
    private final Path folder;

    WarIT(@TempDir Path folder) {
        this.folder = folder;
    }

    @AfterEach
    void stop() {
        simulator.close();
    }

    private JettyProcess start(String... further) throws Exception {
        Map<String, String> environment = new HashMap<>();
        environment.put("TPP_UPSTREAM_HOST", "127.0.0.1");
        environment.put("TPP_UPSTREAM_PORT", String.valueOf(simulator.port()));
        environment.put("TPP_CREDENTIAL_USERNAME", "admin");
        environment.put("TPP_CREDENTIAL_PASSWORD", "123456");
        environment.put("TPP_TOKEN_POOL_SIZE", "2");
        environment.put("TPP_TOKEN_IDLE_RECLAIM_SECONDS", "0");
        for (int i = 0; i < further.length; i += 2) {
            environment.put(further[i], further[i + 1]);
        }
        return JettyProcess.start(folder, environment);
    }

    private static void awaitReady(JettyProcess jetty) {
        await().atMost(LIMIT).until(() -> jetty.health("/health").body().contains("\"total\":2"));
    }

    private static void awaitPool(JettyProcess jetty, String figures) {
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(jetty.health("/health").body()).contains(figures));
    }

    @Test
    void itBindsTokensToConnectionsAndHandsThemOn() throws Exception {
        try (JettyProcess jetty = start()) {
            awaitReady(jetty);
            assertThatConnectionsHaveTokensOfTheirOwn(jetty);
            assertThatEachPortServesItsOwn(jetty);
            assertThatAnUpgradeToHttp2IsIgnored(jetty);
            assertThatItRefusesInItsForm(jetty);
            assertThat(simulator.violations()).isEmpty();
            assertThatNothingWentWrong(jetty);
        }
    }

    /** Also a lease that only the sweep released is an error. */
    private static void assertThatNothingWentWrong(JettyProcess jetty) {
        assertThat(jetty.out()).noneMatch(line -> line.contains(":ERROR:"));
    }

    private void assertThatConnectionsHaveTokensOfTheirOwn(JettyProcess jetty) throws Exception {
        try (RawClient first = jetty.connect();
                RawClient second = jetty.connect();
                RawClient leaves = jetty.connect();
                RawClient third = jetty.connect()) {
            int token = first.tokenNumber();
            assertThat(first.tokenNumber()).isEqualTo(token);
            assertThat(second.tokenNumber()).isNotEqualTo(token);
            leaves.sendScript("1+1");
            awaitPool(jetty, "\"waiting\":1");
            third.sendScript("whoami()");
            awaitPool(jetty, "\"waiting\":2");
            leaves.hangUp();
            awaitPool(jetty, "\"waiting\":1");
            first.reset();
            RawClient.Response answer = third.read();
            assertThat(RawClient.tokenNumber(answer)).isEqualTo(token);
            assertThat(answer.headers()).containsKey("server-timing").doesNotContainKeys("server", "date");
        }
        awaitPool(jetty, "\"in_use\":0,\"available\":2,\"waiting\":0");
    }

    private void assertThatEachPortServesItsOwn(JettyProcess jetty) throws Exception {
        assertThat(jetty.health("/metrics").body()).contains("tpp_tokens_total 2.0");
        simulator.forget();
        assertThat(jetty.health("/api/execute").statusCode()).isEqualTo(404);
        assertThat(simulator.requests()).isEmpty();
        try (RawClient client = jetty.connect()) {
            for (String path : Set.of("/health", "/readyz")) {
                client.send("GET " + path + " HTTP/1.1\r\nHost: tpp\r\n\r\n").read();
                assertThat(simulator.requests())
                        .last()
                        .satisfies(seen -> assertThat(seen.target()).isEqualTo(path));
            }
            assertThat(client.send("GET /metrics HTTP/1.1\r\nHost: tpp\r\n\r\n")
                            .read()
                            .body())
                    .doesNotContain("tpp_tokens_total");
        }
    }

    private void assertThatAnUpgradeToHttp2IsIgnored(JettyProcess jetty) throws Exception {
        simulator.forget();
        try (RawClient client = jetty.connect()
                .send("GET /echo HTTP/1.1\r\nHost: tpp\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
                        + "HTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n")) {
            assertThat(client.read().body()).contains("\"method\":\"GET\"").doesNotContainIgnoringCase("settings");
        }
        assertThat(simulator.requests()).hasSize(1);
    }

    private static void assertThatItRefusesInItsForm(JettyProcess jetty) throws Exception {
        for (String malformed :
                Set.of("GET / HTTP/1.1\nHost: tpp\n\n", "GET / HTTP/1.1\r\nHost: tpp\r\nHost: 2\r\n\r\n")) {
            try (RawClient client = jetty.connect()) {
                RawClient.Response refusal = client.send(malformed).read();
                assertThat(refusal.status()).isEqualTo(400);
                assertThat(refusal.body()).startsWith("{\"session\":\"\",").contains("\"message\":\"TPP: ");
            }
        }
    }

    @Test
    void aStopLetsTheRequestsUnderWayFinishAndTellsWaiters() throws Exception {
        try (JettyProcess jetty = start()) {
            awaitReady(jetty);
            try (RawClient first = jetty.connect();
                    RawClient pausing = jetty.connect();
                    RawClient waiter = jetty.connect();
                    RawClient idle = jetty.connect()) {
                pausing.tokenNumber();
                pausing.send("POST /sink HTTP/1.1\r\nHost: tpp\r\nContent-Length: 10\r\n\r\n12345");
                simulator.hold();
                first.sendScript("6*7");
                simulator.awaitHeld(1, LIMIT);
                waiter.sendScript("1");
                awaitPool(jetty, "\"waiting\":1");

                jetty.terminate();

                RawClient.Response refusal = waiter.read();
                assertThat(refusal.status()).isEqualTo(503);
                assertThat(refusal.body()).contains("TPP: shutting down");
                assertThat(jetty.health("/readyz").body()).contains("[-]shutdown failed: shutting down");
                assertThat(jetty.health("/livez").statusCode()).isEqualTo(200);
                assertThat(idle.isClosedByPeer()).isTrue();
                Stops.outlastIdleConnections();
                simulator.release();
                assertThat(pausing.send("67890").read().status()).isEqualTo(200);
                assertThat(first.read().body()).contains("42");
                assertThat(first.isClosedByPeer()).isTrue();
                jetty.exitCode();
                assertThat(jetty.out()).noneMatch(line -> line.contains("Not all requests ended"));
            }
        }
    }

    @Test
    void whatOutlastsTheGraceIsCutWithoutAByte() throws Exception {
        try (JettyProcess jetty = start("TPP_SHUTDOWN_GRACE_SECONDS", "0.3")) {
            awaitReady(jetty);
            assertThatWhatOutlastsTheGraceIsCut(jetty);
        }
    }

    @Test
    void anHttp2ClientWithARequestUnderWayIsToldToGoElsewhereAndStillAnswered() throws Exception {
        JettyProcess.write(folder, "start.d/http2c.ini", "--modules=http2c\n");
        try (JettyProcess jetty = start("TPP_SHUTDOWN_GRACE_SECONDS", "10");
                RawHttp2 client = new RawHttp2(jetty.connect())) {
            awaitReady(jetty);
            simulator.hold();
            client.send(RawHttp2.frame(
                    RawHttp2.HEADERS, RawHttp2.END_HEADERS, 1, RawHttp2.request("POST", "/api/execute")));
            client.sendData(1, true, "{\"script\":\"6*7\"}");
            simulator.awaitHeld(1, LIMIT);

            jetty.terminate();

            client.await(RawHttp2.GOAWAY);
            simulator.release();
            assertThat(client.readStatus()).isEqualTo(200);
            jetty.exitCode();
            assertThat(jetty.out()).noneMatch(line -> line.contains("Not all requests ended"));
        }
    }

    @Test
    void itIsWatchedAndAdministeredOnTheHealthConnectorAlone() throws Exception {
        writeConfig("{max_waiting: 5}", "60");
        try (JettyProcess jetty = start("TPP_ADMIN_TOKEN_FILE", secretFile())) {
            awaitReady(jetty);
            assertThatItIsWatched(jetty);
            assertThat(jetty.health("/admin/pool").statusCode()).isEqualTo(401);
            assertThat(jetty.admin("pause", SECRET).body()).contains("paused");
            assertThat(jetty.admin("resume", SECRET).body()).contains("resumed");
            assertThat(jetty.admin("log?filter=debug", SECRET).statusCode()).isEqualTo(409);
            assertThatItReloads(jetty);
            assertThatWhatOutlastsTheGraceIsCut(jetty);
        }
    }

    private String secretFile() throws IOException {
        return JettyProcess.write(folder, "admin-token.txt", SECRET + "\n").toString();
    }

    private void writeConfig(String token, String grace) throws IOException {
        JettyProcess.write(folder, "config.yaml", "token: %s%nshutdown: {grace_seconds: %s}%n".formatted(token, grace));
    }

    private void assertThatItIsWatched(JettyProcess jetty) throws Exception {
        assertThat(jetty.health("/").body()).contains("<title>TPP");
        assertThat(jetty.health("/status.json").body()).contains("\"upstream\":");
        try (RawClient client = jetty.connect()) {
            for (String path : Set.of("/", "/status.json", "/admin/pool")) {
                client.send("GET " + path + " HTTP/1.1\r\nHost: tpp\r\n\r\n").read();
                assertThat(simulator.requests())
                        .last()
                        .satisfies(seen -> assertThat(seen.target()).isEqualTo(path));
            }
        }
    }

    private void assertThatItReloads(JettyProcess jetty) throws Exception {
        writeConfig("{max_waiting: many}", "60");
        HttpResponse<String> bad = jetty.admin("reload", SECRET);
        assertThat(bad.statusCode()).isEqualTo(422);
        assertThat(bad.body()).contains("config.yaml:1: token.max_waiting ");
        writeConfig("{max_waiting: 7}", "0.3");
        HttpResponse<String> good = jetty.admin("reload", SECRET);
        assertThat(good.statusCode()).isEqualTo(200);
        assertThat(good.body()).contains("token.max_waiting", "shutdown.grace_seconds");
    }

    private void assertThatWhatOutlastsTheGraceIsCut(JettyProcess jetty) throws Exception {
        try (RawClient client = jetty.connect()) {
            simulator.hold();
            client.sendScript("1");
            simulator.awaitHeld(1, LIMIT);
            jetty.terminate();
            assertThat(client.readRest()).isEmpty();
            jetty.exitCode();
            jetty.awaitLine(".*Not all requests ended within shutdown.grace_seconds 0.3.*");
        }
    }

    @Test
    void mistakesInTheConfigurationLeaveTheOldApplicationRunning() throws Exception {
        writeConfig("{max_waiting: 5}", "60");
        try (JettyProcess jetty = start()) {
            awaitReady(jetty);
            writeConfig("{max_waiting: many}", "60");
            jetty.touch();
            jetty.awaitLine(".*config\\.yaml:1: token\\.max_waiting .*");
            jetty.awaitLine(".*Failed to.* REDEPLOY .*");
            use(jetty);
            assertThat(jetty.isReady()).isTrue();
            assertThat(simulator.violations()).isEmpty();
        }
    }

    @Test
    void mistakesInTheConfigurationEndTheStart() throws Exception {
        try (JettyProcess jetty = start("TPP_TOKEN_BINDING", "fixed", "TPP_TOKEN_POOL_SIZE", "many")) {
            assertThat(jetty.exitCode()).isPositive();
            assertThat(jetty.out())
                    .anyMatch(line -> line.endsWith(
                            "TPP_TOKEN_BINDING: token.binding must be 'connection' or 'request', was 'fixed'"))
                    .anyMatch(line -> line.contains("TPP_TOKEN_POOL_SIZE: token.pool_size "))
                    .noneMatch(line -> line.contains("Started oejs.ServerConnector"));
        }
    }

    @Test
    void aRedeploymentLeavesNoThreadAndNoClassLoader() throws Exception {
        try (JettyProcess jetty = start()) {
            awaitReady(jetty);
            use(jetty);
            Set<String> threads = threads(jetty);
            for (int i = 0; i < REDEPLOYMENTS; i++) {
                use(jetty);
                jetty.redeploy();
            }
            use(jetty);
            await().atMost(LIMIT).untilAsserted(() -> assertThat(threads(jetty)).isSubsetOf(threads));
            await().atMost(LIMIT).untilAsserted(() -> {
                jetty.jcmd("GC.run");
                assertThat(jetty.jcmd("GC.class_histogram"))
                        .filteredOn(line -> line.endsWith(".WebAppClassLoader"))
                        .singleElement()
                        .asString()
                        .matches(" *\\d+: +1 .*");
            });
            assertThat(simulator.violations()).isEmpty();
            assertThatNothingWentWrong(jetty);
        }
    }

    private static void use(JettyProcess jetty) throws Exception {
        try (RawClient client = jetty.connect();
                RawClient other = jetty.connect()) {
            assertThat(client.tokenNumber()).isNotEqualTo(other.tokenNumber());
        }
        assertThat(jetty.health("/metrics").statusCode()).isEqualTo(200);
    }

    /** Returns TPP's threads as {@code name number-of-them}; how many of a pool there are changes by itself. */
    private static Set<String> threads(JettyProcess jetty) {
        return jetty.jcmd("Thread.print").stream()
                .filter(line -> line.startsWith("\"tpp-"))
                .map(line -> line.substring(1, line.indexOf('"', 1)))
                .collect(Collectors.groupingBy(WarIT::withoutNumbers, Collectors.counting()))
                .entrySet()
                .stream()
                .map(entry -> entry.getKey() + (isPool(entry.getKey()) ? "" : " " + entry.getValue()))
                .collect(Collectors.toSet());
    }

    private static String withoutNumbers(String thread) {
        return thread.replaceAll("[0-9a-f@]*\\d[0-9a-f@]*", "N");
    }

    private static boolean isPool(String thread) {
        return thread.equals("tpp-login-N");
    }
}
