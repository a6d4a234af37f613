package io.tpp.bench;

import io.tpp.testing.OtlpReceiver;
import java.util.List;
import java.util.Map;

/** What traces and metrics cost: the OpenTelemetry agent, which traces one request in a hundred. */
final class AgentRow {
    private static final Settings.Row ROW = Settings.Row.AGENT;
    private static final String OFF = "agent off";
    private static final String ON = "agent on, 1 % of the requests";
    private static final int TOKENS = 100;

    private final Settings settings;
    private final Report report;
    private final Server upstream;

    AgentRow(Settings settings, Report report, Server upstream) {
        this.settings = settings;
        this.report = report;
        this.upstream = upstream;
    }

    void run() throws Exception {
        Rounds rounds = new Rounds(settings, report, ROW);
        try (OtlpReceiver receiver = OtlpReceiver.start();
                TokenProxy off = start(OFF, Map.of());
                TokenProxy on = start(
                        ON,
                        Map.of(
                                "TPP_TELEMETRY_OTLP_ENDPOINT", receiver.address(),
                                "OTEL_TRACES_SAMPLER", "parentbased_traceidratio",
                                "OTEL_TRACES_SAMPLER_ARG", "0.01"))) {
            rounds.warm(off.server(), settings.connections());
            rounds.warm(on.server(), settings.connections());
            rounds.measure(List.of(off.server(), on.server()), settings.connections());
        }
        report.line(
                ROW,
                "processor time a request, " + ON + " ÷ " + OFF,
                report.ratio(ROW, Report.CPU, ON, OFF).text(2),
                "≤ 1.25");
    }

    private TokenProxy start(String name, Map<String, String> further) throws Exception {
        return TokenProxy.start(settings, name, TokenProxy.Java.IMAGE, upstream.port(), TOKENS, further);
    }
}
