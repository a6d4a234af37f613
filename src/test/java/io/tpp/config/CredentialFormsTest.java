package io.tpp.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.secret.Secret;
import io.tpp.token.Credential;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The forms in which credentials are given, and which of them wins. */
class CredentialFormsTest {
    private static final String HOST = "upstream: {host: h}\n";

    private final ConfigFixture files;

    CredentialFormsTest(@TempDir Path folder) {
        this.files = new ConfigFixture(folder);
    }

    private static Credential credential(String username, String password) {
        return new Credential(username, Secret.of(password));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "123456",
                "0123",
                "0x1F",
                "1e3",
                "1_000",
                "12:30:45",
                "true",
                "no",
                "null",
                "~",
                "2024-01-01",
                ".5",
                "+1",
                "a:b",
                "a#b",
                "-dash",
                "--",
                "it's",
                "say\"so",
                "back\\slash",
                "a b",
                "ü",
                "<<",
                "=",
                "?x"
            })
    void anUnquotedPasswordIsTakenAsItIsWritten(String password) {
        assertThat(files.password("credential: \n  username: u\n  password: " + password + "\n"))
                .isEqualTo(password);
        assertThat(files.password("credentials: \n  - username: u\n    password: " + password + " # comment\n"))
                .isEqualTo(password);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"123456", "true", "null", "~", "a: b", "a #b", "#", "*a", "&a", "!a", "%a", "@a", "- a", " "})
    void aQuotedPasswordIsTakenAsItIsWritten(String password) {
        assertThat(files.password("credential:\n  username: u\n  password: '" + password + "'\n"))
                .isEqualTo(password);
        assertThat(files.password("credential: {username: u, password: \"" + password + "\"}\n"))
                .isEqualTo(password);
    }

    @Test
    void aPasswordInABlockHasNoLineBreakAtItsEnd() {
        assertThat(files.password("credential:\n  username: u\n  password: |\n    a'b\"c\n"))
                .isEqualTo("a'b\"c");
    }

    @Test
    void anUnquotedNumericUserNameIsTakenAsItIsWritten() {
        assertThat(files.credentials("credential: {username: 007, password: p}"))
                .containsExactly(credential("007", "p"));
    }

    @Test
    void aCredentialsFileHoldsAUserALine() {
        Path file =
                files.write("users.txt", "\uFEFF# users\r\n\r\nalice:a:b#c \r\n  bob:-\"p' \n\t# more\n \ncarol:1234");

        LoadedConfig loaded = files.load(HOST + "credentials_file: '" + file + "'");

        assertThat(loaded.config().credentials().users())
                .containsExactly(
                        credential("alice", "a:b#c "), credential("bob", "-\"p' "), credential("carol", "1234"));
        assertThat(loaded.config().token().poolSize()).isEqualTo(3);
        assertThat(loaded.values()).contains(new EffectiveValue("credentials_file", file.toString(), "config.yaml:2"));
    }

    @ParameterizedTest
    @CsvSource({"'p\n',p", "'p\r\n',p", "'p',p", "' p \n\n',' p \n'", "'\uFEFFp',p"})
    void aPasswordFileHoldsThePasswordAndPerhapsALineBreak(String content, String password) {
        Path file = files.write("password.txt", content);
        assertThat(files.password("credential: {username: u, password_file: '" + file + "'}"))
                .isEqualTo(password);
        assertThat(files.password("credentials: [{username: u, password_file: '" + file + "'}]"))
                .isEqualTo(password);
    }

    @Test
    void theEnvironmentGivesAListOfCredentials() {
        Path file = files.write("password.txt", "from file\n");
        LoadedConfig loaded = files.load(
                HOST + "credentials: [{username: old, password: old}, {username: x, password: y}]",
                Map.of(
                        "TPP_CREDENTIALS_0_USERNAME", "a",
                        "TPP_CREDENTIALS_0_PASSWORD", "0123",
                        "TPP_CREDENTIALS_1_USERNAME", "b",
                        "TPP_CREDENTIALS_1_PASSWORD_FILE", file.toString()));

        assertThat(loaded.config().credentials().users())
                .containsExactly(credential("a", "0123"), credential("b", "from file"));
        assertThat(loaded.values())
                .contains(
                        new EffectiveValue("credentials[0].username", "a", "TPP_CREDENTIALS_0_USERNAME"),
                        new EffectiveValue("credentials[0].password", "****", "TPP_CREDENTIALS_0_PASSWORD"),
                        new EffectiveValue(
                                "credentials[1].password_file", file.toString(), "TPP_CREDENTIALS_1_PASSWORD_FILE"));
    }

    @Test
    void elevenCredentialsInTheEnvironmentKeepTheirOrder() {
        Map<String, String> environment = new HashMap<>();
        for (int i = 0; i < 11; i++) {
            environment.put("TPP_CREDENTIALS_" + i + "_USERNAME", "user" + i);
            environment.put("TPP_CREDENTIALS_" + i + "_PASSWORD", "p");
        }
        List<Credential> credentials =
                files.load(HOST, environment).config().credentials().users();
        assertThat(credentials).hasSize(11).last().isEqualTo(credential("user10", "p"));
    }

    @Test
    void aFormInTheEnvironmentReplacesWhicheverFormTheFileHas() {
        Path users = files.write("users.txt", "filed:p\n");
        Map<String, String> single = Map.of("TPP_CREDENTIAL_USERNAME", "e", "TPP_CREDENTIAL_PASSWORD", "p");
        Map<String, String> list = Map.of("TPP_CREDENTIALS_0_USERNAME", "e", "TPP_CREDENTIALS_0_PASSWORD", "p");

        for (String form : List.of(
                "credential: {username: u, password: p}",
                "credential: {username: u, password_file: /missing}",
                "credentials: [{username: u, password: p}]",
                "credentials: []",
                "credentials_file: /missing")) {
            assertThat(files.load(HOST + form, single).config().credentials().users())
                    .containsExactly(credential("e", "p"));
            assertThat(files.load(HOST + form, list).config().credentials().users())
                    .containsExactly(credential("e", "p"));
            assertThat(files.load(HOST + form, Map.of("TPP_CREDENTIALS_FILE", users.toString()))
                            .config()
                            .credentials()
                            .users())
                    .containsExactly(credential("filed", "p"));
        }
    }

    @Test
    void aPasswordInTheEnvironmentReplacesTheFilesPassword() {
        Path file = files.write("password.txt", "filed");
        for (String password : List.of("password: old", "password_file: /missing")) {
            String yaml = HOST + "credential: {username: u, " + password + "}";
            assertThat(files.load(yaml, Map.of("TPP_CREDENTIAL_PASSWORD", "new"))
                            .config()
                            .credentials()
                            .users())
                    .containsExactly(credential("u", "new"));
            assertThat(files.load(yaml, Map.of("TPP_CREDENTIAL_PASSWORD_FILE", file.toString()))
                            .config()
                            .credentials()
                            .users())
                    .containsExactly(credential("u", "filed"));
            assertThat(files.load(yaml.replace("/missing", file.toString()), Map.of("TPP_CREDENTIAL_USERNAME", "v"))
                            .config()
                            .credentials()
                            .users()
                            .get(0)
                            .username())
                    .isEqualTo("v");
        }
    }
}
