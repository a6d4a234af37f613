package io.tpp.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.CompletableFuture;

/** {@code GET /sim/stats} on the side port: what the simulator saw, as JSON, for the demo. */
final class Stats implements HttpHandler {
    static final String PATH = "/sim/stats";

    private final DolphinDbSimulator simulator;

    Stats(DolphinDbSimulator simulator) {
        this.simulator = simulator;
    }

    @Override
    public CompletableFuture<HttpAnswer> handle(Exchange exchange) {
        HttpAnswer answer = exchange.request().path().equals(PATH)
                ? HttpAnswer.json(200, Json.bytes(stats()))
                : HttpAnswer.of(404, "text/plain", "See " + PATH + "\n");
        return CompletableFuture.completedFuture(answer);
    }

    private ObjectNode stats() {
        ObjectNode stats = Json.object();
        stats.put("logins", simulator.loginCount())
                .put("peak_parallel_logins", simulator.peakParallelLogins())
                .put("tokens_live", simulator.tokensLive())
                .put("requests", simulator.requestCount())
                .put("in_flight", simulator.inFlight())
                .put("aborted", simulator.aborted())
                .put("sessions", simulator.sessionsOpened())
                .put("connections", simulator.openConnections());
        ObjectNode perUser = stats.putObject("logins_per_user");
        simulator.loginsPerUser().forEach(perUser::put);
        ObjectNode peaks = stats.putObject("peak_requests_at_once_per_token");
        simulator.peakConcurrencyPerToken().forEach((token, peak) -> peaks.put(Integer.toString(token), peak));
        simulator.violations().forEach(stats.putArray("violations")::add);
        return stats;
    }
}
