package io.tpp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.simulator.SeenRequest;
import io.tpp.testing.HttpClients;
import io.tpp.testing.HttpClients.Answer;
import io.tpp.testing.HttpClients.Client;
import io.tpp.testing.ScriptedUpstream;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What users' own HTTP clients make of TPP. */
class RealClientsTest {
    private static final int MIB = 1 << 20;

    private static Rig rig;

    @BeforeAll
    static void start() throws Exception {
        // The JDK's client keeps its connections, so the tests share tokens by reclaim.
        rig = Rig.start(3, "TPP_TOKEN_IDLE_RECLAIM_SECONDS", "0.02");
    }

    @AfterAll
    static void stop() {
        rig.stopNow();
        rig.close();
    }

    @BeforeEach
    void forget() {
        rig.simulator.forget();
    }

    @AfterEach
    void noTokenWasShared() {
        assertThat(rig.simulator.violations()).isEmpty();
    }

    static Stream<Named<Supplier<Client>>> clients() {
        return Stream.of(
                Named.of("JDK with HTTP/1.1", () -> HttpClients.jdk(HttpClient.Version.HTTP_1_1)),
                Named.of("JDK that asks for HTTP/2", () -> HttpClients.jdk(HttpClient.Version.HTTP_2)),
                Named.of("Apache HttpClient", HttpClients::apache),
                Named.of("OkHttp", HttpClients::okHttp),
                Named.of("OkHttp with HTTP/2", HttpClients::okHttp2));
    }

    @ParameterizedTest
    @MethodSource("clients")
    void requestsOnOneConnectionCarryOneToken(Supplier<Client> newClient) throws Exception {
        try (Client client = newClient.get()) {
            for (String method : List.of("GET", "POST", "PUT", "DELETE", "GET", "POST")) {
                byte[] body = method.startsWith("P") ? "{}".getBytes(UTF_8) : new byte[0];
                Answer answer = client.send(method, rig.uri("/echo?" + method), body, false);
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.body())
                        .contains("\"method\":\"" + method + "\"")
                        .contains("\"bodyLength\":" + body.length);
            }
        }
        List<SeenRequest> requests = rig.simulator.requests();
        assertThat(requests).hasSize(6).allMatch(request -> request.token() > 0);
        assertThat(requests)
                .extracting(SeenRequest::clientConnection)
                .containsOnly(requests.get(0).clientConnection());
        assertThat(requests)
                .extracting(SeenRequest::token)
                .containsOnly(requests.get(0).token());
    }

    @ParameterizedTest
    @MethodSource("clients")
    void aMebibyteUpArrivesWhole(Supplier<Client> newClient) throws Exception {
        byte[] body = new byte[MIB];
        new Random(1).nextBytes(body);
        String expected = "{\"bytes\":" + MIB + ",\"sha256\":\""
                + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body)) + "\"}";
        try (Client client = newClient.get()) {
            for (boolean chunked : new boolean[] {false, true, false}) {
                Answer answer = client.send("POST", rig.uri("/sink"), body, chunked);
                assertThat(answer.body()).isEqualTo(expected);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("clients")
    void aMebibyteDownArrivesWhole(Supplier<Client> newClient) throws Exception {
        try (Client client = newClient.get()) {
            String withLength = client.get(rig.uri("/bytes?n=" + MIB)).body();
            String inChunks =
                    client.get(rig.uri("/bytes?n=" + MIB + "&chunked")).body();
            assertThat(withLength).hasSize(MIB);
            assertThat(inChunks).isEqualTo(withLength);
            for (int i = 0; i < MIB; i++) {
                if (withLength.charAt(i) != 'a' + i % (16 * 1024) % 26) {
                    throw new AssertionError("byte " + i + " is " + withLength.charAt(i));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("clients")
    void manyAtOnceOverASmallPoolAreAllAnswered(Supplier<Client> newClient) throws Exception {
        int threads = 24;
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> ends = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                ends.add(executor.submit(() -> {
                    askAFewTimes(newClient);
                    return null;
                }));
            }
            for (Future<?> end : ends) {
                end.get(30, TimeUnit.SECONDS);
            }
        } finally {
            executor.shutdownNow();
        }
        assertThat(rig.simulator.requestCount()).isEqualTo(threads * 3L);
    }

    private static void askAFewTimes(Supplier<Client> newClient) throws Exception {
        byte[] script = "{\"script\":\"sleep(2); 1+1\"}".getBytes(UTF_8);
        try (Client client = newClient.get()) {
            for (int i = 0; i < 3; i++) {
                Answer answer = client.send("POST", rig.uri("/api/execute"), script, false);
                assertThat(answer.body()).contains("\"code\":\"0\"");
            }
        }
    }

    @Test
    void theJdksClientDoesNotGetTheUpgradeThatItAsksFor() throws Exception {
        HttpResponse<String> response = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(rig.uri("/echo")).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
        assertThat(response.body()).doesNotContainIgnoringCase("http2-settings").doesNotContainIgnoringCase("upgrade");
    }

    @Test
    void manyStreamsOfOneHttp2ConnectionCarryOneToken() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(20);
        try (Client client = HttpClients.okHttp2()) {
            // The first request opens the connection that the others use.
            assertThat(client.get(rig.uri("/echo")).status()).isEqualTo(200);
            List<CompletableFuture<Answer>> answers = Stream.generate(
                            () -> client.execute(rig.uri("/api/execute"), "sleep(50); 1+1", threads))
                    .limit(20)
                    .toList();
            for (CompletableFuture<Answer> answer : answers) {
                assertThat(answer.get(30, TimeUnit.SECONDS).status()).isEqualTo(200);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(rig.simulator.requests()).hasSize(21);
        assertThat(rig.simulator.requests().stream()
                        .map(seen -> seen.clientConnection() + " " + seen.token())
                        .distinct())
                .hasSize(1);
    }

    @Test
    void aCompressedBodyIsNotTouched() throws Exception {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
            gzip.write("compressed".repeat(1000).getBytes(UTF_8));
        }
        String body = zipped.toString(ISO_8859_1);
        String answer =
                "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        try (ScriptedRig scripted = ScriptedRig.start(ScriptedUpstream.answer(answer));
                Client jdk = HttpClients.jdk(HttpClient.Version.HTTP_1_1);
                Client okHttp = HttpClients.okHttp()) {
            URI uri = URI.create("http://127.0.0.1:" + scripted.server.clientPort() + "/");
            assertThat(jdk.get(uri).body()).isEqualTo(body);
            // OkHttp asks for it by itself, and unpacks it.
            assertThat(okHttp.get(uri).body()).isEqualTo("compressed".repeat(1000));
        }
    }
}
