package io.tpp.config;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tpp.secret.Secret;
import io.tpp.token.BearerToken;
import io.tpp.token.Credential;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Credentials that are read again while TPP runs. */
class CredentialFilesTest {
    private static final String HOST = "upstream: {host: h}\n";

    private final Path folder;
    private final ConfigFixture files;

    CredentialFilesTest(@TempDir Path folder) {
        this.folder = folder;
        this.files = new ConfigFixture(folder);
    }

    private CredentialFiles load(String yaml) {
        return files.load(HOST + yaml).credentialFiles();
    }

    private static Credentials users(String... namesAndPasswords) {
        List<Credential> users = new ArrayList<>();
        for (int i = 0; i < namesAndPasswords.length; i += 2) {
            users.add(new Credential(namesAndPasswords[i], Secret.of(namesAndPasswords[i + 1])));
        }
        return new Credentials(users, List.of());
    }

    private static List<String> problems(CredentialFiles credentialFiles) {
        ConfigException e = catchThrowableOfType(ConfigException.class, credentialFiles::read);
        assertThat(e).as("a configuration error").isNotNull();
        return e.problems();
    }

    @Test
    void credentialsThatComeFromNoFileCannotChange() {
        assertThat(load("credential: {username: u, password: p}").paths()).isEmpty();
        assertThat(load("credentials: [{username: u, password: p}]").paths()).isEmpty();
    }

    @Test
    void aCredentialsFileIsReadAgain() throws Exception {
        Path file = files.write("users.txt", "alice:one\n");
        CredentialFiles read = load("credentials_file: '" + file + "'");
        files.write("users.txt", "bob:b\nalice:two\n");

        assertThat(read.read()).isEqualTo(users("bob", "b", "alice", "two"));
        assertThat(read.paths()).containsExactly(file);
        assertThat(read.key()).isEqualTo("credentials_file");
    }

    @Test
    void passwordFilesOfOneUserAndOfManyAreReadAgain() throws Exception {
        Path file = files.write("password.txt", "one");
        CredentialFiles single = load("credential: {username: u, password_file: '" + file + "'}");
        CredentialFiles many = load("credentials: [{username: a, password: x}, {username: b, password_file: '" + file
                + "'}, {username: c, password_file: '" + file + "'}]");
        CredentialFiles variable = files.load(
                        ConfigFixture.MINIMAL, Map.of("TPP_CREDENTIAL_PASSWORD_FILE", file.toString()))
                .credentialFiles();
        files.write("password.txt", "two\n");

        assertThat(single.read()).isEqualTo(users("u", "two"));
        assertThat(many.read()).isEqualTo(users("a", "x", "b", "two", "c", "two"));
        assertThat(variable.read()).isEqualTo(users("u", "two"));
        assertThat(many.paths()).containsExactly(file);
        assertThat(many.key()).isEqualTo("password_file");
    }

    @Test
    void aTokensFileIsReadAgain() throws Exception {
        Path file = files.write("tokens.txt", "one\n");
        CredentialFiles read = load("tokens_file: '" + file + "'");
        files.write("tokens.txt", "\ntwo\n");

        assertThat(read.read())
                .isEqualTo(new Credentials(List.of(), List.of(new StaticToken(BearerToken.of("two"), "tokens.txt:2"))));
        assertThat(read.key()).isEqualTo("tokens_file");
    }

    @Test
    void whatWouldEndTheStartIsAProblemLater() throws Exception {
        Path file = files.write("users.txt", "alice:one\n");
        CredentialFiles read = load("credentials_file: '" + file + "'\ntoken: {pool_size: 2}\n");

        files.write("users.txt", "alice:\nhunter2\n");
        assertThat(problems(read))
                .containsExactly(
                        "users.txt:1: the password after the ':' is empty",
                        "users.txt:2: the line must be username:password");
        files.write("users.txt", "");
        assertThat(problems(read)).containsExactly("users.txt: holds no credentials; each line is username:password");
        files.write("users.txt", "a:p\nb:p\nc:p\n");
        assertThat(problems(read))
                .containsExactly("config.yaml:3: token.pool_size must be at least 3, the number of credentials, was 2");
        Files.delete(file);
        assertThat(problems(read))
                .containsExactly("config.yaml:2: credentials_file " + file + " cannot be read: no such file");
    }

    @Test
    void aPoolSizeThatWasNotGivenLimitsNothing() throws Exception {
        Path file = files.write("users.txt", "alice:one\n");
        CredentialFiles read = load("credentials_file: '" + file + "'");
        files.write("users.txt", "a:p\nb:p\n");

        assertThat(read.read().count()).isEqualTo(2);
    }

    /** A shell's {@code <(command)} gives its content once, and whoever opens it again may wait for ever. */
    @Test
    @Timeout(value = 30, unit = SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aPipeIsReadOnlyOnce() throws Exception {
        Path pipe = pipe("pipe");
        Path file = files.write("password.txt", "filed");
        Process writer = new ProcessBuilder("sh", "-c", "echo piped > '" + pipe + "'").start();
        CredentialFiles read = load("credentials: [{username: a, password_file: '" + pipe
                + "'}, {username: b, password_file: '" + file + "'}]");
        assertThat(writer.waitFor()).isZero();
        files.write("password.txt", "new");

        assertThat(read.read()).isEqualTo(users("a", "piped", "b", "new"));
        assertThat(read.paths()).containsExactly(file);
    }

    @Test
    @Timeout(value = 30, unit = SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aFileThatBecameAPipeIsNotOpened() throws Exception {
        Path file = files.write("password.txt", "filed");
        CredentialFiles read = load("credential: {username: a, password_file: '" + file + "'}");
        Files.delete(file);
        pipe("password.txt");

        assertThat(problems(read))
                .containsExactly(
                        "config.yaml:2: credential.password_file cannot be read: it is no regular file any more");
    }

    private Path pipe(String name) throws Exception {
        Path pipe = folder.resolve(name);
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        return pipe;
    }
}
