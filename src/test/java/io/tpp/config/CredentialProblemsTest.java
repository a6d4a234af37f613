package io.tpp.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused about credentials, and that no password is ever repeated. */
class CredentialProblemsTest {
    private static final String HOST = "upstream: {host: h}\n";
    private static final String FORMS = "give one of credentials, credentials_file, credential or tokens_file";

    private final Path folder;
    private final ConfigFixture files;

    CredentialProblemsTest(@TempDir Path folder) {
        this.folder = folder;
        this.files = new ConfigFixture(folder);
    }

    private List<String> problems(String yaml) {
        return files.problems(HOST + yaml);
    }

    @Test
    void someCredentialMustBeThere() {
        String variables = " (or set TPP_CREDENTIAL_USERNAME and TPP_CREDENTIAL_PASSWORD)";
        assertThat(problems("")).containsExactly("config.yaml: no credentials: " + FORMS + variables);
        assertThat(ConfigFixture.problemsOf(Map.of("TPP_UPSTREAM_HOST", "h")))
                .containsExactly("environment: no credentials: " + FORMS + variables);
    }

    @ParameterizedTest
    @ValueSource(strings = {"credentials: []", "credentials:", "credentials: ~"})
    void anEmptyListIsRefused(String yaml) {
        assertThat(problems(yaml))
                .containsExactly("config.yaml:2: credentials is empty; each entry needs username and password");
    }

    @Test
    void emptyNamesAndPasswordsAreRefused() {
        assertThat(problems("credentials:\n- username: ''\n  password: ''\n- username:\n  password:\n"))
                .containsExactly(
                        "config.yaml:3: credentials[0].username must not be empty",
                        "config.yaml:4: credentials[0].password must not be empty",
                        "config.yaml:5: credentials[1].username must not be empty",
                        "config.yaml:6: credentials[1].password must not be empty");
    }

    @Test
    void everyEntryNeedsANameAndAPassword() {
        assertThat(problems("credentials:\n- username: u\n- password: p\n"))
                .containsExactly(
                        "config.yaml:3: credentials[0].password is missing",
                        "config.yaml:4: credentials[1].username is missing");
        assertThat(problems("credential: {password: p}"))
                .containsExactly("config.yaml:2: credential.username is missing");
        assertThat(files.problems(HOST + "credentials_file: f", Map.of("TPP_CREDENTIAL_PASSWORD", "p")))
                .containsExactly("TPP_CREDENTIAL_PASSWORD: credential.username is missing");
    }

    @Test
    void anUnknownKeyIsNotRepeatedButTheNearestSuggested() {
        assertThat(problems("credentials:\n- username: u\n  password: p\n  pasword_file: f\n"))
                .containsExactly("config.yaml:5: unknown key in credentials[0]; known are username, password and"
                        + " password_file; did you mean credentials[0].password_file?");
        assertThat(problems("credential: {username: u, password: p, hunter2: x}"))
                .containsExactly(
                        "config.yaml:2: unknown key in credential; known are username, password and password_file");
    }

    @Test
    void onlyOneFormMayBeGiven() {
        assertThat(problems("credentials_file: f\ncredential: {username: u, password: p}\ncredentials: []"))
                .containsExactly("config.yaml: credentials (config.yaml:4) and credentials_file (config.yaml:2)"
                        + " and credential (config.yaml:3) are both given; " + FORMS);
        assertThat(ConfigFixture.problemsOf(Map.of(
                        "TPP_UPSTREAM_HOST", "h", "TPP_CREDENTIALS_FILE", "f", "TPP_CREDENTIALS_0_USERNAME", "u")))
                .containsExactly("environment: credentials (TPP_CREDENTIALS_0_USERNAME) and credentials_file"
                        + " (TPP_CREDENTIALS_FILE) are both given; " + FORMS);
    }

    @Test
    void aPasswordAndItsFileAreTooMuch() {
        assertThat(problems("credential:\n  username: u\n  password: p\n  password_file: f\n"))
                .containsExactly("config.yaml:5: credential.password (config.yaml:4) and credential.password_file"
                        + " are both given; keep one");
        assertThat(ConfigFixture.problemsOf(Map.of(
                        "TPP_UPSTREAM_HOST", "h",
                        "TPP_CREDENTIAL_USERNAME", "u",
                        "TPP_CREDENTIAL_PASSWORD", "p",
                        "TPP_CREDENTIAL_PASSWORD_FILE", "f")))
                .containsExactly("TPP_CREDENTIAL_PASSWORD_FILE: credential.password (TPP_CREDENTIAL_PASSWORD) and"
                        + " credential.password_file are both given; keep one");
    }

    @Test
    void theEnvironmentsListHasNoGaps() {
        Map<String, String> environment = Map.of(
                "TPP_UPSTREAM_HOST", "h",
                "TPP_CREDENTIALS_0_USERNAME", "a",
                "TPP_CREDENTIALS_0_PASSWORD", "p",
                "TPP_CREDENTIALS_2_USERNAME", "c",
                "TPP_CREDENTIALS_2_PASSWORD", "p");
        assertThat(ConfigFixture.problemsOf(environment))
                .containsExactly("TPP_CREDENTIALS_2_USERNAME: credentials are numbered from 0 without gaps,"
                        + " but there is no TPP_CREDENTIALS_1_USERNAME");
    }

