package io.tpp.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tpp.testing.TestCertificates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import okhttp3.tls.HeldCertificate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** PEM files as OpenSSL writes them (those among the resources) and as others do. */
class TlsMaterialTest {
    private final Path folder;
    private final TestCertificates certificates;

    TlsMaterialTest(@TempDir Path folder) {
        this.folder = folder;
        this.certificates = TestCertificates.in(folder);
    }

    private static Path resource(String name) {
        return Path.of("src/test/resources/io/tpp/tls", name);
    }

    private static List<String> problems(Path certificate, Path key, @Nullable Path clientCa) {
        List<TlsProblem> problems = new ArrayList<>();
        TlsMaterial material = TlsMaterial.read(new TlsFiles(certificate, key, clientCa), problems);
        assertThat(material == null).isEqualTo(!problems.isEmpty());
        return problems.stream().map(TlsProblem::toString).toList();
    }

    private List<String> warnings() {
        TlsFiles files = new TlsFiles(certificates.certFile(), certificates.keyFile(), null);
        return Objects.requireNonNull(TlsMaterial.read(files, new ArrayList<>()))
                .warnings(Instant.now());
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsa-pkcs1", "ec-sec1", "ec384-sec1", "ed25519"})
    void everyFormOfKeyIsRead(String name) {
        assertThat(problems(resource(name + ".crt"), resource(name + ".pem"), null))
                .isEmpty();
    }

    @Test
    void certificateAndKeyMayBeInOneFileWithTextAround() throws Exception {
        String key = Files.readString(resource("ec-sec1.pem"));
        Path both = certificates.write(
                "both.pem", "Bag Attributes\n" + key + "subject=CN\n" + Files.readString(resource("ec-sec1.crt")));
        assertThat(problems(both, both, null)).isEmpty();
    }

    @Test
    void linesMayEndAsOnWindows() throws Exception {
        Path key = certificates.write(
                "dos.key", Files.readString(resource("rsa-pkcs1.pem")).replace("\n", "\r\n"));
        Path crt = certificates.write(
                "dos.crt", Files.readString(resource("rsa-pkcs1.crt")).replace("\n", "\r\n"));
        assertThat(problems(crt, key, null)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"encrypted-pkcs1.pem, rsa-pkcs1.crt", "encrypted-pkcs8.pem, ec-sec1.crt"})
    void anEncryptedKeyIsNotDecrypted(String key, String certificate) {
        assertThat(problems(resource(certificate), resource(key), null))
                .containsExactly("tls.key_file " + resource(key)
                        + " holds an encrypted key, which TPP does not decrypt; `openssl pkey` does");
    }

    @ParameterizedTest
    @CsvSource({"ec-sec1, ec384-sec1", "ec-sec1, rsa-pkcs1", "rsa-pkcs1, ed25519", "ed25519, ec-sec1"})
    void theKeyMustBeThatOfTheCertificate(String key, String certificate) {
        Path crt = resource(certificate + ".crt");
        Path pem = resource(key + ".pem");
        assertThat(problems(crt, pem, null))
                .containsExactly("tls.key_file " + pem + " does not hold the key of the certificate in " + crt);
    }

    @Test
    void aKeyOfAnUnnamedCurveIsRefused() {
        assertThat(problems(resource("ec-sec1.crt"), resource("ec-explicit.pem"), null))
                .containsExactly("tls.key_file " + resource("ec-explicit.pem")
                        + " holds a damaged key, or one that is not RSA, EC or EdDSA");
    }

    @Test
    void everythingThatIsWrongIsToldAtOnce() {
        Path missing = folder.resolve("missing");
        assertThat(problems(missing, folder, missing))
                .containsExactly(
                        "tls.cert_file " + missing + " does not exist",
                        "tls.key_file " + folder + " cannot be read: Is a directory",
                        "tls.client_ca_file " + missing + " does not exist");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | holds no certificate in PEM",
                "-----BEGIN PRIVATE KEY-----=AAAA=-----END PRIVATE KEY----- | holds no certificate in PEM",
                "-----BEGIN CERTIFICATE----- | holds a damaged certificate",
                "-----BEGIN CERTIFICATE-----=AAAA=-----END CERTIFICATE----- | holds a damaged certificate",
                "-----BEGIN CERTIFICATE-----=AAAAA=-----END CERTIFICATE----- | holds a damaged CERTIFICATE",
                "-----BEGIN CERTIFICATE-----=AAAA=-----END KEY----- | holds a damaged certificate",
                "CERTIFICATE----- | holds no certificate in PEM",
                "-----BEGIN | holds no certificate in PEM",
            })
    void aCertificateThatIsNoneIsNamed(String content, String why) {
        Path file = certificates.write("wrong.crt", content.replace('=', '\n'));
        assertThat(problems(file, certificates.keyFile(), null)).containsExactly("tls.cert_file " + file + " " + why);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | holds no private key in PEM",
                "-----BEGIN CERTIFICATE-----=AAAA=-----END CERTIFICATE----- | holds no private key in PEM",
                "-----BEGIN PRIVATE KEY----- | holds a damaged key, or one that is not RSA, EC or EdDSA",
                "-----BEGIN PRIVATE KEY-----=AAAA=-----END PRIVATE KEY----- "
                        + "| holds a damaged key, or one that is not RSA, EC or EdDSA",
                "-----BEGIN RSA PRIVATE KEY-----=AAAA=-----END RSA PRIVATE KEY----- "
                        + "| holds a damaged key, or one that is not RSA, EC or EdDSA",
                "-----BEGIN EC PRIVATE KEY-----=MA==-----END EC PRIVATE KEY----- | holds a damaged key",
                "-----BEGIN EC PRIVATE KEY-----=MIT/////AAAA=-----END EC PRIVATE KEY----- | holds a damaged key",
                "-----BEGIN EC PRIVATE KEY-----=MAMCAQE==-----END EC PRIVATE KEY----- "
                        + "| holds a key that does not say its curve; `openssl pkey` writes one that does",
                "-----BEGIN OPENSSH PRIVATE KEY-----=AAAA=-----END OPENSSH PRIVATE KEY----- "
                        + "| holds a OPENSSH PRIVATE KEY, which is of no use for TLS",
                "-----BEGIN PRIVATE KEY----- -----BEGIN PRIVATE KEY----- | holds 2 private keys",
            })
    void aKeyThatIsNoneIsNamed(String content, String why) {
        Path file = certificates.write("wrong.key", content.replace('=', '\n'));
        assertThat(problems(certificates.certFile(), file, null)).containsExactly("tls.key_file " + file + " " + why);
    }

    @Test
    void aKeyAmongTheAuthoritiesIsAMistake() throws Exception {
        Path file = certificates.write(
                "cas.pem", Files.readString(certificates.caFile()) + Files.readString(certificates.keyFile()));
        assertThat(problems(certificates.certFile(), certificates.keyFile(), file))
                .containsExactly("tls.client_ca_file " + file
                        + " holds a damaged certificate or something else besides certificates");
    }

    @Test
    void aFileThatIsFarTooLargeIsNotReadToItsEnd() {
        Path file = certificates.write("large.crt", "x".repeat(1024 * 1024 + 1));
        assertThat(problems(file, certificates.keyFile(), null))
                .containsExactly("tls.cert_file " + file + " cannot be read: it is larger than 1048576 bytes");
    }

    @Test
    void nothingIsWrongWithAGoodChain() {
        assertThat(warnings()).isEmpty();
    }

    @Test
    void aCertificateOfAnotherTimeIsAWarning() {
        HeldCertificate expired = certificates.expired();
        certificates.serve(expired);
        assertThat(warnings())
                .containsExactly("tls.cert_file " + certificates.certFile() + " holds a certificate that expired at "
                        + expired.certificate().getNotAfter().toInstant() + "; clients will refuse it");
        long later = System.currentTimeMillis() + 3_600_000;
        HeldCertificate future =
                TestCertificates.builder().validityInterval(later, later + 1000).build();
        certificates.write("tls.key", future.privateKeyPkcs8Pem());
        certificates.write("tls.crt", future.certificatePem());
        assertThat(warnings())
                .containsExactly("tls.cert_file " + certificates.certFile()
                        + " holds a certificate that is not valid before "
                        + future.certificate().getNotBefore().toInstant() + "; clients will refuse it");
    }

    @Test
    void aChainWithAGapIsAWarning() {
        HeldCertificate server = certificates.server();
        HeldCertificate stranger = TestCertificates.authority("stranger");
        certificates.write("tls.key", server.privateKeyPkcs8Pem());
        certificates.write("tls.crt", server.certificatePem() + stranger.certificatePem());
        assertThat(warnings())
                .containsExactly("tls.cert_file " + certificates.certFile()
                        + " holds as number 2 a certificate that is not the issuer of the one before it; clients may"
                        + " not find their way through");
        assertThat(new ServerTls(new TlsFiles(certificates.certFile(), certificates.keyFile(), null)).getSslContext())
                .isNotNull();
    }

    @Test
    void filesOfNoUseEndTheStartInOneLine() {
        Path missing = folder.resolve("missing");
        TlsFiles files = new TlsFiles(missing, missing, null);
        IllegalArgumentException e = catchThrowableOfType(IllegalArgumentException.class, () -> new ServerTls(files));
        assertThat(e)
                .hasMessage("tls.cert_file " + missing + " does not exist; tls.key_file " + missing + " does not exist")
                .hasNoCause();
    }
}
