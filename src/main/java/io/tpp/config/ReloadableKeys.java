package io.tpp.config;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which keys take effect while TPP runs; all others when it starts.
 *
 * <p>What needs a restart: where TPP listens and how long heads may be there, which upstream its tokens are of and how
 * that is trusted, whether there is TLS at all, and where traces and the request log go.
 */
final class ReloadableKeys {
    private static final Set<Key> TLS = Set.of(Key.CERT_FILE, Key.KEY_FILE, Key.CLIENT_CA_FILE);

    private static final Set<Key> ALWAYS = Set.of(
            Key.CONNECT_TIMEOUT,
            Key.RESPONSE_TIMEOUT,
            Key.OUTAGE_WAIT,
            Key.REPLAY_BUFFER,
            Key.REFUSED_STATUSES,
            Key.REFUSED_PATTERN,
            Key.CREDENTIALS_FILE,
            Key.CREDENTIAL_USERNAME,
            Key.CREDENTIAL_PASSWORD,
            Key.CREDENTIAL_PASSWORD_FILE,
            Key.TOKENS_FILE,
            Key.POOL_SIZE,
            Key.TTL,
            Key.REFRESH_CHECK,
            Key.REFRESH_AHEAD,
            Key.LOGIN_CONCURRENCY,
            Key.VALIDATE,
            Key.BINDING,
            Key.IDLE_RECLAIM,
            Key.MAX_WAITING,
            Key.WAIT_TIMEOUT,
            Key.HALF_CLOSE,
            Key.IDLE_TIMEOUT,
            Key.TUNNEL_IDLE_TIMEOUT,
            Key.MAX_CONNECTIONS,
            Key.PRESERVE_HOST,
            Key.MAX_BODY,
            Key.BODY_TIMEOUT,
            Key.MIN_BODY_RATE,
            Key.TRUSTED_PROXIES,
            Key.ALLOW,
            Key.API_KEYS_FILE,
            Key.CLIENT_SUBJECTS,
            Key.MAX_CONNECTIONS_PER_CLIENT,
            Key.FORWARD_LOGIN,
            Key.OWN_AUTHORIZATION,
            Key.DENIED_PATHS,
            Key.ALLOWED_PATHS,
            Key.ALLOWED_METHODS,
            Key.ADMIN_TOKEN_FILE,
            Key.RELOAD_WATCH,
            Key.SHUTDOWN_DELAY,
            Key.SHUTDOWN_GRACE,
            Key.LOG_FILTER,
            Key.LOG_FORMAT);

    private ReloadableKeys() {}

    /** Returns whether a changed key takes effect only with a restart. */
    static boolean needsRestart(Key key, TppConfig before, TppConfig after) {
        if (TLS.contains(key)) {
            return (before.tls() == null) != (after.tls() == null);
        }
        return !ALWAYS.contains(key);
    }

    /** Returns the keys of which another value is given now, and that need a restart. */
    static Set<Key> waitingForRestart(LoadedConfig before, LoadedConfig after) {
        Set<Key> keys = EnumSet.noneOf(Key.class);
        for (ConfigChange change : changes(before, after)) {
            Key key = Key.of(change.key());
            if (key != null && needsRestart(key, before.config(), after.config())) {
                keys.add(key);
            }
        }
        return keys;
    }

    /** Returns what came out otherwise, in the order of the table; not the credentials. */
    static List<ConfigChange> changes(LoadedConfig before, LoadedConfig after) {
        Map<String, String> old = before.values().stream()
                .filter(value -> !value.key().startsWith("credential"))
                .collect(Collectors.toMap(EffectiveValue::key, EffectiveValue::value, (first, second) -> second));
        List<ConfigChange> changes = new ArrayList<>();
        for (EffectiveValue value : after.values()) {
            Key key = Key.of(value.key());
            if (key != null && !key.ofCredentials()) {
                String was = Objects.requireNonNull(old.get(value.key()), value.key());
                if (!was.equals(value.value())) {
                    changes.add(new ConfigChange(value.key(), was, value.value()));
                }
            }
        }
        return changes;
    }
}