    @Test
    void anEmptyVariableIsNoPassword() {
        assertThat(files.problems(ConfigFixture.MINIMAL, Map.of("TPP_CREDENTIAL_PASSWORD", "")))
                .containsExactly("TPP_CREDENTIAL_PASSWORD: credential.password must not be empty");
    }

    @Test
    void filesThatCannotBeReadAreNamed() throws Exception {
        Path missing = folder.resolve("missing");
        assertThat(problems("credentials_file: '" + missing + "'"))
                .containsExactly("config.yaml:2: credentials_file " + missing + " cannot be read: no such file");
        assertThat(problems("credentials_file: '" + folder + "'"))
                .containsExactly("config.yaml:2: credentials_file " + folder + " cannot be read: it is a directory");
        assertThat(problems("credential: {username: u, password_file: '" + missing + "'}"))
                .containsExactly("config.yaml:2: credential.password_file cannot be read: no such file");
        Path binary = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xff});
        assertThat(problems("credentials:\n- username: u\n  password_file: '" + binary + "'"))
                .containsExactly("config.yaml:4: credentials[0].password_file cannot be read: it is not text in UTF-8");
        assertThat(ConfigFixture.problems(missing, Map.of()))
                .containsExactly("config file " + missing + ": cannot be read: no such file");
        assertThat(ConfigFixture.problems(folder, Map.of()))
                .containsExactly("config file " + folder + ": cannot be read: it is a directory");
    }

    @Test
    void anEmptyPasswordFileIsRefused() {
        Path file = files.write("password.txt", "\n");
        assertThat(problems("credential: {username: u, password_file: '" + file + "'}"))
                .containsExactly("config.yaml:2: credential.password_file names an empty file");
    }

    @Test
    void malformedLinesOfACredentialsFileAreCountedAndNotShown() {
        Path file = files.write("users.txt", "# users\nhunter2\n:hunter2\nalice:\nbob:p\n  :x\n");
        assertThat(problems("credentials_file: '" + file + "'"))
                .containsExactly(
                        "users.txt:2: the line must be username:password",
                        "users.txt:3: the user name before the ':' is empty",
                        "users.txt:4: the password after the ':' is empty",
                        "users.txt:6: the user name before the ':' is empty");
        files.write("users.txt", "# nobody\n\n");
        assertThat(problems("credentials_file: '" + file + "'"))
                .containsExactly("users.txt: holds no credentials; each line is username:password");
    }

    @Test
    void thePoolHoldsATokenForEachCredential() {
        String yaml = "credentials: [{username: a, password: p}, {username: b, password: p}]\ntoken:\n  pool_size: 1\n";
        assertThat(problems(yaml))
                .containsExactly("config.yaml:4: token.pool_size must be at least 2, the number of credentials, was 1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "credential: hunter2",
                "credential: [hunter2]",
                "credentials: hunter2",
                "credentials: {hunter2: hunter2}",
                "credentials: [hunter2]",
                "credentials: [[hunter2]]",
                "credentials: ['u:hunter2']",
                "credentials: [{u: hunter2}]",
                "credentials: [{u, hunter2}]",
                "credentials:\n- user:hunter2",
                "credentials:\n- hunter2: user",
                "credential: {username: u, password: [hunter2]}",
                "credential: {username: u, password: {hunter2: x}}",
                "credential: {username: \"hunter2\\n\", password: ''}",
                "credential: {username: u, password_file: hunter2}",
                "credential: {username: u, pasword: hunter2}",
                "credential:\n  username: u\n  password: *hunter2",
                "credential:\n  username: u\n  password: &hunter2 x",
                "credential:\n  username: u\n  password: !hunter2 x",
                "credential:\n  username: u\n  password: !hunter2!x",
                "credential:\n  username: u\n  password: %hunter2",
                "credential:\n  username: u\n  password: @hunter2",
                "credential:\n  username: u\n  password: `hunter2",
                "credential:\n  username: u\n  password: \"hunter2",
                "credential:\n  username: u\n  password: 'hunter2'hunter2",
                "credential:\n  username: u\n  password: \"\\hunter2\"",
                "credential:\n  username: u\n  password: {hunter2",
                "credential:\n  username: u\n  password: a: hunter2",
                "credential:\n  username: u\n  password: >hunter2",
                "credential:\n  username: u\n  password: |hunter2",
                "credential:\n  username: u\n password: hunter2",
                "credential:\n  username: u\n\tpassword: hunter2",
                "credential:\n  username: u\n  password: hunter2\u0007",
                "credential: {username: u, password: p}\nupstream: {host: 'http://u:hunter2@h'}",
                "credential: {username: u, password: p}\ntelemetry: {otlp_endpoint: 'http://u:hunter2@h'}",
                "credential: {username: u, password: p}\nlisten: 'u:hunter2@h:1'"
            })
    void noProblemRepeatsAPassword(String yaml) {
        assertThat(problems(yaml))
                .isNotEmpty()
                .allSatisfy(problem ->
                        assertThat(problem).startsWith("config.yaml:").doesNotContain("hunter2"));
    }
}
