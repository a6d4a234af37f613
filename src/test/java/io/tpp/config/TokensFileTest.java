package io.tpp.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.token.BearerToken;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ready-made tokens instead of credentials. */
class TokensFileTest {
    private static final String HOST = "upstream: {host: h}\n";
    private static final String FILE = HOST + "tokens_file: '%s'\n";

    private final ConfigFixture files;

    TokensFileTest(@TempDir Path folder) {
        this.files = new ConfigFixture(folder);
    }

    private String yaml(String tokens) {
        return FILE.formatted(files.write("tokens.txt", tokens));
    }

    private static StaticToken token(String value, int line) {
        return new StaticToken(BearerToken.of(value), "tokens.txt:" + line);
    }

    @Test
    void eachLineIsAToken() {
        LoadedConfig loaded = files.load(yaml("\uFEFF# ours\r\n  aB3-._~+/==  \r\n\r\n \t#x\n2ndvalue\n"));

        assertThat(loaded.config().credentials())
                .isEqualTo(new Credentials(List.of(), List.of(token("aB3-._~+/==", 2), token("2ndvalue", 5))));
        assertThat(loaded.config().token().poolSize()).isEqualTo(2);
    }

    @Test
    void theEffectiveValuesShowWhereTheTokensStandButNotTheTokens() {
        String yaml = yaml("hunter2\n#\nhunter3\n");
        LoadedConfig loaded = files.load(yaml);

        assertThat(loaded.values())
                .contains(
                        new EffectiveValue("tokens_file[0]", "****", "tokens.txt:1"),
                        new EffectiveValue("tokens_file[1]", "****", "tokens.txt:3"),
                        new EffectiveValue("token.pool_size", "2", "default"));
        assertThat(loaded.values())
                .filteredOn(value -> value.key().equals("tokens_file"))
                .extracting(EffectiveValue::source)
                .containsExactly("config.yaml:2");
        assertThat(loaded.toString()).doesNotContain("hunter");
    }

    @Test
    void linesThatAreNoTokensAreCountedAndNotShown() {
        String carries = "the line is no token that a header can carry: at most 4096 letters, digits and any of"
                + " - . _ ~ + / =";
        String alone = "the line must be one token and nothing else, but there is a blank in it";
        assertThat(files.problems(yaml("good\nhun:ter2\nBearer hunter2\nhunter2 # mine\n\u00fchunter2\n"
                        + "x".repeat(4097) + "\n" + "y".repeat(4096) + "\n")))
                .containsExactly(
                        "tokens.txt:2: " + carries,
                        "tokens.txt:3: " + alone,
                        "tokens.txt:4: " + alone,
                        "tokens.txt:5: " + carries,
                        "tokens.txt:6: " + carries);
    }

    @Test
    void aTokenMayStandThereOnlyOnce() {
        assertThat(files.problems(yaml("hunter2\nother\n  hunter2\n#\nhunter2\n")))
                .containsExactly(
                        "tokens.txt:3: is the token of line 1 again; one token serves one connection",
                        "tokens.txt:5: is the token of line 1 again; one token serves one connection");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "# nothing\n"})
    void aFileWithoutTokensIsRefused(String text) {
        assertThat(files.problems(yaml(text)))
                .containsExactly("tokens.txt: holds no tokens; each line is one access token");
    }

    @Test
    void aFileThatCannotBeReadIsNamed() {
        assertThat(files.problems(FILE.formatted("/missing")))
                .containsExactly("config.yaml:2: tokens_file /missing cannot be read: no such file");
    }

    @Test
    void thePoolIsAsLargeAsThereAreTokens() {
        String yaml = yaml("one\ntwo\n");
        for (int size : List.of(1, 3)) {
            assertThat(files.problems(yaml + "token: {pool_size: " + size + "}\n"))
                    .containsExactly("config.yaml:3: token.pool_size must be 2, the number of tokens in tokens_file,"
                            + " or left out, was " + size);
        }
        assertThat(files.load(yaml + "token: {pool_size: 2}\n").config().token().poolSize())
                .isEqualTo(2);
    }

    @Test
    void tokensAndCredentialsExcludeEachOther() {
        String yaml = yaml("one\n");
        assertThat(files.problems(yaml + "credentials_file: f\n"))
                .containsExactly(
                        "config.yaml: credentials_file (config.yaml:3) and tokens_file (config.yaml:2) are both"
                                + " given; give one of credentials, credentials_file, credential or tokens_file");
        assertThat(files.problems(yaml + "credential: {username: u, password: p}\n"))
                .containsExactly("config.yaml: credential (config.yaml:3) and tokens_file (config.yaml:2) are both"
                        + " given; give one of credentials, credentials_file, credential or tokens_file");
    }

    @Test
    void aFileNamedInTheEnvironmentReplacesWhateverTheFileHas() {
        Map<String, String> environment =
                Map.of("TPP_TOKENS_FILE", files.write("tokens.txt", "one\n").toString());
        for (String form : List.of(
                "credential: {username: u, password: p}",
                "credentials: [{username: u, password: p}]",
                "credentials_file: /missing",
                "tokens_file: /missing")) {
            assertThat(files.load(HOST + form, environment).config().credentials())
                    .isEqualTo(new Credentials(List.of(), List.of(token("one", 1))));
        }
    }

    @Test
    void aUserInTheEnvironmentReplacesTheFilesTokens() {
        Map<String, String> environment = Map.of("TPP_CREDENTIAL_USERNAME", "u", "TPP_CREDENTIAL_PASSWORD", "p");
        Credentials credentials =
                files.load(FILE.formatted("/missing"), environment).config().credentials();
        assertThat(credentials.tokens()).isEmpty();
        assertThat(credentials.users()).hasSize(1);
    }
}
