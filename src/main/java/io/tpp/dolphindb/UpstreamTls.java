package io.tpp.dolphindb;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes the TLS settings for connections to the upstream.
 *
 * <p>The certificate is checked against the system's trust and must be for the host, unless told otherwise; DolphinDB's
 * own default certificate is self-signed and in {@code <home>/keys/server.crt}. Each HTTP client needs its own.
 */
public final class UpstreamTls {
    private UpstreamTls() {}

    /**
     * Returns settings that are not started; the HTTP client they are given to starts them.
     *
     * @param caFile certificates in PEM, which are trusted instead of the system's; null: the system's
     * @param serverName the name to ask for (SNI) and to look for in the certificate; null: the host
     * @param insecure trust every certificate for every host; {@code caFile} is then not read
     * @throws IllegalArgumentException if {@code caFile} cannot be used or {@code serverName} is no host name; the
     *     message says which and why
     */
    public static SslContextFactory.Client create(
            @Nullable Path caFile, @Nullable String serverName, boolean insecure) {
        SslContextFactory.Client tls =
                serverName == null ? new SslContextFactory.Client(insecure) : new Named(serverName, insecure);
        if (caFile != null && !insecure) {
            tls.setTrustStore(trustStore(caFile, certificates(caFile)));
        }
        return tls;
    }

    private static Collection<? extends Certificate> certificates(Path caFile) {
        byte[] content = contentOf(caFile);
        if (!new String(content, StandardCharsets.ISO_8859_1).contains("CERTIFICATE-----")) {
            throw unusable(caFile, "holds no certificate in PEM");
        }
        try {
            Collection<? extends Certificate> certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(content));
            if (certificates.isEmpty()) {
                throw new CertificateException("none");
            }
            return certificates;
        } catch (CertificateException e) {
            // Not passed on, because it may quote the file, which may hold a key.
            throw unusable(caFile, "holds a damaged certificate or something else besides certificates");
        }
    }

    private static byte[] contentOf(Path caFile) {
        try {
            return Files.readAllBytes(caFile);
        } catch (NoSuchFileException e) {
            throw unusable(caFile, "does not exist");
        } catch (AccessDeniedException e) {
            throw unusable(caFile, "may not be read by this user");
        } catch (IOException e) {
            throw unusable(caFile, "cannot be read: " + e.getMessage());
        }
    }

    private static KeyStore trustStore(Path caFile, Collection<? extends Certificate> certificates) {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int number = 0;
            for (Certificate certificate : certificates) {
                number++;
                store.setCertificateEntry("ca-" + number, certificate);
            }
            return store;
        } catch (GeneralSecurityException | IOException e) {
            throw unusable(caFile, "cannot be used: " + e.getMessage());
        }
    }

    private static IllegalArgumentException unusable(Path caFile, String why) {
        return new IllegalArgumentException("upstream.tls_ca_file " + caFile + " " + why);
    }

    /** Makes connections as if the upstream's host had another name. */
    private static final class Named extends SslContextFactory.Client {
        private final String serverName;

        Named(String serverName, boolean insecure) {
            super(insecure);
            this.serverName = serverName;
            if (isIpAddress(serverName)) {
                return; // RFC 6066 section 3: an address is not sent as a name
            }
            // Given explicitly, because the JDK by itself sends only names with a dot.
            SNIHostName sni = sni(serverName);
            setSNIProvider((engine, names) -> List.of(sni));
        }

        /** The name an engine is made with is the one that the JDK looks for in the certificate. */
        @Override
        public SSLEngine newSSLEngine(String host, int port) {
            return super.newSSLEngine(serverName, port);
        }

        private static boolean isIpAddress(String name) {
            return name.indexOf(':') >= 0 || name.matches("[0-9.]+");
        }

        private static SNIHostName sni(String name) {
            try {
                return new SNIHostName(name);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "upstream.tls_server_name '" + name + "' is not a host name: " + e.getMessage(), e);
            }
        }
    }
}
