package io.tpp.config;

import java.nio.file.Path;
import java.util.List;

/**
 * The files that credentials come from, which may change while TPP runs.
 *
 * <h2>Threads</h2>
 *
 * Reading may block as long as a disk takes, or a network file system. One thread at a time.
 */
public final class CredentialFiles {
    private final Layer layer;
    private final String place;
    private final CredentialTexts texts;
    private final PoolSizeRule poolSize;

    /** Takes what the credentials were read from at the start, where that was without a problem. */
    CredentialFiles(Layer layer, String place, CredentialTexts texts, PoolSizeRule poolSize) {
        this.layer = layer;
        this.place = place;
        this.texts = texts;
        this.poolSize = poolSize;
        texts.started();
    }

    Layer layer() {
        return layer;
    }

    CredentialTexts texts() {
        return texts;
    }

    /** Returns the files that may change; empty if all that is known was given in other ways. */
    public List<Path> paths() {
        return texts.regularFiles();
    }

    /** Returns the key that names them: {@code credentials_file}, {@code tokens_file} or {@code password_file}. */
    public String key() {
        if (layer.settings().containsKey(Key.TOKENS_FILE)) {
            return Key.TOKENS_FILE.path();
        }
        return layer.settings().containsKey(Key.CREDENTIALS_FILE) ? Key.CREDENTIALS_FILE.path() : "password_file";
    }

    /**
     * Reads everything again, with the same rules as at the start.
     *
     * @throws ConfigException with everything that would have ended the start
     */
    public Credentials read() throws ConfigException {
        Problems problems = new Problems(List.of());
        Credentials credentials =
                new CredentialsReader(layer, texts, problems).read(place).credentials();
        poolSize.check(credentials, problems);
        problems.throwIfAny();
        return credentials;
    }
}
