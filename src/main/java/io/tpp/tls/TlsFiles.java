package io.tpp.tls;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The PEM files that TLS towards clients is made of.
 *
 * @param certificate the server's certificate first, then each one's issuer
 * @param key its private key; may be the same file
 * @param clientCa whose certificates clients must have; null: clients need none
 */
public record TlsFiles(Path certificate, Path key, @Nullable Path clientCa) {
    public TlsFiles {
        Objects.requireNonNull(certificate, "certificate");
        Objects.requireNonNull(key, "key");
    }

    /** Which of the files. */
    public enum Role {
        CERTIFICATE("tls.cert_file"),
        KEY("tls.key_file"),
        CLIENT_CA("tls.client_ca_file");

        private final String key;

        Role(String key) {
            this.key = key;
        }

        /** Returns the configuration key that names it. */
        public String key() {
            return key;
        }
    }

    /** Returns all files that are given. */
    public List<Path> paths() {
        return Stream.of(certificate, key, clientCa).filter(Objects::nonNull).toList();
    }
}
