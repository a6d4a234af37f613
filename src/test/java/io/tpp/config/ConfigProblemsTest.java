package io.tpp.config;

import static io.tpp.config.ConfigFixture.MINIMAL;
import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.testing.TestCertificates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused, and in which words. The file's sixth line is the one that is wrong. */
class ConfigProblemsTest {
    private final Path folder;
    private final ConfigFixture files;

    ConfigProblemsTest(@TempDir Path folder) {
        this.folder = folder;
        this.files = new ConfigFixture(folder);
    }

    private List<String> problems(String yaml) {
        return files.problems(MINIMAL + yaml);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "token: {pool_size: 0}| token.pool_size must be between 1 and 100000, was 0",
                "access: {allow: 10.0.0.0/33}"
                        + "| access.allow must be a list, but '10.0.0.0/33' has a prefix longer than 32, was '10.0.0.0/33'",
                "access: {allow: [a.example]}"
                        + "| access.allow must be a list, but 'a.example' is not an address or a block such as 10.0.0.0/8 or fd00::/8, was 'a.example'",
                "access: {allow: none}"
                        + "| access.allow must have at least one entry; without the key there is no limit, was 'none'",
                "access: {allow: ''}| access.allow must not be empty",
                "access: {api_keys_file: /missing}" + "| access.api_keys_file cannot be read: no such file",
                "access: {client_subjects: [etl]}"
                        + "| access.client_subjects must be a list, but 'etl' is not a subject such as CN=etl,O=Example or a name such as DNS:*.example.com",
                "access: {client_subjects: [CN=etl]}"
                        + "| access.client_subjects needs tls.client_ca_file: without it no certificate is asked for",
                "access: {max_connections_per_client: -1}"
                        + "| access.max_connections_per_client must be between 0 and 1000000, was -1",
                "access: {max_connections_per_client: many}"
                        + "| access.max_connections_per_client must be a whole number, was 'many'",
                "access: {denied_paths: [agent]}"
                        + "| access.denied_paths must be a list or 'none', but 'agent' is not a plain path such as /metrics or /metrics/*, was 'agent'",
                "access: {allowed_paths: none}"
                        + "| access.allowed_paths must have at least one entry; without the key there is no limit, was 'none'",
                "access: {allowed_methods: [post]}"
                        + "| access.allowed_methods must be a list, but 'post' is not a method such as POST, was 'post'",
                "access: {allowed_methods: [GET, '']}"
                        + "| access.allowed_methods must be a list, but '' is not a method such as POST, was 'GET, '",
                "token: {pool_size: -1}| token.pool_size must be between 1 and 100000, was -1",
                "token: {pool_size: 99999999999999999999}"
                        + "| token.pool_size must be between 1 and 100000, was 99999999999999999999",
                "token: {pool_size: abc}| token.pool_size must be a whole number, was 'abc'",
                "token: {pool_size: 10abc}| token.pool_size must be a whole number, was '10abc'",
                "token: {pool_size: 1.5}| token.pool_size must be a whole number, was 1.5",
                "token: {pool_size: 0x10}| token.pool_size must be a whole number, was '0x10'",
                "token: {pool_size: 010}| token.pool_size must be a whole number, was 010",
                "token: {pool_size: 1_0}| token.pool_size must be a whole number, was '1_0'",
                "token: {pool_size: 1e3}| token.pool_size must be a whole number, was '1e3'",
                "token: {pool_size: +1}| token.pool_size must be a whole number, was '+1'",
                "token: {pool_size: ' 1'}| token.pool_size must be a whole number, was ' 1'",
                "token: {pool_size: true}| token.pool_size must be a whole number, was 'true'",
                "token: {pool_size: ''}| token.pool_size must not be empty",
                "token: {ttl_seconds:}| token.ttl_seconds has no value; its default is 3600",
                "token: {pool_size: [1]}| token.pool_size must be a single value",
                "token: {pool_size: {a: 1}}| token.pool_size must be a single value",
                "token: {ttl_seconds: 0}| token.ttl_seconds must be between 1 and 315360000 seconds, was 0",
                "token: {ttl_seconds: 315360001}"
                        + "| token.ttl_seconds must be between 1 and 315360000 seconds, was 315360001",
                "token: {ttl_seconds: 30s}| token.ttl_seconds must be a number of seconds such as 30 or 0.5, was '30s'",
                "token: {ttl_seconds: .inf}| token.ttl_seconds must be a number of seconds such as 30 or 0.5, was '.inf'",
                "token: {ttl_seconds: 1e9}| token.ttl_seconds must be a number of seconds such as 30 or 0.5, was '1e9'",
                "token: {ttl_seconds: 5, refresh_ahead_seconds: 5}"
                        + "| token.refresh_ahead_seconds must be less than token.ttl_seconds (5), was 5",
                "token: {binding: Connection}| token.binding must be 'connection' or 'request', was 'Connection'",
                "token: 5| token must be a map of keys, one a line and indented",
                "token: [5]| token must be a map of keys, one a line and indented",
                "client: {idle_timeout_seconds: -1}"
                        + "| client.idle_timeout_seconds must be between 0 and 315360000 seconds, was -1",
                "telemetry: {request_log: /no/such/dir/x}| telemetry.request_log must be 'none', 'stdout' or a file in a"
                        + " directory that exists, was '/no/such/dir/x'",
                "telemetry: {log_format: yaml}| telemetry.log_format must be 'text' or 'json', was 'yaml'",
                "telemetry: {log_filter: inof}| telemetry.log_filter is not a log filter"
                        + " ('inof' is not one of off, error, warn, info, debug, trace), was 'inof'",
                "telemetry: {otlp_endpoint: 'localhost:4317'}| telemetry.otlp_endpoint must be an http:// or https://"
                        + " address such as http://localhost:4317, was 'localhost:4317'",
                "telemetry: {otlp_endpoint: 'http://'}| telemetry.otlp_endpoint must be an http:// or https://"
                        + " address such as http://localhost:4317, was 'http://'",
                "listen: 8080| listen must be host:port such as 0.0.0.0:8080 or [::]:8080, was 8080",
                "listen: localhost| listen must be host:port such as 0.0.0.0:8080 or [::]:8080, was 'localhost'",
                "listen: ':8080'| listen must be host:port such as 0.0.0.0:8080 or [::]:8080, was ':8080'",
                "listen: '::1:8080'| listen must be host:port such as 0.0.0.0:8080 or [::]:8080, was '::1:8080'",
                "listen: h:80x| listen must be host:port such as 0.0.0.0:8080 or [::]:8080, was 'h:80x'",
                "listen: h:-1| listen must be host:port such as 0.0.0.0:8080 or [::]:8080, was 'h:-1'",
                "listen: h:65536| listen must have a port between 0 and 65535, was 'h:65536'",
                "listen: '[::g]:1'| listen must be a host name or an IP address, without scheme and port, was '[::g]:1'",
                "listen: ''| listen must not be empty",
                "health_listen: 0.0.0.0:8080| health_listen must differ from listen, was 0.0.0.0:8080",
                "health_hosts: 'a.b,http://c'| health_hosts must be a host name or an IP address, without scheme and port,"
                        + " was 'a.b,http://c'",
                "lisen: h:1| unknown key lisen; did you mean listen?",
                "pool_size: 5| unknown key pool_size; did you mean token.pool_size?",
                "token: {poolSize: 5}| unknown key token.poolSize; did you mean token.pool_size?",
                "tokens: {pool_size: 5}| unknown key tokens; did you mean token?",
                "tls_insecure: true| unknown key tls_insecure; did you mean upstream.tls_insecure?",
                "something_else: 5| unknown key something_else",
                "5: 5| unknown key 5",
                "token.pool_size: 5| token.pool_size must be written as two lines, the second one indented",
                "[a]: 5| a key must be a single word",
                "listen: *a| YAML aliases are not supported: a value that starts with '*' needs quotes",
                "listen: &a h:1| YAML anchors are not supported: a value that starts with '&' needs quotes",
                "token: &a {ttl_seconds: 1}| YAML anchors are not supported: a value that starts with '&' needs quotes",
                "listen: !!str h:1| YAML tags are not supported: a value that starts with '!' needs quotes",
                "--- {listen: h:1}| a second YAML document starts here; only one is read"
            })
    void aWrongLineIsRefused(String line, String message) {
        assertThat(problems(line)).containsExactly("config.yaml:6: " + message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "replay_buffer_bytes: -1| replay_buffer_bytes must be between 0 and 16777216, was -1",
                "refused_statuses: '401,200'| refused_statuses must be 'none' or statuses from 400 to 599, separated by"
                        + " commas, was '401,200'",
                "refused_statuses: ' '| refused_statuses must be 'none' or statuses from 400 to 599, separated by"
                        + " commas, was ' '",
                "refused_pattern: '1 (x'| refused_pattern must be a regular expression (Unclosed group), was '1 (x'"
            })
    void aWrongLineAboutTheUpstreamIsRefused(String line, String message) {
        assertThat(files.problems(MINIMAL.replace("  host: h\n", "  host: h\n  " + line + "\n")))
                .containsExactly("config.yaml:3: upstream." + message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "listen: a: b| a ':' is not expected here: the indentation is wrong, or a value that holds ': ' needs quotes",
                "listen: 'a| a quote is not closed",
                "listen: @a| a value that starts with a special character needs quotes",
                "listen: [::]:1| look for wrong indentation, or a value that needs quotes",
                "listen: \"\\q\"| in double quotes, a backslash must be written twice",
                "listen: \u0007x| a control character is not allowed"
            })
    void whatIsNotYamlIsRefusedInOneLine(String line, String message) {
        assertThat(problems(line)).containsExactly("config.yaml:6: not valid YAML: " + message);
    }

    @Test
    void aTabIsNoIndentation() {
        assertThat(files.problems("upstream:\n\thost: h\n"))
                .containsExactly("config.yaml:2: not valid YAML: a tab stands where only blanks are allowed");
    }

    @Test
    void deepNestingIsRefused() {
        assertThat(files.problems("a: " + "[".repeat(100_000)))
                .containsExactly(
                        "config.yaml: not valid YAML: look for wrong indentation, or a value that needs quotes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "# only a comment\n", "---\n", "~"})
    void anEmptyFileIsRefused(String yaml) {
        assertThat(files.problems(yaml)).containsExactly("config.yaml: is empty");
    }

    @ParameterizedTest
    @ValueSource(strings = {"- listen: h:1", "listen h:1", "[]"})
    void aFileThatIsNoMapIsRefused(String yaml) {
        assertThat(files.problems(yaml))
                .containsExactly("config.yaml:1: the file must be a map of keys, such as 'listen: 0.0.0.0:8080'");
    }

    @Test
    void aFileThatIsNotUtf8IsRefused() throws Exception {
        Path file = Files.write(folder.resolve("latin1.yaml"), new byte[] {'a', ':', ' ', (byte) 0xe9});
        assertThat(ConfigFixture.problems(file, Map.of()))
                .containsExactly("config file " + file + ": cannot be read: it is not text in UTF-8");
    }

    @Test
    void theUpstreamMustBeNamed() {
        String message = "upstream.host is missing: the DolphinDB node's name or address (or TPP_UPSTREAM_HOST)";
        assertThat(files.problems("credential: {username: u, password: p}")).containsExactly("config.yaml: " + message);
        assertThat(ConfigFixture.problemsOf(Map.of("TPP_CREDENTIAL_USERNAME", "u", "TPP_CREDENTIAL_PASSWORD", "p")))
                .containsExactly("environment: " + message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://h", "h:8848", "a b", "h/", "[::g]", "1:2"})
    void theUpstreamIsAHostAndNothingElse(String host) {
        assertThat(files.problems(MINIMAL.replace("host: h", "host: '" + host + "'")))
                .containsExactly("config.yaml:2: upstream.host must be a host name or an IP address,"
                        + " without scheme and port, was '" + host + "'");
    }

    @Test
    void aKeyGivenTwiceIsRefusedWithBothLines() {
        assertThat(files.problems(MINIMAL + "listen: h:1\nlisten: h:2\nupstream:\n  port: 1\n"))
                .containsExactly(
                        "config.yaml:7: listen is given twice, first on line 6",
                        "config.yaml:8: upstream is given twice, first on line 1");
        assertThat(problems("token:\n  ttl_seconds: 5\n  ttl_seconds: 6\n"))
                .containsExactly("config.yaml:8: token.ttl_seconds is given twice, first on line 7");
    }

    @Test
    void keysOfTlsNeedTls() {
        Path file = files.write("ca.pem", "");
        String host = "upstream:\n  host: h\n";
        String tls = host + "  tls_ca_file: '" + file + "'\n  tls_server_name: n\n  tls_insecure: true\n";
        assertThat(files.problems(MINIMAL.replace(host, tls)))
                .containsExactly(
                        "config.yaml:3: upstream.tls_ca_file needs upstream.tls: true",
                        "config.yaml:4: upstream.tls_server_name needs upstream.tls: true",
                        "config.yaml:5: upstream.tls_insecure needs upstream.tls: true");
        assertThat(files.load(MINIMAL.replace(host, tls + "  tls: true\n"))
                        .config()
                        .upstream()
                        .tls())
                .isTrue();
    }

    @Test
    void aCertificateWithoutItsKeyOrTheOtherWayRoundIsNamed() {
        assertThat(problems("tls: {cert_file: tls.crt}\n"))
                .containsExactly("config.yaml:6: tls.cert_file needs tls.key_file as well");
        assertThat(problems("tls: {key_file: tls.key}\n"))
                .containsExactly("config.yaml:6: tls.key_file needs tls.cert_file as well");
        assertThat(problems("tls: {client_ca_file: ca.pem}\n"))
                .containsExactly("config.yaml:6: tls.client_ca_file needs tls.cert_file as well");
        assertThat(problems("tls:\n  key_file: tls.key\n  client_ca_file: ca.pem\n"))
                .containsExactly("config.yaml:7: tls.key_file needs tls.cert_file as well");
    }

    @Test
    void everyFileOfTlsThatIsOfNoUseIsNamed() {
        Path noKey = files.write("tls.key", "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n");
        Path noCa = files.write("ca.pem", "");
        String yaml = "tls:\n  cert_file: /missing.crt\n  key_file: '%s'\n  client_ca_file: '%s'\n";
        assertThat(problems(yaml.formatted(noKey, noCa)))
                .containsExactly(
                        "config.yaml:7: tls.cert_file /missing.crt does not exist",
                        "config.yaml:8: tls.key_file " + noKey
                                + " holds a damaged key, or one that is not RSA, EC or EdDSA",
                        "config.yaml:9: tls.client_ca_file " + noCa + " holds no certificate in PEM");
    }

    @Test
    void aFileOfTlsFromTheEnvironmentIsNamedByItsVariable() {
        assertThat(files.problems(MINIMAL, Map.of("TPP_TLS_CERT_FILE", "/missing.crt", "TPP_TLS_KEY_FILE", "/missing")))
                .containsExactly(
                        "TPP_TLS_CERT_FILE: tls.cert_file /missing.crt does not exist",
                        "TPP_TLS_KEY_FILE: tls.key_file /missing does not exist");
    }

    @Test
    void anExpiredCertificateIsAWarning(@TempDir Path folder) {
        TestCertificates certificates = TestCertificates.in(folder);
        certificates.serve(certificates.expired());
        String yaml = MINIMAL
                + "tls: {cert_file: '%s', key_file: '%s'}\n".formatted(certificates.certFile(), certificates.keyFile());
        assertThat(files.load(yaml).warnings())
                .singleElement()
                .asString()
                .startsWith("tls.cert_file " + certificates.certFile() + " holds a certificate that expired at ");
    }

    @Test
    void theFileOfAuthoritiesMustBeReadable() {
        String yaml = MINIMAL.replace("host: h", "host: h\n  tls: true\n  tls_ca_file: /missing/ca.pem");
        assertThat(files.problems(yaml))
                .containsExactly(
                        "config.yaml:4: upstream.tls_ca_file must be a file that TPP can read, was '/missing/ca.pem'");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            nullValues = "EMPTY",
            value = {
                "TPP_TOKEN_POOL_SIZE|abc| token.pool_size must be a whole number, was 'abc'",
                "TPP_TOKEN_POOL_SIZE|EMPTY| token.pool_size must not be empty",
                "TPP_UPSTREAM_TLS|yes| upstream.tls must be true or false, was 'yes'",
                "TPP_UPSTREAM_TLS|EMPTY| upstream.tls must not be empty",
                "TPP_UPSTREAM_HOST|EMPTY| upstream.host must not be empty",
                "TPP_UPSTREAM_PORT|0| upstream.port must be between 1 and 65535, was 0",
                "TPP_UPSTREAM_PORT|tcp://10.0.0.1:8848| upstream.port must be a whole number, was 'tcp://10.0.0.1:8848';"
                        + " Kubernetes sets this for a Service of that name: use enableServiceLinks: false",
                "TPP_LISTEN|8080| listen must be host:port such as 0.0.0.0:8080 or [::]:8080, was 8080",
                "RUST_LOG|tpp=| telemetry.log_filter is not a log filter"
                        + " ('' is not one of off, error, warn, info, debug, trace), was 'tpp='"
            })
    void aWrongVariableIsRefused(String variable, String text, String message) {
        Map<String, String> environment = Map.of(variable, text == null ? "" : text);
        assertThat(files.problems(MINIMAL, environment)).containsExactly(variable + ": " + message);
    }

    @Test
    void oneAndZeroAreBooleansInVariablesOnly() {
        assertThat(files.load(MINIMAL, Map.of("TPP_UPSTREAM_TLS", "1"))
                        .config()
                        .upstream()
                        .tls())
                .isTrue();
        assertThat(files.problems(MINIMAL.replace("host: h", "host: h\n  tls: 1")))
                .containsExactly("config.yaml:3: upstream.tls must be true or false, was 1");
    }

    @Test
    void allProblemsOfFileAndEnvironmentAreReportedTogether() {
        String yaml = "lisen: h:1\ntoken:\n  pool_size: 0\n  ttl_seconds: x\nlisten: 1\nlisten: 2\ncredentials: 5\n";
        assertThat(files.problems(yaml, Map.of("TPP_SHUTDOWN_GRACE_SECONDS", "soon")))
                .containsExactly(
                        "config.yaml:1: unknown key lisen; did you mean listen?",
                        "config.yaml:6: listen is given twice, first on line 5",
                        "config.yaml:7: credentials must be a list, each entry with username and password",
                        "config.yaml:5: listen must be host:port such as 0.0.0.0:8080 or [::]:8080, was 1",
                        "config.yaml:3: token.pool_size must be between 1 and 100000, was 0",
                        "config.yaml:4: token.ttl_seconds must be a number of seconds such as 30 or 0.5, was 'x'",
                        "TPP_SHUTDOWN_GRACE_SECONDS: shutdown.grace_seconds must be a number of seconds such as 30"
                                + " or 0.5, was 'soon'",
                        "config.yaml: upstream.host is missing: the DolphinDB node's name or address (or"
                                + " TPP_UPSTREAM_HOST)");
    }

    @Test
    void aBrokenFileDoesNotHideTheEnvironmentsProblemsNorInventOthers() {
        assertThat(files.problems("a: 'b", Map.of("TPP_TOKEN_POOL_SIZE", "abc")))
                .containsExactly(
                        "config.yaml:1: not valid YAML: a quote is not closed",
                        "TPP_TOKEN_POOL_SIZE: token.pool_size must be a whole number, was 'abc'");
    }

    @Test
    void aProblemIsOneShortLine() {
        assertThat(problems("listen: \"a\\nb\\r" + "x".repeat(1000) + "\""))
                .singleElement()
                .asString()
                .contains("was 'a?b?xxx")
                .hasSizeLessThan(200);
    }
}
