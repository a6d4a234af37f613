package io.tpp.config;

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
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks the values against each other and makes the configuration of them. One thread, one use. */
final class ConfigAssembler {
    /** How often one user is logged in unless {@code token.pool_size} says it. */
    private static final int SINGLE_CREDENTIAL_POOL_SIZE = 10;

    private final Values values;
    private final CredentialsReader.Result credentials;
    private final ClientTls clientTls;
    private final ClientAccess clientAccess;

    /** {@code runningKeys}: those in force; null: none. */
    ConfigAssembler(Values values, CredentialsReader.Result credentials, @Nullable ApiKeysFile runningKeys) {
        this.values = values;
        this.credentials = credentials;
        this.clientTls = new ClientTls(values);
        this.clientAccess = new ClientAccess(values, runningKeys);
        int count = credentials.credentials().count();
        values.setDefault(Key.POOL_SIZE, credentials.single() ? SINGLE_CREDENTIAL_POOL_SIZE : count);
        // Duration's own division would have Java set its decimal numbers up, which a start can do without.
        values.setDefault(
                Key.REFRESH_AHEAD, Duration.ofNanos(values.duration(Key.TTL).toNanos() / 10));
    }

    /** Adds what is wrong between keys to the problems. */
    void check(Problems problems) {
        checkListeners();
        checkUpstreamTls();
        clientTls.check();
        clientAccess.check(problems);
        checkRefresh();
        checkAdminToken();
    }

    private void checkAdminToken() {
        Path file = values.optionalFile(Key.ADMIN_TOKEN_FILE);
        if (file == null) {
            return;
        }
        try {
            var unused = AdminTokenFile.read(file);
        } catch (IllegalArgumentException e) {
            values.problem(Key.ADMIN_TOKEN_FILE, file + " " + e.getMessage());
        }
    }

    private void checkListeners() {
        HostPort listen = values.hostPort(Key.LISTEN);
        // As text: what compares a record is made when it is first used, which takes a twentieth of the start.
        String healthListen = String.valueOf(values.optionalHostPort(Key.HEALTH_LISTEN));
        boolean both = values.sound(Key.LISTEN) && listen.toString().equals(healthListen);
        if (both && listen.port() != 0) {
            values.problem(Key.HEALTH_LISTEN, "must differ from listen, was " + listen);
        }
    }

    private void checkUpstreamTls() {
        if (!values.sound(Key.UPSTREAM_TLS) || values.flag(Key.UPSTREAM_TLS)) {
            return;
        }
        for (Key key : List.of(Key.TLS_CA_FILE, Key.TLS_SERVER_NAME, Key.TLS_INSECURE)) {
            if (values.isGiven(key) && (key != Key.TLS_INSECURE || values.flag(key))) {
                values.problem(key, "needs upstream.tls: true");
            }
        }
    }

    private void checkRefresh() {
        Duration ttl = values.duration(Key.TTL);
        Duration ahead = values.duration(Key.REFRESH_AHEAD);
        if (values.sound(Key.TTL) && ahead.compareTo(ttl) >= 0) {
            values.problem(
                    Key.REFRESH_AHEAD,
                    "must be less than token.ttl_seconds (" + Seconds.show(ttl) + "), was " + Seconds.show(ahead));
        }
    }

    /** Returns the configuration; only to be called if there were no problems. */
    TppConfig config() {
        return new TppConfig(
                values.hostPort(Key.LISTEN),
                values.flag(Key.LISTEN_REUSE_PORT),
                values.optionalHostPort(Key.HEALTH_LISTEN),
                values.hostNames(Key.HEALTH_HOSTS),
                upstream(),
                credentials.credentials(),
                token(),
                client(),
                clientTls.files(),
                clientAccess.access(),
                new Admin(values.optionalFile(Key.ADMIN_TOKEN_FILE)),
                new Reload(values.flag(Key.RELOAD_WATCH)),
                new Shutdown(values.duration(Key.SHUTDOWN_DELAY), values.duration(Key.SHUTDOWN_GRACE)),
                new Telemetry(
                        values.optionalText(Key.OTLP_ENDPOINT),
                        values.text(Key.LOG_FILTER),
                        values.choice(Key.LOG_FORMAT, LogFormat.class),
                        values.requestLog()));
    }

    private Upstream upstream() {
        return new Upstream(
                values.text(Key.UPSTREAM_HOST),
                values.number(Key.UPSTREAM_PORT),
                values.flag(Key.UPSTREAM_TLS),
                values.duration(Key.CONNECT_TIMEOUT),
                values.duration(Key.RESPONSE_TIMEOUT),
                values.duration(Key.OUTAGE_WAIT),
                values.number(Key.REPLAY_BUFFER),
                values.statuses(Key.REFUSED_STATUSES),
                values.pattern(Key.REFUSED_PATTERN),
                values.flag(Key.PRESERVE_HOST),
                values.optionalFile(Key.TLS_CA_FILE),
                values.optionalText(Key.TLS_SERVER_NAME),
                values.flag(Key.TLS_INSECURE));
    }

    private Client client() {
        return new Client(
                values.choice(Key.HALF_CLOSE, HalfClose.class),
                values.duration(Key.IDLE_TIMEOUT),
                values.duration(Key.TUNNEL_IDLE_TIMEOUT),
                values.number(Key.MAX_CONNECTIONS),
                values.number(Key.MAX_TARGET),
                values.number(Key.MAX_HEADER),
                values.size(Key.MAX_BODY),
                values.duration(Key.HEADER_TIMEOUT),
                values.duration(Key.BODY_TIMEOUT),
                values.number(Key.MIN_BODY_RATE),
                values.cidrs(Key.TRUSTED_PROXIES));
    }

    private Token token() {
        return new Token(
                values.number(Key.POOL_SIZE),
                values.duration(Key.TTL),
                values.duration(Key.REFRESH_CHECK),
                values.duration(Key.REFRESH_AHEAD),
                values.number(Key.LOGIN_CONCURRENCY),
                values.duration(Key.VALIDATE),
                values.choice(Key.BINDING, Binding.class),
                values.duration(Key.IDLE_RECLAIM),
                values.number(Key.MAX_WAITING),
                values.duration(Key.WAIT_TIMEOUT));
    }

    /** Returns what a person should look at although TPP can run. */
    List<String> warnings() {
        return clientTls.warnings();
    }

    /** Returns what each key came out as, in the order of the table. */
    List<EffectiveValue> effectiveValues() {
        List<EffectiveValue> all = new ArrayList<>();
        for (Key key : Key.values()) {
            if (key == Key.CREDENTIALS_FILE) {
                all.addAll(credentials.values());
            } else if (!key.ofCredentials()) {
                all.add(values.effective(key));
            }
        }
        return all;
    }
}
