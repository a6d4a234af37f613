package io.tpp.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.secret.SecretHash;
import io.tpp.testing.TestCertificates;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every key either takes effect with a reload, or is named as one that needs a restart. */
class ReloadableKeysTest {
    /** What a change of each key looks like, from the first to the second. An empty text: it is left out. */
    private static final Map<String, List<String>> CHANGES = new LinkedHashMap<>(Map.ofEntries(
            Map.entry("listen", List.of("127.0.0.1:1", "127.0.0.1:2")),
            Map.entry("listen_reuse_port", List.of("false", "true")),
            Map.entry("health_listen", List.of("127.0.0.1:3", "")),
            Map.entry("health_hosts", List.of("none", "a.example")),
            Map.entry("upstream.host", List.of("h", "g")),
            Map.entry("upstream.port", List.of("8848", "8849")),
            Map.entry("upstream.tls", List.of("true", "false")),
            Map.entry("upstream.connect_timeout_seconds", List.of("5", "6")),
            Map.entry("upstream.response_timeout_seconds", List.of("5", "6")),
            Map.entry("upstream.outage_wait_seconds", List.of("5", "6")),
            Map.entry("upstream.replay_buffer_bytes", List.of("5", "6")),
            Map.entry("upstream.refused_statuses", List.of("401", "403")),
            Map.entry("upstream.refused_pattern", List.of("a", "b")),
            Map.entry("upstream.tls_ca_file", List.of("", "CA")),
            Map.entry("upstream.tls_server_name", List.of("a", "b")),
            Map.entry("upstream.tls_insecure", List.of("false", "true")),
            Map.entry("token.pool_size", List.of("5", "6")),
            Map.entry("token.ttl_seconds", List.of("1000", "1001")),
            Map.entry("token.refresh_check_seconds", List.of("5", "6")),
            Map.entry("token.refresh_ahead_seconds", List.of("5", "6")),
            Map.entry("token.login_concurrency", List.of("5", "6")),
            Map.entry("token.validate_seconds", List.of("5", "6")),
            Map.entry("token.binding", List.of("connection", "request")),
            Map.entry("token.idle_reclaim_seconds", List.of("5", "6")),
            Map.entry("token.max_waiting", List.of("5", "6")),
            Map.entry("token.wait_timeout_seconds", List.of("5", "6")),
            Map.entry("client.half_close", List.of("abort", "wait")),
            Map.entry("client.idle_timeout_seconds", List.of("5", "6")),
            Map.entry("client.tunnel_idle_timeout_seconds", List.of("5", "6")),
            Map.entry("client.max_connections", List.of("5", "6")),
            Map.entry("client.max_target_bytes", List.of("501", "502")),
            Map.entry("client.max_header_bytes", List.of("501", "502")),
            Map.entry("client.max_body_bytes", List.of("5", "6")),
            Map.entry("client.header_timeout_seconds", List.of("5", "6")),
            Map.entry("client.body_timeout_seconds", List.of("5", "6")),
            Map.entry("client.min_body_bytes_per_second", List.of("5", "6")),
            Map.entry("client.trusted_proxies", List.of("none", "10.0.0.0/8")),
            Map.entry("upstream.preserve_host", List.of("false", "true")),
            Map.entry("access.own_authorization_paths", List.of("/a", "/b")),
            Map.entry("tls.cert_file", List.of("CERT", "")),
            Map.entry("tls.key_file", List.of("KEY", "")),
            Map.entry("tls.client_ca_file", List.of("", "CA")),
            Map.entry("access.allow", List.of("", "10.0.0.0/8")),
            Map.entry("access.api_keys_file", List.of("", "KEYS")),
            Map.entry("access.client_subjects", List.of("CN=a", "CN=b")),
            Map.entry("access.max_connections_per_client", List.of("5", "6")),
            Map.entry("access.forward_login", List.of("false", "true")),
            Map.entry("access.denied_paths", List.of("/a", "/b")),
            Map.entry("access.allowed_paths", List.of("", "/b")),
            Map.entry("access.allowed_methods", List.of("GET", "")),
            Map.entry("admin.token_file", List.of("", "CA")),
            Map.entry("reload.watch", List.of("false", "true")),
            Map.entry("shutdown.delay_seconds", List.of("5", "6")),
            Map.entry("shutdown.grace_seconds", List.of("5", "6")),
            Map.entry("telemetry.otlp_endpoint", List.of("http://a:1", "http://a:2")),
            Map.entry("telemetry.log_filter", List.of("info", "debug")),
            Map.entry("telemetry.log_format", List.of("text", "json")),
            Map.entry("telemetry.request_log", List.of("none", "stdout"))));

