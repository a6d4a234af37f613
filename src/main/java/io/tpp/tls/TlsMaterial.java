package io.tpp.tls;

import io.tpp.tls.TlsFiles.Role;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * What {@link TlsFiles} hold, read and checked against each other.
 *
 * <p>Immutable. Its {@code toString} is the default one, because it holds a key.
 */
public final class TlsMaterial {
    private final List<X509Certificate> chain;
    private final PrivateKey key;
    private final List<X509Certificate> clientCas;
    private final Path certificateFile;

    private TlsMaterial(
            Path certificateFile, List<X509Certificate> chain, PrivateKey key, List<X509Certificate> clientCas) {
        this.certificateFile = certificateFile;
        this.chain = List.copyOf(chain);
        this.key = key;
        this.clientCas = List.copyOf(clientCas);
    }

    private interface Reading<T> {
        T from(PemFile file) throws PemException;
    }

    /**
     * Reads the files.
     *
     * @param problems gets everything that is wrong
     * @return null if there were problems
     */
    public static @Nullable TlsMaterial read(TlsFiles files, List<TlsProblem> problems) {
        int before = problems.size();
        List<X509Certificate> chain = read(Role.CERTIFICATE, files.certificate(), PemFile::certificates, problems);
        PrivateKey key = read(Role.KEY, files.key(), PemFile::privateKey, problems);
        List<X509Certificate> clientCas = files.clientCa() == null
                ? List.of()
                : read(Role.CLIENT_CA, files.clientCa(), PemFile::onlyCertificates, problems);
        if (chain != null && key != null && !PrivateKeys.match(key, chain.get(0).getPublicKey())) {
            String why = "does not hold the key of the certificate in " + files.certificate();
            problems.add(new TlsProblem(Role.KEY, files.key(), why));
        }
        return chain == null || key == null || clientCas == null || problems.size() > before
                ? null
                : new TlsMaterial(files.certificate(), chain, key, clientCas);
    }

    private static <T> @Nullable T read(Role role, Path file, Reading<T> reading, List<TlsProblem> problems) {
        try {
            return reading.from(PemFile.read(file));
        } catch (PemException e) {
            problems.add(new TlsProblem(role, file, e.why()));
            return null;
        }
    }

    /** Returns what a person should look at although it can be used. */
    public List<String> warnings(Instant now) {
        List<String> warnings = new ArrayList<>();
        X509Certificate server = chain.get(0);
        if (now.isAfter(server.getNotAfter().toInstant())) {
            warnings.add(said("holds a certificate that expired at "
                    + server.getNotAfter().toInstant() + "; clients will refuse it"));
        } else if (now.isBefore(server.getNotBefore().toInstant())) {
            warnings.add(said("holds a certificate that is not valid before "
                    + server.getNotBefore().toInstant() + "; clients will refuse it"));
        }
        for (int i = 1; i < chain.size(); i++) {
            if (!chain.get(i).getSubjectX500Principal().equals(chain.get(i - 1).getIssuerX500Principal())) {
                warnings.add(said("holds as number " + (i + 1) + " a certificate that is not the issuer of the one"
                        + " before it; clients may not find their way through"));
            }
        }
        return warnings;
    }

    private String said(String what) {
        return new TlsProblem(Role.CERTIFICATE, certificateFile, what).toString();
    }

    /** Returns whose certificate it is and until when it is valid, for the log. */
    public String description() {
        X509Certificate server = chain.get(0);
        return "certificate of " + server.getSubjectX500Principal().getName() + ", valid until "
                + server.getNotAfter().toInstant();
    }

    /** Returns a new context with sessions of its own, so that what an earlier one accepted is not resumed. */
    SSLContext context() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keyManagers(), clientCas.isEmpty() ? null : trustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("what was read and checked cannot be used: " + e.getMessage(), e);
        }
    }

    private KeyManager[] keyManagers() throws GeneralSecurityException, IOException {
        // In memory only. Of this kind because others do not take a chain with a gap, which is worth no more than a
        // warning.
        KeyStore store = KeyStore.getInstance("JKS");
        store.load(null, null);
        char[] password = {'-'};
        store.setKeyEntry("server", key, password, chain.toArray(new X509Certificate[0]));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, password);
        return factory.getKeyManagers();
    }

    private TrustManager[] trustManagers() throws GeneralSecurityException, IOException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(TrustStore.of(clientCas));
        return factory.getTrustManagers();
    }
}
