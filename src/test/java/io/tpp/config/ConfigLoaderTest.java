package io.tpp.config;

import static io.tpp.config.ConfigFixture.MINIMAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tpp.access.ApiKeys;
import io.tpp.access.ClientSubjects;
import io.tpp.config.TppConfig.Access;
import io.tpp.config.TppConfig.Admin;
import io.tpp.config.TppConfig.Binding;
import io.tpp.config.TppConfig.Client;
import io.tpp.config.TppConfig.HalfClose;
import io.tpp.config.TppConfig.LogFormat;
import io.tpp.config.TppConfig.Reload;
import io.tpp.config.TppConfig.Shutdown;
import io.tpp.config.TppConfig.Telemetry;
import io.tpp.config.TppConfig.Token;
import io.tpp.config.TppConfig.Upstream;
import io.tpp.net.CidrBlock;
import io.tpp.net.CidrBlocks;
import io.tpp.net.Methods;
import io.tpp.net.PathPattern;
import io.tpp.net.PathPatterns;
import io.tpp.secret.Secret;
import io.tpp.secret.SecretHash;
import io.tpp.testing.TestCertificates;
import io.tpp.tls.TlsFiles;
import io.tpp.token.Credential;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a configuration that is right becomes. */
class ConfigLoaderTest {
    private final ConfigFixture files;
    private final TestCertificates certificates;

    ConfigLoaderTest(@TempDir Path folder) {
        this.files = new ConfigFixture(folder);
        this.certificates = TestCertificates.in(folder);
    }

    @Test
    void everyKeyHasTheDefaultOfTheContract() {
        assertThat(files.load(MINIMAL).config())
                .isEqualTo(new TppConfig(
                        new HostPort("0.0.0.0", 8080),
                        false,
                        null,
                        new HostNames(Set.of()),
                        new Upstream(
                                "h",
                                8848,
                                false,
                                Duration.ofSeconds(5),
                                Duration.ZERO,
                                Duration.ofSeconds(30),
                                65_536,
                                new StatusCodes(Set.of(401)),
                                new RegularExpression("1 <NotAuthenticated>.*"),
                                false,
                                null,
                                null,
                                false),
                        new Credentials(List.of(new Credential("u", Secret.of("p"))), List.of()),
                        new Token(
                                10,
                                Duration.ofSeconds(3600),
                                Duration.ofSeconds(60),
                                Duration.ofSeconds(360),
                                4,
                                Duration.ZERO,
                                Binding.CONNECTION,
                                Duration.ofSeconds(5),
                                0,
                                Duration.ZERO),
                        new Client(
                                HalfClose.ABORT,
                                Duration.ofSeconds(60),
                                Duration.ZERO,
                                0,
                                8192,
                                8192,
                                0,
                                Duration.ofSeconds(30),
                                Duration.ofSeconds(60),
                                50,
                                CidrBlocks.NONE),
                        null,
                        new Access(
                                null,
                                null,
                                null,
                                0,
                                false,
                                new PathPatterns(List.of(PathPattern.parse("/metrics"))),
                                PathPatterns.NONE,
                                null,
                                null),
                        new Admin(null),
                        new Reload(false),
                        new Shutdown(Duration.ZERO, Duration.ofSeconds(30)),
                        new Telemetry(null, "info", LogFormat.TEXT, new RequestLogTarget(false, null))));
    }

    private TppConfig everyKeyChanged(Path caFile) {
        return new TppConfig(
                new HostPort("127.0.0.1", 1),
                true,
                new HostPort("::", 2),
                new HostNames(Set.of("tpp.example.com", "tpp.example.org")),
                new Upstream(
                        "db",
                        3,
                        true,
                        Duration.ofMillis(500),
                        Duration.ofSeconds(6),
                        Duration.ofSeconds(20),
                        20,
                        new StatusCodes(Set.of(401, 403)),
                        new RegularExpression("x+"),
                        true,
                        caFile,
                        "name",
                        true),
                new Credentials(List.of(new Credential("alice", Secret.of("secret"))), List.of()),
                new Token(
                        7,
                        Duration.ofSeconds(800),
                        Duration.ofSeconds(9),
                        Duration.ofSeconds(11),
                        12,
                        Duration.ofSeconds(21),
                        Binding.REQUEST,
                        Duration.ofSeconds(13),
                        14,
                        Duration.ofMillis(15_250)),
                new Client(
                        HalfClose.WAIT,
                        Duration.ofSeconds(16),
                        Duration.ofSeconds(31),
                        17,
                        1001,
                        1002,
                        3_000_000_000L,
                        Duration.ofMillis(1500),
                        Duration.ofSeconds(32),
                        33,
                        new CidrBlocks(List.of(CidrBlock.parse("10.0.0.0/8"), CidrBlock.parse("::1")))),
                new TlsFiles(certificates.certFile(), certificates.keyFile(), caFile),
                new Access(
                        new CidrBlocks(List.of(CidrBlock.parse("10.1.0.0/16"), CidrBlock.parse("fd00::/8"))),
                        keysFile(),
                        ClientSubjects.parse("CN=etl,O=Example; DNS:*.example.com"),
                        34,
                        true,
                        paths("/a", "/b/*"),
                        paths("/", "/c"),
                        paths("/api/execute"),
                        new Methods(Set.of("POST", "GET"))),
                new Admin(caFile),
                new Reload(true),
                new Shutdown(Duration.ofSeconds(18), Duration.ofSeconds(19)),
                new Telemetry("http://otel:4317", "warn,tpp=debug", LogFormat.JSON, new RequestLogTarget(true, null)));
    }

