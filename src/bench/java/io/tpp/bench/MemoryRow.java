package io.tpp.bench;

import static org.awaitility.Awaitility.await;

import io.tpp.testing.Command;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a client connection takes of memory: of the heap after a full collection, which says what is held, and resident,
 * which says what the machine must have.
 */
final class MemoryRow {
    private static final Settings.Row ROW = Settings.Row.MEMORY;
    private static final int CONNECTIONS = 10_000;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");
    private static final double KIB = 1024;

    private final Settings settings;
    private final Report report;
    private final Server upstream;

    /** In KiB. */
    private record Memory(double heap, double resident) {}

    MemoryRow(Settings settings, Report report, Server upstream) {
        this.settings = settings;
        this.report = report;
        this.upstream = upstream;
    }

    void run() throws Exception {
        for (int round = 0; round < Math.min(3, settings.rounds()); round++) {
            measure("an idle connection", CONNECTIONS, true);
            measure("a waiting connection", 1, false);
        }
        summarize("an idle connection");
        summarize("a waiting connection");
    }

    private void measure(String what, int tokens, boolean answered) throws Exception {
        Map<String, String> keepLeases = Map.of("TPP_TOKEN_IDLE_RECLAIM_SECONDS", "0");
        try (TokenProxy tpp =
                        TokenProxy.start(settings, what, TokenProxy.Java.IMAGE, upstream.port(), tokens, keepLeases);
                OpenConnections connections = new OpenConnections()) {
            if (!answered) {
                // It holds the only token.
                connections.open(tpp.server().port(), 1, true);
            }
            Memory before = memory(tpp);
            connections.open(tpp.server().port(), CONNECTIONS, answered);
            await().atMost(LIMIT)
                    .until(() -> answered || tpp.pool().path("waiting").asInt() == CONNECTIONS);
            Memory after = memory(tpp);
            report.raw(ROW, what, "heap, KiB", (after.heap() - before.heap()) / CONNECTIONS);
            report.raw(ROW, what, "resident, KiB", (after.resident() - before.resident()) / CONNECTIONS);
        }
    }

    private Memory memory(TokenProxy tpp) throws IOException, InterruptedException {
        long pid = tpp.server().pid();
        String histogram = Command.of(settings.java("jcmd"), pid, "GC.class_histogram")
                .run(LIMIT)
                .well()
                .out();
        Matcher total = TOTAL.matcher(histogram);
        if (!total.find()) {
            throw new AssertionError("not understood: " + histogram);
        }
        return new Memory(Long.parseLong(total.group(1)) / KIB, ProcessStat.residentMebibytes(pid) * KIB);
    }

    private void summarize(String what) {
        Figures heap = report.figures(ROW, what, "heap, KiB");
        Figures resident = report.figures(ROW, what, "resident, KiB");
        report.line(
                ROW,
                "memory of " + what + ", KiB",
                String.format(Locale.ROOT, "heap %.1f, resident %.1f", heap.median(), resident.median()),
                "≤ 12");
    }
}
