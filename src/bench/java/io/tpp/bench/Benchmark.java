package io.tpp.bench;

import java.util.List;

/** Measures row after row. */
final class Benchmark {
    private Benchmark() {}

    /** As {@link BenchmarkIT}, without Maven: with the classes of tests and benchmark and what they need on the class path. */
    public static void main(String[] arguments) throws Exception {
        run(Settings.ofSystemProperties());
        System.exit(0);
    }

    static Report run(Settings settings) throws Exception {
        Tools.check();
        List<String> facts = Machine.facts(settings);
        // For what it does itself as load, and for what it starts as such.
        Cores.confine(ProcessHandle.current().pid(), Cores.ofLoad());
        Report report = new Report();
        try (Server upstream = Upstream.start(settings)) {
            for (Settings.Row row : settings.rows()) {
                measurement(row, settings, report, upstream).run();
                report.done(row);
                new Pages(report, settings).write(facts);
            }
        }
        return report;
    }

    private interface Measurement {
        void run() throws Exception;
    }

    private static Measurement measurement(Settings.Row row, Settings settings, Report report, Server upstream) {
        return switch (row) {
            case CPU, POST -> new CpuRow(row, settings, report, upstream)::run;
            case LATENCY -> new LatencyRow(settings, report, upstream)::run;
            case BODIES -> new BodiesRow(settings, report)::run;
            case CONNECTIONS -> new ConnectionsRow(settings, report, upstream)::run;
            case MEMORY -> new MemoryRow(settings, report, upstream)::run;
            case POOLS -> new PoolsRow(settings, report, upstream)::run;
            case START -> new StartRow(settings, report, upstream)::run;
            case AGENT -> new AgentRow(settings, report, upstream)::run;
            case POOL -> new PoolRow(settings, report)::run;
        };
    }
}
