package io.tpp.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tpp.json.Json;
import io.tpp.pool.CredentialRefusal;
import io.tpp.pool.PoolSnapshot;
import io.tpp.pool.PoolSnapshot.Health;
import java.util.List;
import java.util.Locale;

/** What {@code /health} says about the pool. */
final class HealthReport {
    /** How many refused credentials are listed, so that the answer stays short. */
    private static final int MOST_NAMED = 100;

    private HealthReport() {}

    static Answer of(PoolSnapshot pool, List<CredentialRefusal> refusals, String version) {
        Health status = pool.health();
        ObjectNode report = JsonNodeFactory.instance.objectNode();
        report.put("status", status.name().toLowerCase(Locale.ROOT));
        // Exactly these four in this order: scripts compare the text. Anything new goes behind it.
        report.putObject("pool")
                .put("total", pool.total())
                .put("in_use", pool.inUse())
                .put("available", pool.available())
                .put("waiting", pool.waiting());
        report.put("pool_size", pool.size());
        if (pool.lastLoginError() != null) {
            report.put("last_login_error", pool.lastLoginError());
        }
        if (!refusals.isEmpty()) {
            report.put("credentials_refused", refusals.size());
            ArrayNode named = report.putArray("refused_credentials");
            refusals.stream()
                    .limit(MOST_NAMED)
                    .forEach(refusal -> named.addObject()
                            .put("position", refusal.position())
                            .put("reason", refusal.reason()));
        }
        report.put("version", version);
        return Answer.json(status == Health.UNHEALTHY ? 503 : 200, Json.text(report));
    }
}
