package io.tpp.bench;

import io.tpp.testing.ChildProcess;
import io.tpp.testing.Command;
import io.tpp.testing.Programs;
import io.tpp.testing.RawClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** How long it takes from the start of the process until {@code /livez} answers, on all cores. */
final class StartRow {
    private static final Settings.Row ROW = Settings.Row.START;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static final String WITH = "with the archive of classes";
    private static final String WITHOUT = "without";
    private static final String FIGURE = "start to /livez, s";

    private final Settings settings;
    private final Report report;
    private final Server upstream;

    StartRow(Settings settings, Report report, Server upstream) {
        this.settings = settings;
        this.report = report;
        this.upstream = upstream;
    }

    void run() throws Exception {
        Path archive = archive();
        Path configuration = configuration();
        String option = javaFeature() >= 25 ? "-XX:AOTCache=" : "-XX:SharedArchiveFile=";
        for (int round = 0; round < settings.rounds(); round++) {
            report.raw(ROW, WITH, FIGURE, start(configuration, List.of(option + archive)));
            report.raw(ROW, WITHOUT, FIGURE, start(configuration, List.of()));
        }
        report.line(
                ROW,
                "start to /livez " + WITH + ", s",
                report.figures(ROW, WITH, FIGURE).text(2),
                "≤ 1");
    }

    private int javaFeature() throws Exception {
        String version =
                Command.of(settings.java("java"), "--version").run(LIMIT).well().out();
        return Integer.parseInt(version.replaceFirst("(?s)^\\S+ (\\d+).*", "$1"));
    }

    private Path archive() throws Exception {
        Path archive = Files.createDirectories(settings.folder()).resolve("tpp.aot");
        Command.of("deploy/docker/make-archive", jar(), "deploy/docker/java.options", archive)
                .with("PATH", settings.java("java").getParent() + ":" + System.getenv("PATH"))
                .run(Duration.ofMinutes(2))
                .well();
        return archive;
    }

    private static Path jar() {
        return Path.of("target/tpp.jar").toAbsolutePath();
    }

    /** It is read as in the image; what it says is in the environment, which wins. */
    private Path configuration() throws IOException {
        Path file = Files.createDirectories(settings.folder()).resolve("start.yaml");
        return Files.writeString(file, "token: {pool_size: 1}\n");
    }

    private double start(Path configuration, List<String> options) throws IOException {
        int health = Programs.freePort();
        List<Object> words = new ArrayList<>(List.of(Tools.path("taskset"), "-c", Cores.all()));
        words.add(settings.java("java"));
        words.addAll(TokenProxy.Java.IMAGE.options());
        words.addAll(options);
        words.addAll(List.of("-jar", jar(), "--config", configuration));
        Command command = Command.of(words.toArray());
        TokenProxy.environment(Programs.freePort(), health, upstream.port(), 1).forEach(command::with);
        long began = System.nanoTime();
        ChildProcess tpp = command.start();
        try {
            awaitLive(health, began);
            return (System.nanoTime() - began) / 1e9;
        } finally {
            tpp.close();
        }
    }

    /** Asks again and again, because each pause would be counted. */
    private static void awaitLive(int port, long began) {
        while (!isLive(port)) {
            if (System.nanoTime() - began > LIMIT.toNanos()) {
                throw new AssertionError("did not start within " + LIMIT);
            }
            LockSupport.parkNanos(2_000_000);
        }
    }

    /** With as little work as may be, since it is done on the processors that TPP starts on. */
    private static boolean isLive(int port) {
        try (RawClient client = RawClient.connect(port)) {
            return client.send("GET /livez HTTP/1.1\r\nHost: a\r\n\r\n").read().status() == 200;
        } catch (UncheckedIOException notYet) {
            return false;
        }
    }
}
