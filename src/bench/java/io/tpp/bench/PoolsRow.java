package io.tpp.bench;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Whether a large pool makes requests, the status page or a scrape slower. */
final class PoolsRow {
    private static final Settings.Row ROW = Settings.Row.POOLS;
    private static final List<Integer> SIZES = List.of(10, 1_000, 100_000);

    /** As many as the smallest has tokens for. */
    private static final int CONNECTIONS = 10;

    private final Settings settings;
    private final Report report;
    private final Server upstream;
    private final List<TokenProxy> proxies = new ArrayList<>();

    PoolsRow(Settings settings, Report report, Server upstream) {
        this.settings = settings;
        this.report = report;
        this.upstream = upstream;
    }

    void run() throws Exception {
        Rounds rounds = new Rounds(settings, report, ROW);
        try {
            for (int size : SIZES) {
                proxies.add(
                        TokenProxy.start(settings, name(size), TokenProxy.Java.IMAGE, upstream.port(), size, Map.of()));
            }
            for (TokenProxy proxy : proxies) {
                rounds.warm(proxy.server(), CONNECTIONS);
            }
            rounds.measure(proxies.stream().map(TokenProxy::server).toList(), CONNECTIONS);
            for (TokenProxy proxy : proxies) {
                pages(proxy);
            }
        } finally {
            proxies.forEach(TokenProxy::close);
        }
        summarize();
    }

    private static String name(int size) {
        return size + " tokens";
    }

    private void pages(TokenProxy proxy) throws IOException {
        for (int round = 0; round < settings.rounds(); round++) {
            for (String path : List.of("/", "/status.json", "/metrics", "/health")) {
                long began = System.nanoTime();
                try (InputStream page = proxy.healthUri(path).toURL().openStream()) {
                    page.readAllBytes();
                }
                report.raw(ROW, proxy.server().name(), path + ", ms", (System.nanoTime() - began) / 1e6);
            }
        }
    }

    private void summarize() {
        String small = name(SIZES.get(0));
        String large = name(SIZES.get(SIZES.size() - 1));
        report.line(
                ROW,
                "processor time a request, " + large + " ÷ " + small,
                report.ratio(ROW, Report.CPU, large, small).text(2),
                "the same");
        for (String path : List.of("/status.json", "/metrics")) {
            report.line(
                    ROW,
                    path + " with " + large + ", ms",
                    report.figures(ROW, large, path + ", ms").text(0),
                    "quick");
        }
    }
}
