package io.tpp.metrics;

import static io.prometheus.client.Collector.Type.COUNTER;
import static io.prometheus.client.Collector.Type.GAUGE;
import static io.prometheus.client.Collector.Type.HISTOGRAM;

import io.prometheus.client.Collector;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Every metric TPP publishes of itself, with its type, its help text and its labels.
 *
 * <p>The only place where they occur: a metric in the registry that is not described here is not
 * published. The order is that of the published text. No label's value may hold a token, a user, a
 * path or an address.
 */
enum MetricName {
    BUILD_INFO(GAUGE, "tpp_build_info", "The running TPP and its Java; always 1.", "version", "java"),

    // The name is older than the rule that only counters end in _total; dashboards rely on it.
    TOKENS_TOTAL(GAUGE, "tpp_tokens_total", "Tokens the pool holds."),
    TOKENS_IN_USE(GAUGE, "tpp_tokens_in_use", "Tokens leased to a client connection."),
    TOKENS_AVAILABLE(GAUGE, "tpp_tokens_available", "Tokens that can be leased now."),
    REQUESTS_WAITING(GAUGE, "tpp_requests_waiting", "Client connections waiting for a token."),
    OLDEST_WAITER_SECONDS(
            GAUGE, "tpp_oldest_waiter_seconds", "How long the first in the queue has waited; 0 if none waits."),

    TOKEN_ACQUISITIONS(COUNTER, "tpp_token_acquisitions_total", "Leases begun, at once or after waiting."),
    ACQUISITIONS_BY_OUTCOME(
            COUNTER, "tpp_acquisitions_by_outcome_total", "Attempts to acquire a token, by how they ended.", "outcome"),
    ACQUISITION_WAIT_SECONDS(
            HISTOGRAM,
            "tpp_acquisition_wait_seconds",
            "Time until an attempt to acquire got a token, timed out or was given up; attempts refused are left out."),
    TOKEN_RELEASES(COUNTER, "tpp_token_releases_total", "Leases ended."),
    LEASES_RECLAIMED(COUNTER, "tpp_leases_reclaimed_total", "Leases an idle holder lost to a waiter."),

    LOGINS(COUNTER, "tpp_logins_total", "Logins to the upstream, by how they ended.", "outcome"),
    TOKEN_ERRORS(COUNTER, "tpp_token_errors_total", "Logins that gave no token."),
    LOGIN_SECONDS(HISTOGRAM, "tpp_login_seconds", "How long logins took, failed ones included."),
    REFRESHES(COUNTER, "tpp_refreshes_total", "Tokens replaced by a new one, by why.", "reason"),
    PROBES(COUNTER, "tpp_probes_total", "Tokens asked about at the upstream, by what was found.", "outcome"),
    TOKEN_MIN_REMAINING_SECONDS(
            GAUGE,
            "tpp_token_min_remaining_seconds",
            "Shortest remaining life of the tokens held; 0 while one is expired or refused, NaN if none ends by its age."),
    CREDENTIALS_REFUSED(GAUGE, "tpp_credentials_refused", "Credentials the upstream does not accept."),

    CLIENT_CONNECTIONS(GAUGE, "tpp_client_connections", "Client connections open."),
    CONNECTION_DURATION_SECONDS(
            HISTOGRAM, "tpp_connection_duration_seconds", "How long ended client connections were open."),
    ACCESS_REFUSED(
            COUNTER,
            "tpp_access_refused_total",
            "Connections and requests refused because of who or what they are, by why.",
            "reason"),
    LEASES_LEAKED(
            COUNTER, "tpp_leases_leaked_total", "Leases that outlived their client connection; a fault if not 0."),
    REQUESTS(COUNTER, "tpp_requests_total", "Requests answered, or left by their client."),
    REQUEST_ERRORS(
            COUNTER, "tpp_requests_errors_total", "Requests answered with a status from 500, or left by their client."),
    REQUEST_SECONDS(
            HISTOGRAM,
            "tpp_request_seconds",
            "Time from a request's head to its answer's end, waiting for a token included, by class of status.",
            "code"),
    UPSTREAM_ERRORS(COUNTER, "tpp_upstream_errors_total", "Requests the upstream failed, by how.", "kind"),
    REQUESTS_REPLAYED(
            COUNTER,
            "tpp_requests_replayed_total",
            "Requests sent to the upstream again that it had provably not executed, by why.",
            "reason"),

    RELOAD_SUCCESSFUL(
            GAUGE,
            "tpp_config_last_reload_successful",
            "Whether the configuration could be read when that was last tried: 1, or 0 if the one before is in force."),
    RELOAD_TIME(
            GAUGE,
            "tpp_config_last_reload_success_timestamp_seconds",
            "When the configuration in force was read, in seconds since 1970.");

    private static final Map<String, MetricName> BY_TEXT =
            Stream.of(values()).collect(Collectors.toUnmodifiableMap(name -> name.text, name -> name));

    final Collector.Type type;
    final String text;
    final String help;

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    final List<String> labels;

    MetricName(Collector.Type type, String text, String help, String... labels) {
        this.type = type;
        this.text = text;
        this.help = help;
        this.labels = List.of(labels);
    }

    /** Returns the metric with that published name, or null. */
    static @Nullable MetricName find(String text) {
        return BY_TEXT.get(text);
    }

    /** Returns the key of this metric, with these values of its labels, in the registry. */
    String key(String... labelValues) {
        return new RegistryKey(this, List.of(labelValues)).toString();
    }
}