    private static PathPatterns paths(String... texts) {
        return new PathPatterns(Stream.of(texts).map(PathPattern::parse).toList());
    }

    private ApiKeysFile keysFile() {
        SecretHash hash = SecretHash.of("key");
        Path file = files.write("api-keys.txt", "etl:" + hash.hex() + "\n");
        return new ApiKeysFile(file, new ApiKeys(Map.of(hash, "etl")));
    }

    @Test
    void everyKeyCanBeSetInTheFile() {
        Path caFile = certificates.caFile();
        String yaml = """
                listen: 127.0.0.1:1
                listen_reuse_port: true
                health_listen: "[::]:2"
                health_hosts: TPP.example.com, tpp.example.org
                upstream:
                  host: db
                  port: 3
                  tls: true
                  connect_timeout_seconds: 0.5
                  response_timeout_seconds: 6
                  outage_wait_seconds: 20
                  replay_buffer_bytes: 20
                  refused_statuses: 403, 401
                  refused_pattern: x+
                  preserve_host: true
                  tls_ca_file: '%s'
                  tls_server_name: name
                  tls_insecure: true
                credential:
                  username: alice
                  password: secret
                token:
                  pool_size: 7
                  ttl_seconds: 800
                  refresh_check_seconds: 9
                  refresh_ahead_seconds: 11
                  login_concurrency: 12
                  validate_seconds: 21
                  binding: request
                  idle_reclaim_seconds: 13
                  max_waiting: 14
                  wait_timeout_seconds: 15.25
                client:
                  half_close: wait
                  idle_timeout_seconds: 16
                  tunnel_idle_timeout_seconds: 31
                  max_connections: 17
                  max_target_bytes: 1001
                  max_header_bytes: 1002
                  max_body_bytes: 3000000000
                  header_timeout_seconds: 1.5
                  body_timeout_seconds: 32
                  min_body_bytes_per_second: 33
                  trusted_proxies: [10.0.0.0/8, "::1"]
                tls:
                  cert_file: '%s'
                  key_file: '%s'
                  client_ca_file: '%s'
                access:
                  allow:
                    - 10.1.0.0/16
                    - fd00::/8
                  api_keys_file: '%s'
                  client_subjects:
                    - CN=etl,O=Example
                    - DNS:*.example.com
                  max_connections_per_client: 34
                  forward_login: true
                  own_authorization_paths:
                    - /a
                    - /b/*
                  denied_paths: [/, /c]
                  allowed_paths: [/api/execute]
                  allowed_methods: [GET, POST]
                admin:
                  token_file: '%s'
                reload:
                  watch: true
                shutdown:
                  delay_seconds: 18
                  grace_seconds: 19
                telemetry:
                  otlp_endpoint: http://otel:4317
                  log_filter: warn,tpp=debug
                  log_format: json
                  request_log: stdout
                """.formatted(
                        caFile,
                        certificates.certFile(),
                        certificates.keyFile(),
                        caFile,
                        keysFile().path(),
                        caFile);

        LoadedConfig loaded = files.load(yaml);

        assertThat(loaded.config()).isEqualTo(everyKeyChanged(caFile));
        assertThat(loaded.values())
                .allSatisfy(value -> assertThat(value.source()).startsWith("config.yaml:"));
    }

