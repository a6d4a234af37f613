package io.tpp.dolphindb;

import static io.tpp.dolphindb.ScriptedNode.answer;
import static io.tpp.dolphindb.ScriptedNode.hangUp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tpp.secret.Secret;
import io.tpp.token.Credential;
import io.tpp.token.LoginException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLSocket;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@NullUnmarked // fields are set before all tests
@Timeout(30)
class UpstreamTlsTest {
    private static final List<String> NAMES_ASKED_FOR = new CopyOnWriteArrayList<>();

    @TempDir
    private static Path folder;

    private static ScriptedNode upstream;
    private static String certificate;
    private static String otherCertificate;

    @BeforeAll
    static void startUpstream() throws Exception {
        Quiet.jetty();
        SelfSigned named = SelfSigned.make(folder, "dns:dolphin.test,dns:dolphin");
        certificate = named.pem();
        otherCertificate = SelfSigned.make(folder, "ip:127.0.0.1").pem();
        upstream = ScriptedNode.start(named.serverSocket(), connection -> {
            ExtendedSSLSession session = (ExtendedSSLSession) ((SSLSocket) connection.socket).getSession();
            session.getRequestedServerNames().forEach(name -> NAMES_ASKED_FOR.add(((SNIHostName) name).getAsciiName()));
            answer(200, "{\"code\":\"0\",\"result\":[\"token\"]}").run(connection);
        });
    }

    @AfterAll
    static void stopUpstream() {
        upstream.close();
    }

    @Test
    void aSelfSignedCertificateIsNotTrustedByTheSystem() throws Exception {
        assertThat(login(UpstreamTls.create(null, "dolphin.test", false)))
                .contains("could not be reached")
                .contains("TLS failed: unable to find valid certification path to requested target");
    }

    @ParameterizedTest
    @CsvSource({"dolphin.test", "dolphin"})
    void aCertificateInTheCaFileIsTrustedForTheServerName(String name) throws Exception {
        NAMES_ASKED_FOR.clear();

        assertThat(login(UpstreamTls.create(file(certificate), name, false))).isEqualTo("ok");
        assertThat(NAMES_ASKED_FOR).containsExactly(name);
    }

    @Test
    void theCaFileMayHoldSeveralCertificatesAndComments() throws Exception {
        Path several = file("# upstreams\n\n" + otherCertificate + "\nSubject: CN=test\n" + certificate);

        assertThat(login(UpstreamTls.create(several, "dolphin.test", false))).isEqualTo("ok");
    }

    @Test
    void theCaFileReplacesTheSystemsTrust() throws Exception {
        assertThat(login(UpstreamTls.create(file(otherCertificate), "dolphin.test", false)))
                .contains("TLS failed: ");
    }

    @Test
    void withoutAServerNameTheCertificateMustBeForTheHost() throws Exception {
        assertThat(login(UpstreamTls.create(file(certificate), null, false)))
                .contains("TLS failed: ")
                .contains("127.0.0.1");
    }

    @ParameterizedTest
    @CsvSource({"other.test", "127.0.0.2"})
    void theCertificateMustBeForTheServerName(String name) throws Exception {
        assertThat(login(UpstreamTls.create(file(certificate), name, false)))
                .contains("TLS failed: ")
                .contains(name);
    }

    @Test
    void insecureTrustsAnyCertificateForAnyHost() throws Exception {
        assertThat(login(UpstreamTls.create(null, null, true))).isEqualTo("ok");
        assertThat(login(UpstreamTls.create(folder.resolve("absent"), "other.test", true)))
                .isEqualTo("ok");
    }

    @Test
    void anAddressIsNotAskedForAsAName() throws Exception {
        NAMES_ASKED_FOR.clear();

        assertThat(login(UpstreamTls.create(null, "127.0.0.1", true))).isEqualTo("ok");
        assertThat(NAMES_ASKED_FOR).isEmpty();
    }

    @Test
    void anUpstreamThatDoesNotAnswerTheHandshakeIsATimeout() throws Exception {
        // It waits for the end of a request, which the first message of TLS does not hold.
        try (ScriptedNode plain = ScriptedNode.start(hangUp())) {
            assertThat(login(UpstreamTls.create(null, null, true), plain.port(), Duration.ofMillis(200)))
                    .contains("no answer in time");
        }
    }

    @Test
    void aCaFileThatIsMissingIsNamed() {
        Path missing = folder.resolve("missing.pem");

        assertThatThrownBy(() -> UpstreamTls.create(missing, null, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("upstream.tls_ca_file " + missing + " does not exist");
    }

    @Test
    void aCaFileThatIsAFolderIsNamed() {
        assertThatThrownBy(() -> UpstreamTls.create(folder, null, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("upstream.tls_ca_file " + folder + " cannot be read: Is a directory");
    }

    @Test
    void aCaFileWithoutACertificateIsNamed() throws Exception {
        for (String content :
                List.of("", "\n\n", "# nothing here\n", "\u0000\u0001", "-----BEGIN PRIVATE KEY-----\nAAAA\n")) {
            Path empty = file(content);

            assertThatThrownBy(() -> UpstreamTls.create(empty, null, false))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("upstream.tls_ca_file " + empty + " holds no certificate in PEM");
        }
    }

    @Test
    void aCaFileWithSomethingElseIsNamed() throws Exception {
        for (String content : List.of(
                "CERTIFICATE-----",
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
                certificate + "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
                certificate.substring(0, certificate.length() / 2))) {
            Path wrong = file(content);

            assertThatThrownBy(() -> UpstreamTls.create(wrong, null, false))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("upstream.tls_ca_file " + wrong
                            + " holds a damaged certificate or something else besides certificates");
        }
    }

    @Test
    void aServerNameThatIsNoneIsRejected() {
        assertThatThrownBy(() -> UpstreamTls.create(null, "not a name", false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("upstream.tls_server_name 'not a name' is not a host name");
    }

    @Test
    void forAnUpstreamWithoutItNoneIsSpoken() throws Exception {
        assertThat(login(UpstreamTls.none())).endsWith("(IllegalStateException)");
    }

    private static Path file(String content) throws IOException {
        return Files.writeString(Files.createTempFile(folder, "ca", ".pem"), content);
    }

    private static String login(SslContextFactory.Client tls) throws Exception {
        return login(tls, upstream.port(), Duration.ofSeconds(10));
    }

    /** Returns {@code ok} or why the login failed. */
    private static String login(SslContextFactory.Client tls, int port, Duration timeout) throws Exception {
        HttpClient client = LoginClient.create(1, Duration.ofSeconds(5), tls);
        client.start();
        try {
            Credential alice = new Credential("alice", Secret.of("pa55"));
            new DolphinDbLogin(client, true, "127.0.0.1", port, alice, 1, timeout)
                    .login()
                    .get(20, TimeUnit.SECONDS);
            return "ok";
        } catch (ExecutionException e) {
            assertThat(e.getCause()).isInstanceOf(LoginException.class).hasNoCause();
            return String.valueOf(e.getCause().getMessage());
        } finally {
            LifeCycle.stop(client);
        }
    }
}
