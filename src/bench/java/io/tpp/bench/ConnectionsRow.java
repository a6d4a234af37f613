package io.tpp.bench;

import java.util.List;
import java.util.Map;

/** Whether a request costs more when many other connections are open, each with its token. */
final class ConnectionsRow {
    private static final Settings.Row ROW = Settings.Row.CONNECTIONS;
    private static final int OPEN = 10_000;

    private final Settings settings;
    private final Report report;
    private final Server upstream;

    ConnectionsRow(Settings settings, Report report, Server upstream) {
        this.settings = settings;
        this.report = report;
        this.upstream = upstream;
    }

    void run() throws Exception {
        Rounds rounds = new Rounds(settings, report, ROW);
        String few = settings.connections() + " connections";
        String many = OPEN + " connections";
        try (TokenProxy alone = start(few);
                TokenProxy crowded = start(many);
                OpenConnections idle = new OpenConnections()) {
            rounds.warm(alone.server(), settings.connections());
            rounds.warm(crowded.server(), settings.connections());
            idle.open(crowded.server().port(), OPEN - settings.connections(), true);
            rounds.measure(List.of(alone.server(), crowded.server()), settings.connections());
        }
        report.line(
                ROW,
                "processor time a request, " + many + " open ÷ " + few,
                report.ratio(ROW, Report.CPU, many, few).text(2),
                "≤ 1.3");
    }

    private TokenProxy start(String name) throws Exception {
        int tokens = OPEN + settings.connections();
        return TokenProxy.start(settings, name, TokenProxy.Java.IMAGE, upstream.port(), tokens, Map.of());
    }
}