    private Map<String, String> everyVariable(Path caFile) {
        return Map.ofEntries(
                Map.entry("TPP_LISTEN", "127.0.0.1:1"),
                Map.entry("TPP_LISTEN_REUSE_PORT", "true"),
                Map.entry("TPP_HEALTH_LISTEN", "[::]:2"),
                Map.entry("TPP_HEALTH_HOSTS", "tpp.example.com,tpp.example.org"),
                Map.entry("TPP_UPSTREAM_HOST", "db"),
                Map.entry("TPP_UPSTREAM_PORT", "3"),
                Map.entry("TPP_UPSTREAM_TLS", "1"),
                Map.entry("TPP_UPSTREAM_CONNECT_TIMEOUT_SECONDS", "0.5"),
                Map.entry("TPP_UPSTREAM_RESPONSE_TIMEOUT_SECONDS", "6"),
                Map.entry("TPP_UPSTREAM_OUTAGE_WAIT_SECONDS", "20"),
                Map.entry("TPP_UPSTREAM_REPLAY_BUFFER_BYTES", "20"),
                Map.entry("TPP_UPSTREAM_REFUSED_STATUSES", "401,403"),
                Map.entry("TPP_UPSTREAM_REFUSED_PATTERN", "x+"),
                Map.entry("TPP_UPSTREAM_PRESERVE_HOST", "true"),
                Map.entry("TPP_UPSTREAM_TLS_CA_FILE", caFile.toString()),
                Map.entry("TPP_UPSTREAM_TLS_SERVER_NAME", "name"),
                Map.entry("TPP_UPSTREAM_TLS_INSECURE", "TRUE"),
                Map.entry("TPP_CREDENTIAL_USERNAME", "alice"),
                Map.entry("TPP_CREDENTIAL_PASSWORD", "secret"),
                Map.entry("TPP_TOKEN_POOL_SIZE", "7"),
                Map.entry("TPP_TOKEN_TTL_SECONDS", "800"),
                Map.entry("TPP_TOKEN_REFRESH_CHECK_SECONDS", "9"),
                Map.entry("TPP_TOKEN_REFRESH_AHEAD_SECONDS", "11"),
                Map.entry("TPP_TOKEN_LOGIN_CONCURRENCY", "12"),
                Map.entry("TPP_TOKEN_VALIDATE_SECONDS", "21"),
                Map.entry("TPP_TOKEN_BINDING", "request"),
                Map.entry("TPP_TOKEN_IDLE_RECLAIM_SECONDS", "13"),
                Map.entry("TPP_TOKEN_MAX_WAITING", "14"),
                Map.entry("TPP_TOKEN_WAIT_TIMEOUT_SECONDS", "15.25"),
                Map.entry("TPP_CLIENT_HALF_CLOSE", "wait"),
                Map.entry("TPP_CLIENT_IDLE_TIMEOUT_SECONDS", "16"),
                Map.entry("TPP_CLIENT_TUNNEL_IDLE_TIMEOUT_SECONDS", "31"),
                Map.entry("TPP_CLIENT_MAX_CONNECTIONS", "17"),
                Map.entry("TPP_CLIENT_MAX_TARGET_BYTES", "1001"),
                Map.entry("TPP_CLIENT_MAX_HEADER_BYTES", "1002"),
                Map.entry("TPP_CLIENT_MAX_BODY_BYTES", "3000000000"),
                Map.entry("TPP_CLIENT_HEADER_TIMEOUT_SECONDS", "1.5"),
                Map.entry("TPP_CLIENT_BODY_TIMEOUT_SECONDS", "32"),
                Map.entry("TPP_CLIENT_MIN_BODY_BYTES_PER_SECOND", "33"),
                Map.entry("TPP_CLIENT_TRUSTED_PROXIES", "10.0.0.0/8,::1"),
                Map.entry("TPP_TLS_CERT_FILE", certificates.certFile().toString()),
                Map.entry("TPP_TLS_KEY_FILE", certificates.keyFile().toString()),
                Map.entry("TPP_TLS_CLIENT_CA_FILE", caFile.toString()),
                Map.entry("TPP_ACCESS_ALLOW", "10.1.0.0/16,fd00::/8"),
                Map.entry("TPP_ACCESS_API_KEYS_FILE", keysFile().path().toString()),
                Map.entry("TPP_ACCESS_CLIENT_SUBJECTS", "CN=etl,O=Example; DNS:*.example.com"),
                Map.entry("TPP_ACCESS_MAX_CONNECTIONS_PER_CLIENT", "34"),
                Map.entry("TPP_ACCESS_FORWARD_LOGIN", "true"),
                Map.entry("TPP_ACCESS_OWN_AUTHORIZATION_PATHS", "/a, /b/*"),
                Map.entry("TPP_ACCESS_DENIED_PATHS", "/, /c"),
                Map.entry("TPP_ACCESS_ALLOWED_PATHS", "/api/execute"),
                Map.entry("TPP_ACCESS_ALLOWED_METHODS", "POST,GET"),
                Map.entry("TPP_ADMIN_TOKEN_FILE", caFile.toString()),
                Map.entry("TPP_RELOAD_WATCH", "true"),
                Map.entry("TPP_SHUTDOWN_DELAY_SECONDS", "18"),
                Map.entry("TPP_SHUTDOWN_GRACE_SECONDS", "19"),
                Map.entry("TPP_TELEMETRY_OTLP_ENDPOINT", "http://otel:4317"),
                Map.entry("TPP_TELEMETRY_LOG_FILTER", "warn,tpp=debug"),
                Map.entry("TPP_TELEMETRY_LOG_FORMAT", "json"),
                Map.entry("TPP_TELEMETRY_REQUEST_LOG", "stdout"));
    }

