package io.tpp;

import static io.tpp.testing.ScriptedUpstream.ok;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tpp.access.ApiKey;
import io.tpp.simulator.SeenRequest;
import io.tpp.testing.Background;
import io.tpp.testing.CapturedLog;
import io.tpp.testing.RawClient;
import io.tpp.testing.RawClient.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that need an API key: who has none gets neither a token nor a place, and no key reaches the upstream. */
@Timeout(60)
class ApiKeyAccessTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final ApiKey etl = ApiKey.create(new SecureRandom());
    private final ApiKey desk = ApiKey.create(new SecureRandom());
    private final Path file;
    private Rig rig;

    ApiKeyAccessTest(@TempDir Path folder) throws Exception {
        file = folder.resolve("api-keys.txt");
        write("# clients", etl.line("etl"), desk.line("desk"));
        rig = Rig.start(1, "TPP_ACCESS_API_KEYS_FILE", file.toString());
    }

    private void restart(int tokens, String... settings) throws Exception {
        rig.close();
        String[] keys = {"TPP_ACCESS_API_KEYS_FILE", file.toString()};
        rig = Rig.start(tokens, Stream.of(keys, settings).flatMap(Stream::of).toArray(String[]::new));
    }

    private void write(String... lines) throws IOException {
        Path next = Files.write(file.resolveSibling("next"), List.of(lines));
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    private static String xApiKey(ApiKey key) {
        return "X-API-Key: " + key.text().reveal();
    }

    private static String bearer(ApiKey key) {
        return "Authorization: Bearer " + key.text().reveal();
    }

    private String metrics() throws Exception {
        return rig.health("/metrics").body();
    }

    @Test
    void aKeyLetsItsClientInEitherWay() {
        try (RawClient client = rig.connect()) {
            assertThat(client.execute("1+1", xApiKey(etl)).status()).isEqualTo(200);
            assertThat(client.execute("1+1", bearer(etl)).status()).isEqualTo(200);
            assertThat(client.execute("1+1", bearer(etl).replace("Bearer", "bearer"))
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void theUpstreamSeesNoKey() {
        try (RawClient client = rig.connect()) {
            client.execute("1+1", xApiKey(etl).replace("X-API-Key", "x-aPi-kEY"), bearer(etl));
        }
        SeenRequest seen = requireNonNull(
                rig.simulator.requests().get(rig.simulator.requests().size() - 1));
        assertThat(seen.toString()).doesNotContain(etl.text().reveal()).doesNotContainIgnoringCase("x-api-key");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Nothing: 1",
                "X-API-Key: ",
                "X-API-Key: tpp_wrong",
                "Authorization: Bearer tpp_wrong",
                "Authorization: Basic ZXRsOnRwcA==",
                "Authorization: Bearer",
            })
    void whoHasNoKeyIsToldHowToSendOneAndItsConnectionEnds(String header) throws Exception {
        try (RawClient stranger = rig.connect()) {
            Response response = stranger.execute("1+1", header);

            assertThat(response.status()).isEqualTo(401);
            assertThat(response.headers()).containsEntry("www-authenticate", "Bearer realm=\"tpp\"");
            assertThat(response.body())
                    .startsWith("{\"session\":\"\",\"user\":\"\",\"code\":\"1\",\"message\":\"TPP: ");
            assertThat(stranger.readRest()).isEmpty();
        }
        assertThat(metrics()).contains("tpp_access_refused_total{reason=\"key\",} 1.0");
    }

    @Test
    void twoKeysInOneRequestAreNone() {
        try (RawClient client = rig.connect()) {
            assertThat(client.execute("1", xApiKey(etl), xApiKey(desk)).status())
                    .isEqualTo(401);
        }
        try (RawClient client = rig.connect()) {
            assertThat(client.execute("1", "X-API-Key: tpp_wrong", bearer(desk)).status())
                    .as("X-API-Key is what counts if there is one")
                    .isEqualTo(401);
        }
    }

    @Test
    void aStrangerTakesNeitherTokenNorPlaceInTheQueue() {
        try (RawClient holder = rig.connect();
                RawClient stranger = rig.connect()) {
            holder.execute("1+1", xApiKey(etl));
            assertThat(rig.pool().inUse()).isEqualTo(1);

            assertThat(stranger.execute("1+1").status()).isEqualTo(401);

            assertThat(rig.pool().waiting()).isZero();
            assertThat(holder.execute("1+1", xApiKey(etl)).status()).isEqualTo(200);
        }
    }

    @Test
    void aStrangerWithABodyThatNeverComesIsAnsweredAtOnce() {
        try (RawClient stranger = rig.connect()) {
            stranger.send("POST /api/execute HTTP/1.1\r\nHost: tpp\r\nContent-Length: 1000000\r\n\r\n");
            assertThat(stranger.read().status()).isEqualTo(401);
            assertThat(stranger.readRest()).isEmpty();
        }
    }

    @Test
    void aConnectionIsOneClientsAndItsTokenNeverServesAnother() {
        try (RawClient client = rig.connect()) {
            client.execute("x=42", xApiKey(etl));

            Response other = client.execute("x", xApiKey(desk));

            assertThat(other.status()).isEqualTo(421);
            assertThat(client.readRest()).isEmpty();
        }
        rig.awaitAllIdle();
    }

    @Test
    void anUpgradeNeedsAKeyToo() {
        String upgrade = "GET / HTTP/1.1\r\nHost: tpp\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
        try (RawClient stranger = rig.connect();
                RawClient client = rig.connect()) {
            assertThat(stranger.send(upgrade + "\r\n").read().status()).isEqualTo(401);
            assertThat(client.send(upgrade + xApiKey(etl) + "\r\n\r\n").readHead())
                    .startsWith("HTTP/1.1 101 ");
        }
    }

    @Test
    void aRemovedKeyIsRefusedFromTheNextRequestOnButWhatIsUnderWayIsAnswered() throws Exception {
        OkHttpClient client = http2();
        try {
            Future<Integer> query = Background.call(() -> status(client, etl, "{\"script\":\"gate(\\\"slow\\\")\"}"));
            rig.simulator.awaitAtGate("slow", 1, LIMIT);

            write(desk.line("desk"));

            await().atMost(LIMIT).until(() -> isRefused(etl));
            assertThat(status(client, etl)).as("on the same connection").isEqualTo(401);
            assertThat(rig.pool().inUse()).isEqualTo(1);
            rig.simulator.gate("slow").open();
            assertThat(query.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(200);
            rig.awaitAllIdle();
        } finally {
            close(client);
        }
    }

    @Test
    void aRemovedKeyGivesItsTokenBackWithoutAnotherRequestAndOthersKeepTheirs() throws Exception {
        restart(2);
        try (RawClient client = rig.connect();
                RawClient other = rig.connect()) {
            assertThat(client.execute("1", xApiKey(etl)).status()).isEqualTo(200);
            assertThat(other.execute("1", xApiKey(desk)).status()).isEqualTo(200);

            write(desk.line("desk"));

            assertThat(client.readRest()).isEmpty();
            rig.awaitPool(pool -> pool.inUse() == 1);
            assertThat(other.execute("1", xApiKey(desk)).status()).isEqualTo(200);
        }
    }

    @Test
    void aClientThatUsesItsNewKeyKeepsItsConnectionWhenTheOldOneIsRemoved() throws Exception {
        ApiKey next = ApiKey.create(new SecureRandom());
        write(etl.line("etl"), next.line("etl"));
        await().atMost(LIMIT).until(() -> !isRefused(next));
        try (RawClient client = rig.connect()) {
            assertThat(client.execute("1", xApiKey(etl)).status()).isEqualTo(200);
            assertThat(client.execute("1", xApiKey(next)).status()).isEqualTo(200);

            write(next.line("etl"));

            await().atMost(LIMIT).until(() -> isRefused(etl));
            assertThat(client.execute("1", xApiKey(next)).status()).isEqualTo(200);
        }
    }

    @Test
    void anHttp2ConnectionOfARemovedKeyEnds() throws Exception {
        OkHttpClient client = http2();
        try {
            assertThat(status(client, etl)).isEqualTo(200);
            assertThat(rig.pool().inUse()).isEqualTo(1);

            write(desk.line("desk"));

            rig.awaitAllIdle();
            assertThat(status(client, etl)).isEqualTo(401);
        } finally {
            close(client);
        }
    }

    @Test
    void anHttp2ConnectionEndsAfterARefusedRequestOnceItIsIdle() throws Exception {
        OkHttpClient client = http2();
        try {
            assertThat(status(client, etl)).isEqualTo(200);
            assertThat(status(client, ApiKey.create(new SecureRandom()))).isEqualTo(401);
            rig.awaitAllIdle();
        } finally {
            close(client);
        }
    }

    @Test
    void onPathsOfOwnAuthorizationTheClientsOwnPassesBesideItsKey() throws Exception {
        try (ScriptedRig scripted = ScriptedRig.start(ok(""), "TPP_ACCESS_API_KEYS_FILE", file.toString());
                RawClient client = scripted.connect()) {
            for (String own : new String[] {"Authorization: Bearer own", "Authorization: Basic own"}) {
                client.send("GET /metrics HTTP/1.1\r\nHost: tpp\r\n" + own + "\r\n" + xApiKey(etl) + "\r\n\r\n");
                assertThat(client.read().status()).isEqualTo(200);
                assertThat(scripted.upstream.takeHead())
                        .containsOnlyOnce("Authorization")
                        .contains("\r\n" + own + "\r\n")
                        .doesNotContain(etl.text().reveal())
                        .doesNotContainIgnoringCase("x-api-key");
            }
        }
    }

    @Test
    void theStatusTellsAClientsNameButNotItsKey() throws Exception {
        try (RawClient client = rig.connect()) {
            client.execute("1", xApiKey(etl));
            assertThat(rig.health("/status.json?connections_sort=client").body())
                    .contains("\"client\":\"etl\"")
                    .doesNotContain(etl.text().reveal(), etl.line("etl"));
        }
    }

    @Test
    void nobodyIsNamedWhoIsNotKnown() throws Exception {
        try (Rig open = Rig.start(1);
                RawClient client = open.connect()) {
            client.execute("1");
            assertThat(open.health("/status.json").body()).contains("\"client\":null");
        }
    }

    /** Asks for what needs no token, so that a waiting request does not disturb. */
    private boolean isRefused(ApiKey key) {
        try (RawClient probe = rig.connect()) {
            probe.send("GET /metrics HTTP/1.1\r\nHost: tpp\r\n" + xApiKey(key) + "\r\n\r\n");
            return probe.read().status() == 401;
        }
    }

    @Test
    void aTunnelOfARemovedKeyEnds() throws Exception {
        try (RawClient client = rig.connect()) {
            client.send("GET / HTTP/1.1\r\nHost: tpp\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" + xApiKey(etl)
                    + "\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");

            write(desk.line("desk"));

            client.readRest();
        }
        rig.awaitAllIdle();
    }

    @Test
    void aNewKeyIsKnownWithinSeconds() throws Exception {
        ApiKey added = ApiKey.create(new SecureRandom());
        write(etl.line("etl"), added.line("added"));
        await().atMost(LIMIT).until(() -> !isRefused(added));
    }

    @Test
    void aBadFileChangesNothingAndTheLogTellsItsLineButNotWhatIsInIt() throws Exception {
        try (CapturedLog log = new CapturedLog("io.tpp")) {
            write("etl:" + etl.text().reveal(), desk.line("desk"));
            await().atMost(LIMIT)
                    .until(() -> log.lines()
                            .toString()
                            .contains("api-keys.txt:1: what follows the ':' must be 64 hexadecimal digits"));
            assertThat(log.lines().toString()).doesNotContain(etl.text().reveal());
        }
        assertThat(isRefused(etl)).isFalse();
    }

    @Test
    void whereAuthorizationIsTheUpstreamsTheKeyMustComeInItsOwnHeader() throws Exception {
        try (RawClient client = rig.connect()) {
            client.send("GET /metrics HTTP/1.1\r\nHost: tpp\r\n" + bearer(etl) + "\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(401);
        }
        try (RawClient client = rig.connect()) {
            client.send("GET /metrics HTTP/1.1\r\nHost: tpp\r\n" + bearer(etl) + "\r\n" + xApiKey(etl) + "\r\n\r\n");
            assertThat(client.read().status())
                    .as("it would go on to the upstream")
                    .isEqualTo(401);
        }
        try (RawClient client = rig.connect()) {
            client.send("GET /metrics HTTP/1.1\r\nHost: tpp\r\n" + xApiKey(etl) + "\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(200);
        }
        assertThat(rig.simulator.requests().toString())
                .doesNotContain(etl.text().reveal());
    }

    @Test
    void streamsOfOneHttp2ConnectionAreCheckedEach() throws Exception {
        OkHttpClient client = http2();
        try {
            assertThat(status(client, etl)).isEqualTo(200);
            assertThat(status(client, null)).isEqualTo(401);
            assertThat(rig.pool().waiting()).isZero();
        } finally {
            close(client);
        }
    }

    private static OkHttpClient http2() {
        return new OkHttpClient.Builder()
                .protocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE))
                .callTimeout(LIMIT)
                .retryOnConnectionFailure(false)
                .build();
    }

    private static void close(OkHttpClient client) {
        client.dispatcher().executorService().shutdown();
        client.connectionPool().evictAll();
    }

    private int status(OkHttpClient client, @Nullable ApiKey key) throws IOException {
        return status(client, key, null);
    }

    /** {@code body}: null: a GET. */
    private int status(OkHttpClient client, @Nullable ApiKey key, @Nullable String body) throws IOException {
        Request.Builder request = new Request.Builder()
                .url(rig.uri(body == null ? "/" : "/api/execute").toString());
        if (body != null) {
            request.post(RequestBody.create(body, MediaType.get("application/json")));
        }
        if (key != null) {
            request.header("X-API-Key", key.text().reveal());
        }
        try (okhttp3.Response response = client.newCall(request.build()).execute()) {
            return response.code();
        }
    }

    @Test
    void aClientMayHaveOnlySoManyConnections() throws Exception {
        restart(3, "TPP_ACCESS_MAX_CONNECTIONS_PER_CLIENT", "2");
        try (RawClient first = rig.connect();
                RawClient second = rig.connect();
                RawClient third = rig.connect();
                RawClient other = rig.connect()) {
            assertThat(first.execute("1", xApiKey(etl)).status()).isEqualTo(200);
            assertThat(second.execute("1", xApiKey(etl)).status()).isEqualTo(200);

            Response refused = third.execute("1", xApiKey(etl));

            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.headers()).containsKey("retry-after");
            assertThat(refused.body()).contains("etl has as many connections");
            assertThat(third.readRest()).isEmpty();
            assertThat(first.execute("1", xApiKey(etl)).status()).isEqualTo(200);
            assertThat(other.execute("1", xApiKey(desk)).status()).isEqualTo(200);
        }
        rig.awaitAllIdle();
        await().atMost(LIMIT).untilAsserted(() -> {
            try (RawClient next = rig.connect()) {
                assertThat(next.execute("1", xApiKey(etl)).status()).isEqualTo(200);
            }
        });
    }

    @Test
    void refusalsAreLoggedOnceForAFloodWithTheNameButNeverTheKey() throws Exception {
        try (CapturedLog log = new CapturedLog("io.tpp")) {
            for (int i = 0; i < 20; i++) {
                isRefused(ApiKey.create(new SecureRandom()));
            }
            await().atMost(LIMIT).until(() -> log.lines().toString().contains("requests without a valid API key"));
            assertThat(log.lines().toString().split("requests without a valid API key", -1))
                    .hasSizeLessThanOrEqualTo(3);
            assertThat(log.lines().toString())
                    .contains("the latest from 127.0.0.1")
                    .doesNotContain("tpp_");
        }
    }

    @Test
    void aRefusalOfAKnownClientIsLoggedWithItsName() throws Exception {
        restart(2, "TPP_ACCESS_MAX_CONNECTIONS_PER_CLIENT", "1");
        try (CapturedLog log = new CapturedLog("io.tpp.proxy.AccessLog");
                RawClient first = rig.connect();
                RawClient second = rig.connect();
                RawClient other = rig.connect()) {
            first.execute("1", xApiKey(etl));
            assertThat(second.execute("1", xApiKey(etl)).status()).isEqualTo(429);
            other.execute("1", xApiKey(desk));
            assertThat(other.execute("1", xApiKey(etl)).status()).isEqualTo(421);
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(log.lines())
                            .containsOnlyOnce(
                                    "WARN Refused 1: connections beyond access.max_connections_per_client, the"
                                            + " latest from etl")
                            .containsOnlyOnce(
                                    "WARN Refused 1: requests on a connection of another client, the latest from etl"));
        }
    }
}
