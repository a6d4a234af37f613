package io.tpp.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {
    private static final char[] STORE_PASSWORD = "changeit".toCharArray();

    @Test
    void servesTlsWithASelfSignedCertificateAndNoticesDisconnects(@TempDir Path folder) throws Exception {
        SSLContext context = context(selfSigned(folder));
        try (DolphinDbSimulator simulator =
                DolphinDbSimulator.builder().tls(context).start()) {
            URI page = URI.create("https://127.0.0.1:" + simulator.port() + "/");
            HttpClient client = HttpClient.newBuilder().sslContext(context).build();
            HttpResponse<String> response =
                    client.send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).isEqualTo(200);

            simulator.hold();
            try (var socket = context.getSocketFactory().createSocket("127.0.0.1", simulator.port())) {
                socket.getOutputStream()
                        .write(RawClient.executeRequest("Bearer abc", "1")
                                .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                simulator.awaitInFlight(1, Duration.ofSeconds(10));
            }
            simulator.awaitAborted(1, Duration.ofSeconds(10));
        }
    }

    private static KeyStore selfSigned(Path folder) throws Exception {
        Path file = folder.resolve("server.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        new String(STORE_PASSWORD),
                        "-keystore",
                        file.toString())
                .inheritIO()
                .start();
        assertThat(keytool.waitFor(30, TimeUnit.SECONDS)).isTrue();
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, STORE_PASSWORD);
        }
        // A certificate of its own, so that the store serves as trust store too.
        store.setCertificateEntry("trusted", store.getCertificate("server"));
        return store;
    }

    private static SSLContext context(KeyStore store) throws Exception {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, STORE_PASSWORD);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }
}