    @Test
    void everyKeyCanBeSetByTheEnvironmentAlone() throws ConfigException {
        Path caFile = certificates.caFile();
        Map<String, String> environment = everyVariable(caFile);

        LoadedConfig loaded = new ConfigLoader(environment).load(null);

        assertThat(loaded.config()).isEqualTo(everyKeyChanged(caFile));
        assertThat(loaded.values())
                .extracting(EffectiveValue::source)
                .containsExactlyInAnyOrderElementsOf(environment.keySet());
    }

    @Test
    void everyKeyOfTheFileGivesWayToItsVariable() {
        Path caFile = certificates.caFile();
        LoadedConfig loaded = files.load(MINIMAL, everyVariable(caFile));

        assertThat(loaded.config()).isEqualTo(everyKeyChanged(caFile));
    }

    @Test
    void theSampleOfThePredecessorLoadsUnchanged() throws Exception {
        LoadedConfig loaded = files.load(resource("seed-config.yaml"));

        TppConfig config = loaded.config();
        assertThat(config.listen()).hasToString("0.0.0.0:8080");
        assertThat(config.healthListen()).hasToString("0.0.0.0:9090");
        assertThat(config.upstream().host()).isEqualTo("dolphindb.example.com");
        assertThat(config.credentials().users())
                .containsExactly(
                        new Credential("user1", Secret.of("password1")),
                        new Credential("user2", Secret.of("password2")));
        assertThat(config.token().poolSize()).isEqualTo(2);
        assertThat(config.telemetry().otlpEndpoint()).isEqualTo("http://localhost:4317");
        assertThat(loaded.warnings()).isEmpty();
    }

