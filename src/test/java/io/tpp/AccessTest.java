package io.tpp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tpp.testing.CapturedLog;
import io.tpp.testing.RawClient;
import io.tpp.testing.RawClient.Response;
import io.tpp.testing.TestCertificates;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may connect, how often, and where clients may go. */
@Timeout(60)
class AccessTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private static String refused(Rig rig, String reason) throws Exception {
        return rig.health("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("tpp_access_refused_total{reason=\"" + reason + "\""))
                .map(line -> line.substring(line.indexOf(' ') + 1))
                .findFirst()
                .orElse("none");
    }

    @Test
    void anAddressThatIsNotAllowedIsClosedWithoutAByte() throws Exception {
        try (CapturedLog log = new CapturedLog("io.tpp");
                Rig rig = Rig.start(1, "TPP_ACCESS_ALLOW", "10.0.0.0/8, fd00::/8")) {
            for (int i = 0; i < 20; i++) {
                try (RawClient stranger = rig.connect()) {
                    assertThat(stranger.readRest()).isEmpty();
                }
            }
            assertThat(refused(rig, "address")).isEqualTo("20.0");
            assertThat(rig.health("/metrics").body()).contains("\ntpp_client_connections 0.0");
            await().atMost(LIMIT)
                    .until(() -> log.lines()
                            .toString()
                            .contains("addresses that are not in access.allow, the latest from 127.0.0.1"));
        }
    }

    @Test
    void beforeTheHandshakeToo(@TempDir Path folder) throws Exception {
        TestCertificates certificates = TestCertificates.in(folder);
        try (Rig rig = Rig.start(1, certificates.settings("TPP_ACCESS_ALLOW", "10.0.0.0/8"));
                RawClient stranger = rig.connect()) {
            assertThat(stranger.readRest()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.0.0.0/8", "::1, 127.0.0.1/32", "0.0.0.0/0"})
    void anAllowedAddressIsServed(String allowed) throws Exception {
        try (Rig rig = Rig.start(1, "TPP_ACCESS_ALLOW", allowed);
                RawClient client = rig.connect()) {
            assertThat(client.execute("1+1").status()).isEqualTo(200);
        }
    }

    @Test
    void theAcceptorGoesOnWhileStrangersKnock() throws Exception {
        try (Rig rig = Rig.start(2, "TPP_ACCESS_MAX_CONNECTIONS_PER_CLIENT", "1");
                RawClient first = rig.connect()) {
            assertThat(first.execute("1+1").status()).isEqualTo(200);
            for (int i = 0; i < 100; i++) {
                try (RawClient beyond = rig.connect()) {
                    assertThat(beyond.readRest()).isEmpty();
                }
            }
            assertThat(first.execute("1+1").status()).isEqualTo(200);
            assertThat(refused(rig, "connections")).isEqualTo("100.0");
        }
    }

    @Test
    void aConnectionThatEndsFreesItsPlaceHoweverItEnds() throws Exception {
        try (Rig rig =
                Rig.start(1, "TPP_ACCESS_MAX_CONNECTIONS_PER_CLIENT", "1", "TPP_CLIENT_IDLE_TIMEOUT_SECONDS", "0.2")) {
            for (End end : End.values()) {
                RawClient client = connected(rig);
                end.of(client);
            }
            connected(rig).close();
        }
    }

    /** Connects as soon as there is a place again. */
    private static RawClient connected(Rig rig) {
        return await().atMost(LIMIT).until(() -> served(rig), client -> client != null);
    }

    private static @Nullable RawClient served(Rig rig) {
        RawClient client = rig.connect();
        try {
            if (client.execute("1+1").status() == 200) {
                return client;
            }
        } catch (RuntimeException closed) {
            // There is no place yet.
        }
        client.close();
        return null;
    }

    /** How a connection ends. */
    private enum End {
        FIN {
            @Override
            void of(RawClient client) {
                client.close();
            }
        },
        RESET {
            @Override
            void of(RawClient client) {
                client.reset();
            }
        },
        RESET_WHILE_A_REQUEST_IS_UNDER_WAY {
            @Override
            void of(RawClient client) {
                client.sendScript("sleep(60000)");
                client.reset();
            }
        },
        BAD_REQUEST {
            @Override
            void of(RawClient client) {
                client.send("nonsense\r\n\r\n").readRest();
            }
        },
        CLOSE_BY_REQUEST {
            @Override
            void of(RawClient client) {
                client.execute("1", "Connection: close");
            }
        },
        IDLE {
            @Override
            void of(RawClient client) {
                client.readRest();
            }
        };

        abstract void of(RawClient client);
    }

    @Test
    void connectionsOfATrustedProxyAreNotCountedBecauseTheyAreOfManyClients() throws Exception {
        try (Rig rig = Rig.start(
                        2, "TPP_ACCESS_MAX_CONNECTIONS_PER_CLIENT", "1", "TPP_CLIENT_TRUSTED_PROXIES", "127.0.0.1");
                RawClient first = rig.connect();
                RawClient second = rig.connect()) {
            assertThat(first.execute("1+1").status()).isEqualTo(200);
            assertThat(second.execute("1+1").status()).isEqualTo(200);
        }
    }

    private static Response ask(Rig rig, String method, String target) {
        try (RawClient client = rig.connect()) {
            return client.send(method + " " + target + " HTTP/1.1\r\nHost: tpp\r\nContent-Length: 0\r\n\r\n")
                    .read();
        }
    }

    @Test
    void deniedPathsAreClosedHoweverTheyAreWritten() throws Exception {
        try (Rig rig = Rig.start(1, "TPP_ACCESS_DENIED_PATHS", "/, /mcp, /agent/*")) {
            for (String path : List.of(
                    "/",
                    "//",
                    "/?x",
                    "/./",
                    "/%2f",
                    "/mcp",
                    "/MCP",
                    "/mcp/",
                    "//mcp",
                    "/%6dcp",
                    "/%256dcp",
                    "/mcp;x=1",
                    "/./mcp",
                    "/x/../mcp",
                    "/agent/bus",
                    "/Agent%2Fbus",
                    "/agent/",
                    "\\mcp")) {
                Response response = ask(rig, "POST", path.startsWith("\\") ? "/" + path : path);
                assertThat(response.status()).as(path).isEqualTo(403);
                assertThat(response.body()).contains("\"message\":\"TPP: ");
            }
            assertThat(ask(rig, "GET", "/echo").status()).isEqualTo(200);
            assertThat(ask(rig, "GET", "/echo?a=/mcp/../").status()).isEqualTo(200);
            assertThat(refused(rig, "path")).isEqualTo("18.0");
            assertThat(rig.pool().total()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /echo, 200",
        "POST, /echo, 200",
        "PUT, /echo, 403",
        "post, /echo, 403",
        "GET, /ECHO, 403",
        "GET, //echo, 403",
        "GET, /echo/, 403",
        "GET, /echo/../echo, 403",
        "GET, /ech%6f, 403",
        "GET, /, 403",
        "GET, /api/login, 403",
        "TRACE, /echo, 405"
    })
    void onlyAllowedPathsAndMethodsPassAsTheyAreWritten(String method, String path, int status) throws Exception {
        try (Rig rig =
                Rig.start(1, "TPP_ACCESS_ALLOWED_PATHS", "/echo, /api/*", "TPP_ACCESS_ALLOWED_METHODS", "GET, POST")) {
            assertThat(ask(rig, method, path).status()).isEqualTo(status);
        }
    }
}
