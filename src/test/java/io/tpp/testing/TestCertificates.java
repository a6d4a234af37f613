package io.tpp.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.jspecify.annotations.Nullable;

/** An authority, a server's certificate of it for {@code localhost} and 127.0.0.1, and their files. */
public final class TestCertificates {
    private final Path folder;
    private final HeldCertificate authority;

    private TestCertificates(Path folder, HeldCertificate authority) {
        this.folder = folder;
        this.authority = authority;
    }

    /** Makes them and writes the server's files. */
    public static TestCertificates in(Path folder) {
        TestCertificates made = new TestCertificates(folder, authority("test authority"));
        made.serve(made.server());
        made.write("ca.pem", made.authority.certificatePem());
        return made;
    }

    public static HeldCertificate authority(String name) {
        return new HeldCertificate.Builder()
                .commonName(name)
                .certificateAuthority(0)
                .build();
    }

    /** Returns what a server's certificate is made with; sign it, or it is self-signed. */
    public static HeldCertificate.Builder builder() {
        return new HeldCertificate.Builder()
                .commonName("server")
                .addSubjectAlternativeName("localhost")
                .addSubjectAlternativeName("127.0.0.1");
    }

    public String authorityPem() {
        return authority.certificatePem();
    }

    public HeldCertificate server() {
        return builder().signedBy(authority).build();
    }

    /** Returns one as an authority would give: for half a year, with a number that nobody can guess. */
    public HeldCertificate serious() {
        return builder()
                .signedBy(authority)
                .serialNumber(new BigInteger(127, new SecureRandom()))
                .duration(180, TimeUnit.DAYS)
                .build();
    }

    public HeldCertificate expired() {
        long now = System.currentTimeMillis();
        long hour = TimeUnit.HOURS.toMillis(1);
        return builder()
                .signedBy(authority)
                .validityInterval(now - 2 * hour, now - hour)
                .build();
    }

    public HeldCertificate client() {
        return client("client");
    }

    public HeldCertificate client(String name) {
        return new HeldCertificate.Builder()
                .commonName(name)
                .signedBy(authority)
                .build();
    }

    /** Writes the server's files: the key, then the certificate with its authority's. */
    public void serve(HeldCertificate server) {
        write("tls.key", server.privateKeyPkcs8Pem());
        write("tls.crt", server.certificatePem() + authority.certificatePem());
    }

    /** Replaces a file in one step. */
    public Path write(String name, String content) {
        try {
            Path next = Files.writeString(folder.resolve(name + ".next"), content);
            return Files.move(next, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path certFile() {
        return folder.resolve("tls.crt");
    }

    public Path keyFile() {
        return folder.resolve("tls.key");
    }

    public Path caFile() {
        return folder.resolve("ca.pem");
    }

    /** Returns TPP's settings for TLS, as variables and values in turn, followed by others. */
    public String[] settings(String... others) {
        String[] own = {
            "TPP_TLS_CERT_FILE",
            certFile().toString(),
            "TPP_TLS_KEY_FILE",
            keyFile().toString()
        };
        return List.of(own, others).stream().flatMap(java.util.Arrays::stream).toArray(String[]::new);
    }

    /** As {@link #settings}, and clients must have a certificate of the authority. */
    public String[] settingsForKnownClients(String... others) {
        String[] all = settings(others);
        String[] own = {"TPP_TLS_CLIENT_CA_FILE", caFile().toString()};
        return List.of(all, own).stream().flatMap(java.util.Arrays::stream).toArray(String[]::new);
    }

    /** Returns what a client needs that trusts the authority; {@code certificate}: its own, or null. */
    public HandshakeCertificates trust(@Nullable HeldCertificate certificate) {
        HandshakeCertificates.Builder builder =
                new HandshakeCertificates.Builder().addTrustedCertificate(authority.certificate());
        if (certificate != null) {
            builder.heldCertificate(certificate);
        }
        return builder.build();
    }

    /** As {@link #trust}, without a certificate of the client's. */
    public SSLContext clientContext() {
        return trust(null).sslContext();
    }
}
