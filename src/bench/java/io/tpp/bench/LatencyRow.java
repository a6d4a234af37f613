package io.tpp.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How much later an answer comes through a proxy than from the upstream itself, at a rate that all of them can do. */
final class LatencyRow {
    private static final Settings.Row ROW = Settings.Row.LATENCY;
    private static final int RATE = 2_000;

    /**
     * Rounds that do not count: a server that has something to do for one client at a time, and now and then for none, takes
     * other ways than one that always has for many, and Java has not compiled these yet.
     */
    private static final int RUN_UP = 2;

    private final Settings settings;
    private final Report report;
    private final Server upstream;

    LatencyRow(Settings settings, Report report, Server upstream) {
        this.settings = settings;
        this.report = report;
        this.upstream = upstream;
    }

    void run() throws Exception {
        Rounds rounds = new Rounds(settings, report, ROW);
        try (Contenders contenders = Contenders.start(settings, upstream.port())) {
            for (Server server : contenders.java()) {
                rounds.warm(server, settings.connections());
            }
            for (Server server : contenders.others()) {
                server.confine(Cores.ofProxy());
            }
            List<Server> servers = new ArrayList<>(List.of(upstream));
            servers.addAll(contenders.all());
            for (int round = settings.warm().isZero() ? 0 : -RUN_UP; round < settings.rounds(); round++) {
                for (Server server : servers) {
                    Figures times = load(server);
                    if (round >= 0) {
                        report(server, times);
                    }
                }
            }
        }
        for (TokenProxy.Java java : TokenProxy.Java.values()) {
            summarize(java.label(), "p50");
            summarize(java.label(), "p99");
        }
    }

    private Figures load(Server server) throws Exception {
        return SteadyLoad.run(server, settings.connections(), RATE, settings.round());
    }

    private void report(Server server, Figures times) {
        report.raw(ROW, server.name(), "p50, µs", times.quantile(0.5));
        report.raw(ROW, server.name(), "p99, µs", times.quantile(0.99));
    }

    private void summarize(String tpp, String quantile) {
        double direct = median(upstream.name(), quantile);
        double ours = median(tpp, quantile) - direct;
        double haproxy = median("HAProxy", quantile) - direct;
        report.line(
                ROW,
                "added latency at %d requests a second, %s, %s ÷ HAProxy".formatted(RATE, quantile, tpp),
                String.format(Locale.ROOT, "%.2f (%.0f ÷ %.0f µs)", ours / haproxy, ours, haproxy),
                "≤ 2");
    }

    private double median(String subject, String quantile) {
        return report.figures(ROW, subject, quantile + ", µs").median();
    }
}
