package io.tpp.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Puts servers under load in turn, round after round, so that what else the machine does falls on all of them. */
final class Rounds {
    private static final Duration RUN_UP = Duration.ofSeconds(1);

    /** How long a server is put under load on its own core before it counts: there is more for it to do at once then. */
    private static final Duration SETTLING = Duration.ofSeconds(15);

    /** How long compilers may go on once the load that warms has ended, and how often they are looked at. */
    private static final Duration COMPILING = Duration.ofSeconds(60);

    private static final Duration LOOK = Duration.ofMillis(500);

    /** A server without a request uses less of a core. */
    private static final double IDLE = 0.05;

    private final Settings settings;
    private final Report report;
    private final Settings.Row row;
    private final boolean scripts;

    Rounds(Settings settings, Report report, Settings.Row row) {
        this(settings, report, row, false);
    }

    /** {@code scripts}: whether requests carry a script, as those do that run one. */
    Rounds(Settings settings, Report report, Settings.Row row, boolean scripts) {
        this.settings = settings;
        this.report = report;
        this.row = row;
        this.scripts = scripts;
    }

    /** Lets the compiler of a Java machine do its work, on all cores at first and then on the one that counts. */
    void warm(Server server, int connections) throws IOException, InterruptedException {
        server.confine(Cores.all());
        if (!settings.warm().isZero()) {
            wrk(server, connections, settings.warm(), Cores.all());
            awaitIdle(server);
        }
        server.confine(Cores.ofProxy());
        if (!settings.warm().isZero()) {
            wrk(server, connections, SETTLING, Cores.ofLoad());
            awaitIdle(server);
        }
    }

    /** Else what the compiler has still to do would be counted in the first rounds. */
    private static void awaitIdle(Server server) throws IOException, InterruptedException {
        long end = System.nanoTime() + COMPILING.toNanos();
        double used = 1;
        while (used > IDLE && System.nanoTime() < end) {
            double before = ProcessStat.processorSeconds(server.pid());
            Thread.sleep(LOOK.toMillis());
            used = (ProcessStat.processorSeconds(server.pid()) - before) * 1000 / LOOK.toMillis();
        }
    }

    /** Measures each of them {@link Settings#rounds} times. */
    void measure(List<Server> servers, int connections) throws Exception {
        for (int round = 0; round < settings.rounds(); round++) {
            for (Server server : servers) {
                measure(server, connections);
            }
        }
    }

    /** One round of one server. */
    void measure(Server server, int connections) throws IOException, InterruptedException {
        wrk(server, connections, RUN_UP, Cores.ofLoad());
        double usedBefore = ProcessStat.processorSeconds(server.pid());
        long began = System.nanoTime();
        long requests = wrk(server, connections, settings.round(), Cores.ofLoad());
        double seconds = (System.nanoTime() - began) / 1e9;
        double used = ProcessStat.processorSeconds(server.pid()) - usedBefore;
        report.raw(row, server.name(), Report.CPU, used * 1e6 / requests);
        report.raw(row, server.name(), Report.THROUGHPUT, requests / seconds);
        report.raw(row, server.name(), Report.RESIDENT, ProcessStat.residentMebibytes(server.pid()));
    }

    private long wrk(Server server, int connections, Duration duration, String cores)
            throws IOException, InterruptedException {
        Wrk wrk = new Wrk(connections, duration, cores);
        return scripts ? wrk.runScripts(server, settings.folder()) : wrk.run(server);
    }
}
