package io.tpp.dolphindb;

import io.tpp.tls.PemException;
import io.tpp.tls.PemFile;
import io.tpp.tls.TrustStore;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
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

    /**
     * Returns settings for an upstream without TLS, with which no TLS can be spoken: the HTTP client they are given to reads
     * no certificates when it starts. Without any settings it would read all that the system trusts.
     */
    public static SslContextFactory.Client none() {
        return new None();
    }

    private static final class None extends SslContextFactory.Client {
        @Override
        protected void doStart() {}
    }

    private static List<X509Certificate> certificates(Path caFile) {
        try {
            return PemFile.read(caFile).onlyCertificates();
        } catch (PemException e) {
            throw unusable(caFile, e.why());
        }
    }

    private static KeyStore trustStore(Path caFile, List<X509Certificate> certificates) {
        try {
            return TrustStore.of(certificates);
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
