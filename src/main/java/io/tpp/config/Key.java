package io.tpp.config;

import static io.tpp.config.ValueTypes.choice;
import static io.tpp.config.ValueTypes.cidrs;
import static io.tpp.config.ValueTypes.file;
import static io.tpp.config.ValueTypes.flag;
import static io.tpp.config.ValueTypes.host;
import static io.tpp.config.ValueTypes.hostNames;
import static io.tpp.config.ValueTypes.hostPort;
import static io.tpp.config.ValueTypes.logFilter;
import static io.tpp.config.ValueTypes.methods;
import static io.tpp.config.ValueTypes.optionalHost;
import static io.tpp.config.ValueTypes.paths;
import static io.tpp.config.ValueTypes.pattern;
import static io.tpp.config.ValueTypes.readableFile;
import static io.tpp.config.ValueTypes.requestLog;
import static io.tpp.config.ValueTypes.seconds;
import static io.tpp.config.ValueTypes.secret;
import static io.tpp.config.ValueTypes.size;
import static io.tpp.config.ValueTypes.someCidrs;
import static io.tpp.config.ValueTypes.somePaths;
import static io.tpp.config.ValueTypes.statuses;
import static io.tpp.config.ValueTypes.subjects;
import static io.tpp.config.ValueTypes.url;
import static io.tpp.config.ValueTypes.username;
import static io.tpp.config.ValueTypes.wholeNumber;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The table of keys, in the order of the README's: name, type with limits, default.
 *
 * <p>Reading, checking, environment variables, suggestions and the list of effective values follow
 * from it. A new key is a line here, a component in {@link TppConfig} and its use in
 * {@link ConfigAssembler}. A secret needs a second key of the same name and {@code _file}.
 *
 * <p>The list {@code credentials} is not here: each of its entries has the keys of {@code credential}.
 */
@SuppressWarnings("ImmutableEnumChecker") // The types' parsers are functions without a state.
enum Key {
    LISTEN("listen", hostPort(), value("0.0.0.0:8080")),
    LISTEN_REUSE_PORT("listen_reuse_port", flag(), value("false")),
    HEALTH_LISTEN("health_listen", hostPort(), absent("none")),
    HEALTH_HOSTS("health_hosts", hostNames(), value("none")),

    UPSTREAM_HOST("upstream.host", host(), absent("none")),
    UPSTREAM_PORT("upstream.port", wholeNumber(1, 65_535), value("8848")),
    UPSTREAM_TLS("upstream.tls", flag(), value("false")),
    CONNECT_TIMEOUT("upstream.connect_timeout_seconds", seconds("0.001", 3600), value("5")),
    RESPONSE_TIMEOUT("upstream.response_timeout_seconds", seconds("0", Seconds.MAX), value("0")),
    OUTAGE_WAIT("upstream.outage_wait_seconds", seconds("0", Seconds.MAX), value("30")),
    REPLAY_BUFFER("upstream.replay_buffer_bytes", wholeNumber(0, 16 * 1024 * 1024), value("65536")),
    REFUSED_STATUSES("upstream.refused_statuses", statuses(), value("401")),
    REFUSED_PATTERN("upstream.refused_pattern", pattern(), value("1 <NotAuthenticated>.*")),
    PRESERVE_HOST("upstream.preserve_host", flag(), value("false")),
    TLS_CA_FILE("upstream.tls_ca_file", readableFile(), absent("system trust")),
    TLS_SERVER_NAME("upstream.tls_server_name", optionalHost(), absent("the host")),
    TLS_INSECURE("upstream.tls_insecure", flag(), value("false")),

    CREDENTIALS_FILE("credentials_file", file(), absent("none")),
    CREDENTIAL_USERNAME("credential.username", username(), absent("none")),
    CREDENTIAL_PASSWORD("credential.password", secret(), absent("none")),
    CREDENTIAL_PASSWORD_FILE("credential.password_file", file(), absent("none")),
    TOKENS_FILE("tokens_file", file(), absent("none")),

    POOL_SIZE("token.pool_size", wholeNumber(1, 100_000), absent("by the credentials")),
    TTL("token.ttl_seconds", seconds("1", Seconds.MAX), value("3600")),
    REFRESH_CHECK("token.refresh_check_seconds", seconds("0.01", 86_400), value("60")),
    REFRESH_AHEAD("token.refresh_ahead_seconds", seconds("0", Seconds.MAX), absent("a tenth of the ttl")),
    LOGIN_CONCURRENCY("token.login_concurrency", wholeNumber(1, 1000), value("4")),
    VALIDATE("token.validate_seconds", seconds("0", Seconds.MAX), value("0")),
    BINDING("token.binding", choice(TppConfig.Binding.class), value("connection")),
    IDLE_RECLAIM("token.idle_reclaim_seconds", seconds("0", Seconds.MAX), value("5")),
    MAX_WAITING("token.max_waiting", wholeNumber(0, 1_000_000), value("0")),
    WAIT_TIMEOUT("token.wait_timeout_seconds", seconds("0", Seconds.MAX), value("0")),

