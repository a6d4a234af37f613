package io.tpp.bench;

import io.tpp.pool.PoolBenchmark;
import java.util.Locale;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** What acquiring and releasing a token costs by itself: JMH. */
final class PoolRow {
    private static final Settings.Row ROW = Settings.Row.POOL;
    private static final String FIGURE = "acquire and release, µs";

    private final Settings settings;
    private final Report report;

    PoolRow(Settings settings, Report report) {
        this.settings = settings;
        this.report = report;
    }

    void run() throws Exception {
        Options options = new OptionsBuilder()
                .include(PoolBenchmark.class.getName())
                .jvm(settings.java("java").toString())
                .forks(1)
                .warmupIterations(3)
                .warmupTime(TimeValue.milliseconds(settings.round().toMillis() / 2))
                .measurementIterations(settings.rounds())
                .measurementTime(TimeValue.milliseconds(settings.round().toMillis() / 2))
                .build();
        for (RunResult result : new Runner(options).run()) {
            note(result);
        }
    }

    private void note(RunResult result) {
        String subject = subject(result.getParams());
        result.getBenchmarkResults()
                .forEach(fork -> fork.getIterationResults()
                        .forEach(each -> report.raw(
                                ROW, subject, FIGURE, each.getPrimaryResult().getScore())));
        report.line(
                ROW,
                "pool, " + subject + ", µs",
                String.format(
                        Locale.ROOT,
                        "%.3f",
                        report.figures(ROW, subject, FIGURE).median()),
                "≤ 0.5");
    }

    private static String subject(BenchmarkParams params) {
        String name = params.getBenchmark().replaceFirst(".*\\.", "");
        String waiting = params.getParam("waiting");
        return waiting == null ? name + ", tokens free" : name + ", " + waiting + " waiting";
    }
}