    private static final String FOLLOWS_THE_TTL = "token.refresh_ahead_seconds";

    /** Those that go with others: what else has to change with them. */
    private static final Map<String, Map<String, String>> WITH = Map.of(
            "tls.cert_file", Map.of("tls.key_file", ""),
            "tls.key_file", Map.of("tls.cert_file", ""));

    private final ConfigFixture files;
    private final TestCertificates certificates;

    ReloadableKeysTest(@TempDir Path folder) {
        this.files = new ConfigFixture(folder);
        this.certificates = TestCertificates.in(folder);
    }

    static Stream<Key> keys() {
        return Stream.of(Key.values()).filter(key -> !key.ofCredentials());
    }

    @ParameterizedTest
    @MethodSource("keys")
    void everyKeyIsTakenOverOrNamed(Key key) throws Exception {
        Map<String, String> before = given(key);
        Map<String, String> after = new TreeMap<>(before);
        after.put(key.path(), change(key).get(1));
        after.putAll(WITH.getOrDefault(key.path(), Map.of()));
        LoadedConfig running = files.load(yaml(before));

        files.write("config.yaml", yaml(after));
        ReloadedConfig reloaded = running.origin().read(running);

        if (ReloadableKeys.needsRestart(
                key, running.config(), files.load(yaml(after)).config())) {
            assertThat(reloaded.needRestart()).contains(key.path());
            assertThat(reloaded.changes()).isEmpty();
            assertThat(reloaded.loaded().config()).isEqualTo(running.config());
        } else {
            assertThat(reloaded.needRestart()).isEmpty();
            assertThat(reloaded.changes())
                    .extracting(ConfigChange::key)
                    .contains(key.path())
                    .isSubsetOf(key.path(), FOLLOWS_THE_TTL);
            assertThat(reloaded.loaded().config())
                    .isNotEqualTo(running.config())
                    .isEqualTo(files.load(yaml(after)).config());
        }
    }

    private static List<String> change(Key key) {
        return Objects.requireNonNull(CHANGES.get(key.path()), "no change of " + key.path());
    }

    private static Map<String, String> given(Key key) {
        Map<String, String> given = new TreeMap<>(Map.of("upstream.host", "h", "token.pool_size", "5"));
        if (key.path().startsWith("upstream.tls_")) {
            given.put("upstream.tls", "true");
        }
        if (key.section().equals("tls")) {
            given.put("tls.cert_file", "CERT");
            given.put("tls.key_file", "KEY");
        }
        if (key == Key.CLIENT_SUBJECTS) {
            given.putAll(Map.of("tls.cert_file", "CERT", "tls.key_file", "KEY", "tls.client_ca_file", "CA"));
        }
        given.put(key.path(), change(key).get(0));
        return given;
    }