    HALF_CLOSE("client.half_close", choice(TppConfig.HalfClose.class), value("abort")),
    IDLE_TIMEOUT("client.idle_timeout_seconds", seconds("0", Seconds.MAX), value("60")),
    TUNNEL_IDLE_TIMEOUT("client.tunnel_idle_timeout_seconds", seconds("0", Seconds.MAX), value("0")),
    MAX_CONNECTIONS("client.max_connections", wholeNumber(0, 1_000_000), value("0")),
    MAX_TARGET("client.max_target_bytes", wholeNumber(256, 1024 * 1024), value("8192")),
    MAX_HEADER("client.max_header_bytes", wholeNumber(256, 1024 * 1024), value("8192")),
    MAX_BODY("client.max_body_bytes", size(), value("0")),
    HEADER_TIMEOUT("client.header_timeout_seconds", seconds("0", Seconds.MAX), value("30")),
    BODY_TIMEOUT("client.body_timeout_seconds", seconds("0", Seconds.MAX), value("60")),
    MIN_BODY_RATE("client.min_body_bytes_per_second", wholeNumber(0, 1_000_000), value("50")),
    TRUSTED_PROXIES("client.trusted_proxies", cidrs(), value("none")),

    CERT_FILE("tls.cert_file", file(), absent("none")),
    KEY_FILE("tls.key_file", file(), absent("none")),
    CLIENT_CA_FILE("tls.client_ca_file", file(), absent("none")),

    ALLOW("access.allow", someCidrs(), absent("everyone")),
    API_KEYS_FILE("access.api_keys_file", file(), absent("none")),
    CLIENT_SUBJECTS("access.client_subjects", subjects(), absent("all")),
    MAX_CONNECTIONS_PER_CLIENT("access.max_connections_per_client", wholeNumber(0, 1_000_000), value("0")),
    FORWARD_LOGIN("access.forward_login", flag(), value("false")),
    OWN_AUTHORIZATION("access.own_authorization_paths", paths(), value("/metrics")),
    DENIED_PATHS("access.denied_paths", paths(), value("none")),
    ALLOWED_PATHS("access.allowed_paths", somePaths(), absent("all")),
    ALLOWED_METHODS("access.allowed_methods", methods(), absent("all")),

    ADMIN_TOKEN_FILE("admin.token_file", readableFile(), absent("none")),

    RELOAD_WATCH("reload.watch", flag(), value("false")),

    SHUTDOWN_DELAY("shutdown.delay_seconds", seconds("0", 3600), value("0")),
    SHUTDOWN_GRACE("shutdown.grace_seconds", seconds("0", 86_400), value("30")),

    OTLP_ENDPOINT("telemetry.otlp_endpoint", url(), absent("none")),
    LOG_FILTER("telemetry.log_filter", logFilter(), value("info"), "TPP_LOG", "RUST_LOG"),
    LOG_FORMAT("telemetry.log_format", choice(TppConfig.LogFormat.class), value("text")),
    REQUEST_LOG("telemetry.request_log", requestLog(), value("none"));

    /**
     * What holds when a key is not given.
     *
     * @param text the default as it would stand in the file; null: there is none
     * @param shown what to show for it
     */
    record Default(@Nullable String text, String shown) {}

    private final String path;

    private final ValueType<?> type;
    private final Default defaultValue;
    private final List<String> variables;

    Key(String path, ValueType<?> type, Default defaultValue, String... furtherVariables) {
        this.path = path;
        this.type = type;
        this.defaultValue = defaultValue;
        this.variables = Stream.concat(Stream.of(variableOf(path)), Stream.of(furtherVariables))
                .toList();
    }

    private static Default value(String text) {
        return new Default(text, text);
    }

    private static Default absent(String shown) {
        return new Default(null, shown);
    }

    /** Returns the name of the environment variable for a path such as {@code upstream.host}. */
    static String variableOf(String path) {
        return "TPP_" + path.toUpperCase(Locale.ROOT).replace('.', '_');
    }

    /** Returns the key with that path, or null. */
    static @Nullable Key of(String path) {
        for (Key key : values()) {
            if (key.path.equals(path)) {
                return key;
            }
        }
        return null;
    }

    /** Returns the path in the file, such as {@code upstream.host}. */
    String path() {
        return path;
    }

    /** Returns the last part of the path. */
    String leaf() {
        return path.substring(path.lastIndexOf('.') + 1);
    }

    /** Returns the part of the path before the last dot; empty for a key of the top level. */
    String section() {
        return path.substring(0, Math.max(0, path.lastIndexOf('.')));
    }

    ValueType<?> type() {
        return type;
    }

    Default defaultValue() {
        return defaultValue;
    }

    /** Returns the environment variables that give this key, the first one set wins. */
    List<String> variables() {
        return variables;
    }

    /** Returns whether the key is part of one of the forms in which credentials are given. */
    boolean ofCredentials() {
        return this == CREDENTIALS_FILE || this == TOKENS_FILE || ofCredential();
    }

    /** Returns whether the key describes one user. */
    boolean ofCredential() {
        return section().equals("credential");
    }
}
