package io.tpp.config;

import io.tpp.tls.TlsFiles;
import io.tpp.tls.TlsMaterial;
import io.tpp.tls.TlsProblem;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The keys of {@code tls}: whether they go together, and whether their files are of use. One thread. */
final class ClientTls {
    private static final List<Key> KEYS = List.of(Key.CERT_FILE, Key.KEY_FILE, Key.CLIENT_CA_FILE);

    private final Values values;
    private final List<String> warnings = new ArrayList<>();

    ClientTls(Values values) {
        this.values = values;
    }

    /** Adds what is wrong to the problems. */
    void check() {
        if (!values.sound(Key.CERT_FILE, Key.KEY_FILE, Key.CLIENT_CA_FILE)) {
            return;
        }
        TlsFiles files = files();
        if (files == null) {
            checkNothingIsLeftOut();
        } else {
            checkContent(files);
        }
    }

    /** A certificate without its key, or client certificates without TLS, is somebody's half of it. */
    private void checkNothingIsLeftOut() {
        for (Key key : KEYS) {
            if (values.isGiven(key)) {
                Key missing = values.optionalFile(Key.CERT_FILE) == null ? Key.CERT_FILE : Key.KEY_FILE;
                values.problem(key, "needs " + missing.path() + " as well");
                return;
            }
        }
    }

    private void checkContent(TlsFiles files) {
        List<TlsProblem> problems = new ArrayList<>();
        TlsMaterial material = TlsMaterial.read(files, problems);
        for (TlsProblem problem : problems) {
            values.problem(keyOf(problem), problem.message());
        }
        if (material != null) {
            warnings.addAll(material.warnings(Instant.now()));
        }
    }

    private static Key keyOf(TlsProblem problem) {
        String path = problem.role().key();
        return Objects.requireNonNull(Key.of(path), path);
    }

    /** Returns the files; null: no TLS. */
    @Nullable
    TlsFiles files() {
        Path certificate = values.optionalFile(Key.CERT_FILE);
        Path key = values.optionalFile(Key.KEY_FILE);
        return certificate == null || key == null
                ? null
                : new TlsFiles(certificate, key, values.optionalFile(Key.CLIENT_CA_FILE));
    }

    /** Returns what a person should look at although TPP can run. */
    List<String> warnings() {
        return warnings;
    }
}
