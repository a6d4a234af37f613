package io.tpp.bench;

import java.util.List;

/**
 * Processor time a request, throughput and memory, at as many requests as one core can do: of requests without a body, or
 * of such as run a script.
 */
final class CpuRow {
    private final Settings.Row row;
    private final Settings settings;
    private final Report report;
    private final Server upstream;

    CpuRow(Settings.Row row, Settings settings, Report report, Server upstream) {
        this.row = row;
        this.settings = settings;
        this.report = report;
        this.upstream = upstream;
    }

    void run() throws Exception {
        Rounds rounds = new Rounds(settings, report, row, row == Settings.Row.POST);
        try (Contenders contenders = Contenders.start(settings, upstream.port())) {
            for (Server server : contenders.java()) {
                rounds.warm(server, settings.connections());
            }
            for (Server server : contenders.others()) {
                server.confine(Cores.ofProxy());
            }
            rounds.measure(contenders.all(), settings.connections());
        }
        summarize();
    }

    private void summarize() {
        for (TokenProxy.Java java : TokenProxy.Java.values()) {
            String tpp = java.label();
            List.of("HAProxy", "nginx").forEach(other -> cpu(tpp, other, other.equals("HAProxy") ? "≤ 1.6" : ""));
            cpu(tpp, "AsyncMiddleManServlet", "≤ 0.6");
            cpu(tpp, "ProxyHandler", "");
            report.line(
                    row,
                    "throughput, " + tpp + " ÷ ProxyHandler",
                    report.ratio(row, Report.THROUGHPUT, tpp, "ProxyHandler").text(2),
                    "≥ 1.15");
            report.line(
                    row,
                    "resident memory, " + tpp + ", MiB",
                    report.figures(row, tpp, Report.RESIDENT).text(0),
                    java == TokenProxy.Java.IMAGE ? "≤ 160" : "");
        }
    }

    private void cpu(String tpp, String other, String target) {
        report.line(
                row,
                "processor time a %s, ".formatted(row == Settings.Row.POST ? "POST" : "request") + tpp + " ÷ " + other,
                report.ratio(row, Report.CPU, tpp, other).text(2),
                target);
    }
}