    @Test
    void effectiveValuesStandInTheOrderOfTheTableWithTheirSources() {
        LoadedConfig loaded = files.load(MINIMAL, Map.of("TPP_TOKEN_POOL_SIZE", "12", "RUST_LOG", "debug"));

        assertThat(loaded.values())
                .containsExactly(
                        new EffectiveValue("listen", "0.0.0.0:8080", "default"),
                        new EffectiveValue("listen_reuse_port", "false", "default"),
                        new EffectiveValue("health_listen", "none", "default"),
                        new EffectiveValue("health_hosts", "none", "default"),
                        new EffectiveValue("upstream.host", "h", "config.yaml:2"),
                        new EffectiveValue("upstream.port", "8848", "default"),
                        new EffectiveValue("upstream.tls", "false", "default"),
                        new EffectiveValue("upstream.connect_timeout_seconds", "5", "default"),
                        new EffectiveValue("upstream.response_timeout_seconds", "0", "default"),
                        new EffectiveValue("upstream.outage_wait_seconds", "30", "default"),
                        new EffectiveValue("upstream.replay_buffer_bytes", "65536", "default"),
                        new EffectiveValue("upstream.refused_statuses", "401", "default"),
                        new EffectiveValue("upstream.refused_pattern", "1 <NotAuthenticated>.*", "default"),
                        new EffectiveValue("upstream.preserve_host", "false", "default"),
                        new EffectiveValue("upstream.tls_ca_file", "system trust", "default"),
                        new EffectiveValue("upstream.tls_server_name", "the host", "default"),
                        new EffectiveValue("upstream.tls_insecure", "false", "default"),
                        new EffectiveValue("credential.username", "u", "config.yaml:4"),
                        new EffectiveValue("credential.password", "****", "config.yaml:5"),
                        new EffectiveValue("token.pool_size", "12", "TPP_TOKEN_POOL_SIZE"),
                        new EffectiveValue("token.ttl_seconds", "3600", "default"),
                        new EffectiveValue("token.refresh_check_seconds", "60", "default"),
                        new EffectiveValue("token.refresh_ahead_seconds", "360", "default"),
                        new EffectiveValue("token.login_concurrency", "4", "default"),
                        new EffectiveValue("token.validate_seconds", "0", "default"),
                        new EffectiveValue("token.binding", "connection", "default"),
                        new EffectiveValue("token.idle_reclaim_seconds", "5", "default"),
                        new EffectiveValue("token.max_waiting", "0", "default"),
                        new EffectiveValue("token.wait_timeout_seconds", "0", "default"),
                        new EffectiveValue("client.half_close", "abort", "default"),
                        new EffectiveValue("client.idle_timeout_seconds", "60", "default"),
                        new EffectiveValue("client.tunnel_idle_timeout_seconds", "0", "default"),
                        new EffectiveValue("client.max_connections", "0", "default"),
                        new EffectiveValue("client.max_target_bytes", "8192", "default"),
                        new EffectiveValue("client.max_header_bytes", "8192", "default"),
                        new EffectiveValue("client.max_body_bytes", "0", "default"),
                        new EffectiveValue("client.header_timeout_seconds", "30", "default"),
                        new EffectiveValue("client.body_timeout_seconds", "60", "default"),
                        new EffectiveValue("client.min_body_bytes_per_second", "50", "default"),
                        new EffectiveValue("client.trusted_proxies", "none", "default"),
                        new EffectiveValue("tls.cert_file", "none", "default"),
                        new EffectiveValue("tls.key_file", "none", "default"),
                        new EffectiveValue("tls.client_ca_file", "none", "default"),
                        new EffectiveValue("access.allow", "everyone", "default"),
                        new EffectiveValue("access.api_keys_file", "none", "default"),
                        new EffectiveValue("access.client_subjects", "all", "default"),
                        new EffectiveValue("access.max_connections_per_client", "0", "default"),
                        new EffectiveValue("access.forward_login", "false", "default"),
                        new EffectiveValue("access.own_authorization_paths", "/metrics", "default"),
                        new EffectiveValue("access.denied_paths", "none", "default"),
                        new EffectiveValue("access.allowed_paths", "all", "default"),
                        new EffectiveValue("access.allowed_methods", "all", "default"),
                        new EffectiveValue("admin.token_file", "none", "default"),
                        new EffectiveValue("reload.watch", "false", "default"),
                        new EffectiveValue("shutdown.delay_seconds", "0", "default"),
                        new EffectiveValue("shutdown.grace_seconds", "30", "default"),
                        new EffectiveValue("telemetry.otlp_endpoint", "none", "default"),
                        new EffectiveValue("telemetry.log_filter", "debug", "RUST_LOG"),
                        new EffectiveValue("telemetry.log_format", "text", "default"),
                        new EffectiveValue("telemetry.request_log", "none", "default"));
    }