    private String yaml(Map<String, String> given) {
        StringBuilder yaml = new StringBuilder("credential: {username: u, password: p}\n");
        Map<String, StringBuilder> sections = new TreeMap<>();
        given.forEach((path, value) -> {
            int dot = path.indexOf('.');
            String section = path.substring(0, Math.max(0, dot));
            if (!value.isEmpty()) {
                sections.computeIfAbsent(section, name -> new StringBuilder())
                        .append(section.isEmpty() ? "" : "  ")
                        .append(path.substring(dot + 1))
                        .append(": '")
                        .append(text(value))
                        .append("'\n");
            }
        });
        sections.forEach((section, lines) ->
                yaml.append(section.isEmpty() ? "" : section + ":\n").append(lines));
        return yaml.toString();
    }

    private String text(String value) {
        return switch (value) {
            case "CA" -> certificates.caFile().toString();
            case "CERT" -> certificates.certFile().toString();
            case "KEY" -> certificates.keyFile().toString();
            case "KEYS" ->
                files.write("api-keys.txt", "etl:" + SecretHash.of("key").hex() + "\n")
                        .toString();
            default -> value;
        };
    }

    @org.junit.jupiter.api.Test
    void whatNeedsARestartIsTheseOnly() {
        TppConfig config = files.with("");
        assertThat(Stream.of(Key.values())
                        .filter(key -> ReloadableKeys.needsRestart(key, config, config))
                        .map(Key::path))
                .containsExactly(
                        "listen",
                        "listen_reuse_port",
                        "health_listen",
                        "health_hosts",
                        "upstream.host",
                        "upstream.port",
                        "upstream.tls",
                        "upstream.tls_ca_file",
                        "upstream.tls_server_name",
                        "upstream.tls_insecure",
                        "client.max_target_bytes",
                        "client.max_header_bytes",
                        "client.header_timeout_seconds",
                        "telemetry.otlp_endpoint",
                        "telemetry.request_log");
    }

    @org.junit.jupiter.api.Test
    void theRestIsTakenOverWhereAKeyNeedsARestart() throws Exception {
        LoadedConfig running = files.load("upstream: {host: h}\ncredential: {username: u, password: p}\n");
        files.write(
                "config.yaml",
                "upstream: {host: other, port: 1}\ntoken: {pool_size: 3}\ncredential: {username: u, password: q}\n");
        ReloadedConfig reloaded = running.origin().read(running);
        assertThat(reloaded.needRestart()).containsExactly("upstream.host", "upstream.port");
        assertThat(reloaded.changes()).containsExactly(new ConfigChange("token.pool_size", "10", "3"));
        assertThat(reloaded.loaded().config().upstream())
                .isEqualTo(running.config().upstream());
        assertThat(reloaded.loaded().config().credentials())
                .isNotEqualTo(running.config().credentials());
        // It still waits for the restart when the file is read once more.
        assertThat(reloaded.loaded().origin().read(reloaded.loaded()).needRestart())
                .containsExactly("upstream.host", "upstream.port");
    }

    @org.junit.jupiter.api.Test
    void theEnvironmentStillWins() throws Exception {
        LoadedConfig running = files.load(ConfigFixture.MINIMAL, Map.of("TPP_TOKEN_POOL_SIZE", "7"));
        files.write("config.yaml", ConfigFixture.MINIMAL + "token: {pool_size: 8, max_waiting: 9}\n");
        ReloadedConfig reloaded = running.origin().read(running);
        assertThat(reloaded.loaded().config().token().poolSize()).isEqualTo(7);
        assertThat(reloaded.changes()).containsExactly(new ConfigChange("token.max_waiting", "0", "9"));
    }

    @org.junit.jupiter.api.Test
    void aFileWithAMistakeChangesNothing() {
        LoadedConfig running = files.load(ConfigFixture.MINIMAL);
        files.write("config.yaml", ConfigFixture.MINIMAL + "token: {pool_size: none, max_waiting: 9}\n");
        ConfigException e = org.assertj.core.api.Assertions.catchThrowableOfType(
                ConfigException.class, () -> running.origin().read(running));
        assertThat(e.problems()).singleElement().asString().startsWith("config.yaml:6: token.pool_size ");
    }
}
