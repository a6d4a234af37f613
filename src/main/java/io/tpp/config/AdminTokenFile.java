package io.tpp.config;

import io.tpp.secret.Secret;
import java.nio.file.Path;

/** The file of {@code admin.token_file}: it holds the secret and nothing else, but for blanks and line ends around it. */
public final class AdminTokenFile {
    private AdminTokenFile() {}

    /**
     * Reads it.
     *
     * @throws IllegalArgumentException if it cannot be used; the message says why, without the secret
     */
    public static Secret read(Path file) {
        try {
            String text = TextFile.read(file).strip();
            if (text.isEmpty()) {
                throw new IllegalArgumentException("holds no secret");
            }
            return Secret.of(text);
        } catch (InvalidValue e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }
}