    @Test
    void theRefreshIsATenthOfTheTtlAhead() {
        assertThat(files.with("token: {ttl_seconds: 5}").token().refreshAhead()).isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void aTinyDurationIsNotTakenForNoLimit() {
        assertThat(files.with("token: {wait_timeout_seconds: 0.0000000001}")
                        .token()
                        .waitTimeout())
                .isEqualTo(Duration.ofNanos(1));
    }

    @Test
    void theLogFilterComesFromTheFirstVariableThatIsSet() {
        String yaml = MINIMAL + "telemetry: {log_filter: error}";
        Map<String, String> environment = new HashMap<>();
        assertThat(logFilter(yaml, environment)).isEqualTo("error");
        environment.put("RUST_LOG", "warn");
        assertThat(logFilter(yaml, environment)).isEqualTo("warn");
        environment.put("TPP_LOG", "debug");
        assertThat(logFilter(yaml, environment)).isEqualTo("debug");
        environment.put("TPP_TELEMETRY_LOG_FILTER", "trace");
        assertThat(logFilter(yaml, environment)).isEqualTo("trace");
    }

    private String logFilter(String yaml, Map<String, String> environment) {
        return files.load(yaml, environment).config().telemetry().logFilter();
    }

    @Test
    void anIpv6AddressStandsInBrackets() {
        assertThat(files.with("listen: '[::]:8080'").listen()).isEqualTo(new HostPort("::", 8080));
    }

    @Test
    void byteOrderMarksAndWindowsLineEndsAreFine() {
        assertThat(files.load("\uFEFF" + MINIMAL.replace("\n", "\r\n")).config())
                .isEqualTo(files.load(MINIMAL).config());
    }

    @Test
    void aSectionMayBeEmptyAndAnOptionalKeyNull() {
        assertThat(files.with("telemetry:\nhealth_listen: null\nclient: ~\ncredentials_file:\n"))
                .isEqualTo(files.load(MINIMAL).config());
    }

    @Test
    void anEmptyVariableOfAnOptionalTextIsUnset() {
        assertThat(files.load(MINIMAL, Map.of("TPP_TELEMETRY_OTLP_ENDPOINT", "", "RUST_LOG", ""))
                        .config())
                .isEqualTo(files.load(MINIMAL).config());
    }

    @Test
    void variablesOfKubernetesAreNeitherErrorsNorWarnings() {
        Map<String, String> environment = Map.of(
                "TPP_SERVICE_HOST", "10.0.0.1",
                "TPP_SERVICE_PORT", "8080",
                "TPP_PORT", "tcp://10.0.0.1:8080",
                "TPP_PORT_8080_TCP", "tcp://10.0.0.1:8080",
                "TPP_PORT_8080_TCP_ADDR", "10.0.0.1");
        assertThat(files.load(MINIMAL, environment).warnings()).isEmpty();
    }

    @Test
    void aVariableNearToAKnownOneIsAWarning() {
        Map<String, String> environment =
                Map.of("TPP_TOKN_POOL_SIZE", "5", "TPP_CREDENTIALS_3_USERNAM", "x", "TPP_UPSTREAM_HOST", "db");
        assertThat(files.load(MINIMAL, environment).warnings())
                .containsExactly(
                        "TPP_CREDENTIALS_3_USERNAM is not a variable of TPP; did you mean TPP_CREDENTIALS_0_USERNAME?",
                        "TPP_TOKN_POOL_SIZE is not a variable of TPP; did you mean TPP_TOKEN_POOL_SIZE?");
    }

    @Test
    void warningsAreToldWithTheProblemsTheyMayExplain() {
        ConfigException e = catchThrowableOfType(
                ConfigException.class, () -> new ConfigLoader(Map.of("TPP_UPSTREAM_HOTS", "h")).load(null));
        assertThat(e.problems()).anyMatch(problem -> problem.contains("upstream.host is missing"));
        assertThat(e.warnings())
                .containsExactly("TPP_UPSTREAM_HOTS is not a variable of TPP; did you mean TPP_UPSTREAM_HOST?");
    }

    @Test
    void aLineBreakAfterAPasswordIsAWarning() {
        LoadedConfig loaded = files.load(MINIMAL, Map.of("TPP_CREDENTIAL_PASSWORD", "hunter2\n"));
        assertThat(loaded.config().credentials().users().get(0).password().reveal())
                .isEqualTo("hunter2\n");
        assertThat(loaded.warnings())
                .containsExactly(
                        "TPP_CREDENTIAL_PASSWORD ends with a line break, which is taken as part of the password");
    }

    @Test
    void healthListenIsFoundInAConfigurationThatIsOtherwiseWrong() throws ConfigException {
        Path file = files.write("config.yaml", "credentials_file: /missing\nhealth_listen: h:1\nnonsense: 5\n");
        assertThat(new ConfigLoader(Map.of()).healthListen(file)).isEqualTo(new HostPort("h", 1));
        assertThat(new ConfigLoader(Map.of("TPP_HEALTH_LISTEN", "e:2")).healthListen(file))
                .isEqualTo(new HostPort("e", 2));
        assertThat(new ConfigLoader(Map.of("TPP_HEALTH_LISTEN", "e:2")).healthListen(null))
                .isEqualTo(new HostPort("e", 2));
        assertThat(new ConfigLoader(Map.of()).healthListen(null)).isNull();
        assertThat(new ConfigLoader(Map.of()).healthListen(files.write("other.yaml", "listen: h:1")))
                .isNull();
    }

    @Test
    void nothingPrintsAPassword() {
        assertThat(files.load(MINIMAL.replace("password: p", "password: hunter2"))
                        .toString())
                .doesNotContain("hunter2");
    }

    private static String resource(String name) throws Exception {
        try (InputStream in = Objects.requireNonNull(ConfigLoaderTest.class.getResourceAsStream(name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
