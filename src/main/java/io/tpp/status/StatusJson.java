package io.tpp.status;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.tpp.json.Json;
import io.tpp.pool.CredentialRefusal;
import io.tpp.pool.PoolSnapshot;
import io.tpp.pool.TokenView;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes a snapshot as JSON; times in seconds, null for what there is not. */
final class StatusJson {
    private static final JsonFactory FACTORY = Json.factory();

    private final StatusSnapshot status;
    private final StatusQuery query;
    private final JsonLines json;

    private StatusJson(StatusSnapshot status, StatusQuery query, JsonGenerator generator) {
        this.status = status;
        this.query = query;
        this.json = new JsonLines(generator);
    }

    static String of(StatusSnapshot status, StatusQuery query) {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = FACTORY.createGenerator(text)) {
            new StatusJson(status, query, generator).write();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return text.toString();
    }

    private void write() throws IOException {
        json.object(() -> {
            json.put("status", name(status.pool().figures().health()));
            json.put("shutting_down", (Boolean) status.shuttingDown());
            json.put("version", status.version());
            json.put("now", status.now());
            json.put("started", status.startedAt());
            json.seconds("uptime_seconds", status.uptime());
            json.object("pool", this::pool);
            json.object("upstream", this::upstream);
            json.array("credentials_refused", status.refusals(), this::refusal);
            table("tokens", status.pool().tokens(), query.tokens(), SortKeys.OF_TOKENS, this::token);
            table("connections", status.connections(), query.connections(), SortKeys.OF_CONNECTIONS, this::connection);
            json.object("history", this::history);
            json.array("events", status.events(), this::event);
            config();
        });
    }

    private void pool() throws IOException {
        PoolSnapshot figures = status.pool().figures();
        json.put("size", figures.size());
        json.put("total", figures.total());
        for (Map.Entry<TokenView.State, Integer> count :
                countByState(status.pool().tokens()).entrySet()) {
            json.put(name(count.getKey()), count.getValue());
        }
        json.put(
                "refreshing",
                status.pool().tokens().stream().filter(TokenView::refreshing).count());
        json.put("waiting", figures.waiting());
        json.seconds("oldest_wait_seconds", figures.oldestWait());
        json.put("last_login_error", figures.lastLoginError());
    }

    private static Map<TokenView.State, Integer> countByState(List<TokenView> tokens) {
        Map<TokenView.State, Integer> counts = new EnumMap<>(TokenView.State.class);
        for (TokenView.State state : TokenView.State.values()) {
            counts.put(state, 0);
        }
        tokens.forEach(token -> counts.merge(token.state(), 1, Integer::sum));
        return counts;
    }

    private void upstream() throws IOException {
        UpstreamState upstream = status.upstream();
        json.put("address", status.upstreamAddress());
        json.put("reachable", upstream.reachable());
        json.seconds("last_answer_seconds_ago", upstream.sinceAnswer());
        json.seconds("last_failure_seconds_ago", upstream.sinceFailure());
        json.put("last_failure", upstream.lastFailure());
        json.put("outage", status.pool().outage());
    }

    private void refusal(CredentialRefusal refusal) throws IOException {
        json.put("position", refusal.position());
        json.put("reason", refusal.reason());
    }

    private <T> void table(
            String name, List<T> all, Page page, Map<String, SortKey<T>> columns, JsonLines.Writer<T> row)
            throws IOException {
        json.object(name, () -> {
            json.put("total", all.size());
            json.put("offset", page.offset());
            json.put("sort", (page.descending() ? "-" : "") + page.sort());
            json.array("rows", page.of(all, columns, StatusQuery.NUMBER), row);
        });
    }

    private void token(TokenView token) throws IOException {
        json.put("number", token.number());
        json.put("credential", token.credential());
        json.put("state", name(token.state()));
        json.put("refreshing", token.refreshing());
        json.seconds("age_seconds", token.age());
        json.seconds("remaining_seconds", token.remaining());
        json.put("connection", token.held() ? token.holder() : null);
        json.put("running", token.running());
        json.put("requests", token.requests());
        json.put("refusals", token.refusals());
        json.put("failed_logins", token.failedLogins());
        json.put("errors", token.refusals() + token.failedLogins());
    }

    private void connection(ConnectionRow row) throws IOException {
        json.put("number", row.connection().number());
        json.put("address", row.connection().address());
        json.put("client", row.connection().client());
        json.put("protocol", row.connection().protocol());
        json.put("tls", row.connection().tls());
        json.seconds("open_seconds", row.connection().open());
        json.seconds("idle_seconds", row.connection().idle());
        json.put("token", row.token() == null ? null : row.token().longValue());
        json.seconds("waiting_seconds", row.waiting());
        json.put("requests", row.connection().requests());
        json.put("bytes_in", known(row.connection().bytesIn()));
        json.put("bytes_out", known(row.connection().bytesOut()));
    }

    private static @Nullable Long known(long bytes) {
        return bytes < 0 ? null : bytes;
    }

    private void history() throws IOException {
        json.seconds("interval_seconds", History.INTERVAL);
        json.put("capacity", History.CAPACITY);
        json.array("samples", status.history(), this::sample);
    }

    private void sample(Sample sample) throws IOException {
        json.put("number", sample.number());
        json.put("at", sample.at());
        json.numbers("requests_per_second", sample.requests());
        json.put("p50_seconds", sample.median());
        json.put("p95_seconds", sample.slow());
        json.put("wait_p95_seconds", sample.slowWait());
        json.put("waiting", sample.waiting());
        json.put("oldest_wait_seconds", sample.oldestWait());
        json.put("connections", sample.connections());
        json.put("in_use", sample.inUse());
        json.put("available", sample.available());
        json.put("total", sample.total());
    }

    private void event(Event event) throws IOException {
        json.put("severity", name(event.severity()));
        json.put("what", event.what());
        json.put("count", event.count());
        json.put("first", event.first());
        json.put("last", event.last());
    }

    private void config() throws IOException {
        Reload reload = status.config().lastReload();
        if (reload == null) {
            json.put("last_reload", (String) null);
        } else {
            json.object("last_reload", () -> {
                json.put("at", reload.at());
                json.put("successful", reload.failure() == null);
                json.put("failure", reload.failure());
            });
        }
        if (query.withConfig()) {
            json.array("config", status.config().values(), value -> {
                json.put("key", value.key());
                json.put("value", value.value());
                json.put("source", value.source());
            });
        }
    }

    private static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
