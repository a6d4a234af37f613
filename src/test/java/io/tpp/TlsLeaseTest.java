package io.tpp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tpp.simulator.SeenRequest;
import io.tpp.testing.Background;
import io.tpp.testing.RawClient;
import io.tpp.testing.TestCertificates;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.tls.HandshakeCertificates;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a lease is over TLS: its unit is still the TCP connection. */
@Timeout(60)
class TlsLeaseTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final TestCertificates certificates;
    private final SSLContext trusting;
    private Rig rig;

    TlsLeaseTest(@TempDir Path folder) throws Exception {
        this.certificates = TestCertificates.in(folder);
        this.trusting = certificates.clientContext();
        this.rig = Rig.start(2, certificates.settings());
    }

    @AfterEach
    void stop() {
        awaitConnections(0);
        rig.close();
    }

    private void restart(String... settings) throws Exception {
        rig.close();
        rig = Rig.start(2, settings);
    }

    /** Waits until so many client connections are open, as TPP counts them. */
    private void awaitConnections(int count) {
        await().atMost(LIMIT)
                .until(() -> rig.health("/metrics").body().contains("\ntpp_client_connections " + count + ".0"));
    }

    private RawClient connect() {
        return RawClient.connectTls(rig.port(), trusting);
    }

    private URI uri(String path) {
        return URI.create("https://localhost:" + rig.port() + path);
    }

    @Test
    void requestsOfOneConnectionCarryOneTokenAndTwoConnectionsTwo() {
        try (RawClient first = connect();
                RawClient second = connect()) {
            int token = first.tokenNumber();
            assertThat(second.tokenNumber()).isNotEqualTo(token);
            assertThat(first.tokenNumber()).isEqualTo(token);
            assertThat(rig.pool().inUse()).isEqualTo(2);
        }
    }

    @Test
    void theUpstreamIsToldThatTheClientSpeaksTls() {
        try (RawClient client = connect()) {
            client.send("GET /echo HTTP/1.1\r\nHost: another.name:1\r\n\r\n");
            assertThat(client.read().body()).contains(";proto=https");
        }
    }

    @Test
    void aHandshakeAloneTakesNoToken() {
        try (RawClient idle = connect();
                RawClient client = connect()) {
            client.tokenNumber();
            assertThat(rig.pool().inUse()).isEqualTo(1);
            awaitConnections(2);
            assertThat(idle.execute("1+1").status()).isEqualTo(200);
        }
    }

    /** What comes instead of a handshake, or of its end. */
    enum NoHandshake {
        GARBAGE("\u0000\u0001\u0002 this is not TLS\r\n\r\n", false),
        HTTP("GET / HTTP/1.1\r\nHost: tpp\r\n\r\n", false),
        NOTHING_THEN_FIN("", false),
        NOTHING_THEN_RESET("", true),
        // The head of a record that holds a handshake of 512 bytes, and the first two of them.
        HALF_A_HELLO_THEN_FIN("\u0016\u0003\u0001\u0002\u0000\u0001\u0000", false),
        HALF_A_HELLO_THEN_RESET("\u0016\u0003\u0001\u0002\u0000\u0001\u0000", true);

        private final String sent;
        private final boolean reset;

        NoHandshake(String sent, boolean reset) {
            this.sent = sent;
            this.reset = reset;
        }
    }

    @ParameterizedTest
    @EnumSource
    void aHandshakeThatFailsTakesNoTokenAndLeavesNothingBehind(NoHandshake failing) {
        RawClient client = rig.connect();
        awaitConnections(1);
        client.send(failing.sent);
        if (failing.reset) {
            client.reset();
        } else {
            client.shutdownOutput();
            assertThat(client.readRest()).doesNotContain("HTTP/1.1");
        }
        awaitConnections(0);
        assertThat(rig.pool().available()).isEqualTo(2);
        client.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aClientThatLeavesInTheMiddleOfTheHandshakeLeavesNothingBehind(String version) throws Exception {
        // It does not trust TPP, so it ends the handshake when it sees the certificate.
        RawClient client = rig.connect();
        try {
            assertThatThrownBy(() -> client.handshake(untrusting(), version)).isInstanceOf(SSLHandshakeException.class);
        } finally {
            client.close();
        }
        awaitConnections(0);
        assertThat(rig.pool().available()).isEqualTo(2);
    }

    private static SSLContext untrusting() {
        return new HandshakeCertificates.Builder()
                .addTrustedCertificate(TestCertificates.authority("stranger").certificate())
                .build()
                .sslContext();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void theVersionsOfTodayAreSpoken(String version) throws Exception {
        try (RawClient client = rig.connect().handshake(trusting, version)) {
            assertThat(client.execute("1+2").body()).contains("[3]");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aClientWithoutACertificateIsTurnedAwayWhereOneIsNeeded(boolean http2) throws Exception {
        restart(certificates.settingsForKnownClients());
        OkHttpClient unknown = okHttp(certificates.trust(null), http2);
        OkHttpClient known = okHttp(certificates.trust(certificates.client()), http2);
        try {
            assertThatThrownBy(() -> get(unknown, "/echo")).isInstanceOf(IOException.class);
            awaitConnections(0);
            assertThat(rig.simulator.requests())
                    .noneMatch(request -> request.target().equals("/echo"));
            assertThat(get(known, "/echo")).isEqualTo(200);
        } finally {
            close(unknown);
            close(known);
        }
    }

    @Test
    void aClientWithACertificateOfAStrangerIsTurnedAway(@TempDir Path elsewhere) throws Exception {
        restart(certificates.settingsForKnownClients());
        TestCertificates strangers = TestCertificates.in(elsewhere);
        OkHttpClient stranger = okHttp(certificates.trust(strangers.client()), true);
        try {
            assertThatThrownBy(() -> get(stranger, "/echo")).isInstanceOf(IOException.class);
        } finally {
            close(stranger);
        }
        awaitConnections(0);
        assertThat(rig.pool().available()).isEqualTo(2);
    }

    private static OkHttpClient okHttp(HandshakeCertificates own, boolean http2) {
        return new OkHttpClient.Builder()
                .sslSocketFactory(own.sslSocketFactory(), own.trustManager())
                .protocols(http2 ? List.of(Protocol.HTTP_2, Protocol.HTTP_1_1) : List.of(Protocol.HTTP_1_1))
                .callTimeout(LIMIT)
                .retryOnConnectionFailure(false)
                .build();
    }

    private int get(OkHttpClient client, String path) throws IOException {
        okhttp3.Request request =
                new okhttp3.Request.Builder().url(uri(path).toString()).build();
        try (okhttp3.Response response = client.newCall(request).execute()) {
            return response.code();
        }
    }

    private static void close(OkHttpClient client) {
        client.dispatcher().executorService().shutdown();
        client.connectionPool().evictAll();
    }

    @Test
    void manyStreamsOfOneHttp2ConnectionCarryOneToken() {
        OkHttpClient client = okHttp(certificates.trust(null), true);
        client.dispatcher().setMaxRequestsPerHost(50);
        try {
            List<CompletableFuture<String>> answers =
                    Stream.generate(() -> call(client, "1+1")).limit(50).toList();
            assertThat(answers)
                    .allSatisfy(answer ->
                            assertThat(answer.get(10, TimeUnit.SECONDS)).startsWith("h2 200 "));
            List<SeenRequest> seen = rig.simulator.requests().stream()
                    .filter(request -> request.target().equals("/api/execute"))
                    .toList();
            assertThat(seen).hasSize(50);
            assertThat(seen.stream().map(request -> request.clientConnection() + " " + request.token()))
                    .containsOnly(
                            seen.get(0).clientConnection() + " " + seen.get(0).token());
        } finally {
            close(client);
        }
    }

    private CompletableFuture<String> call(OkHttpClient client, String script) {
        CompletableFuture<String> answer = new CompletableFuture<>();
        okhttp3.Request request = new okhttp3.Request.Builder()
                .url(uri("/api/execute").toString())
                .post(okhttp3.RequestBody.create(("{\"script\":\"" + script + "\"}").getBytes(UTF_8)))
                .build();
        client.newCall(request).enqueue(new okhttp3.Callback() {
            @Override
            public void onFailure(okhttp3.Call call, IOException e) {
                answer.completeExceptionally(e);
            }

            @Override
            public void onResponse(okhttp3.Call call, okhttp3.Response response) throws IOException {
                try (response) {
                    answer.complete(response.protocol() + " " + response.code() + " "
                            + response.body().string());
                }
            }
        });
        return answer;
    }

    @Test
    void theProtocolIsTheBestThatBothSpeak() throws Exception {
        assertThat(version(HttpClient.Version.HTTP_2)).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(version(HttpClient.Version.HTTP_1_1)).isEqualTo(HttpClient.Version.HTTP_1_1);
        // The JDK's client of Java 17 cannot be closed.
        rig.stopNow();
        rig.close();
        rig = Rig.start(2, certificates.settings());
    }

    private HttpClient.Version version(HttpClient.Version asked) throws Exception {
        HttpClient client = HttpClient.newBuilder()
                .sslContext(trusting)
                .version(asked)
                .connectTimeout(LIMIT)
                .build();
        HttpRequest request =
                HttpRequest.newBuilder(uri("/echo")).timeout(LIMIT).build();
        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(200);
        return response.version();
    }

    @Test
    void aBodyOfAMebibyteComesThroughBothWays() throws Exception {
        OkHttpClient client = okHttp(certificates.trust(null), true);
        byte[] body = new byte[1 << 20];
        okhttp3.Request request = new okhttp3.Request.Builder()
                .url(uri("/sink").toString())
                .post(okhttp3.RequestBody.create(body))
                .build();
        try (okhttp3.Response response = client.newCall(request).execute()) {
            assertThat(response.body().string()).contains("\"bytes\":" + body.length);
        } finally {
            close(client);
        }
        try (RawClient raw = connect().send("GET /bytes?n=1048576 HTTP/1.1\r\nHost: tpp\r\n\r\n")) {
            assertThat(raw.read().body()).hasSize(1 << 20);
        }
    }

    @Test
    void theStopLetsARequestUnderWayFinish() throws Exception {
        RawClient client = connect();
        rig.simulator.hold();
        client.sendScript("1+2");
        rig.simulator.awaitHeld(1, LIMIT);
        CompletableFuture<Void> stop = Background.run(rig::stop);
        assertThatThrownBy(() -> await().atMost(Duration.ofMillis(300)).until(stop::isDone))
                .isInstanceOf(ConditionTimeoutException.class);
        rig.simulator.release();
        assertThat(client.read().body()).contains("[3]");
        stop.get(10, TimeUnit.SECONDS);
        assertThat(client.isClosedByPeer()).isTrue();
        rig.close();
        rig = Rig.start(2, certificates.settings());
    }
}
