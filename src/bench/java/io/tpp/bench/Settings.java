package io.tpp.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is measured and for how long, each a system property.
 *
 * @param rows {@code bench.rows}: what to measure, separated by commas; all if absent
 * @param warm {@code bench.warm}: how many seconds each Java proxy is put under load on all cores beforehand
 * @param rounds {@code bench.rounds}: how often each figure is taken
 * @param round {@code bench.seconds}: how long one round of load takes
 * @param connections {@code bench.connections}: how many connections the load keeps busy
 * @param java {@code bench.java}: the home of the Java that the proxies run on; that of this process if absent
 * @param folder where the report goes
 */
record Settings(List<Row> rows, Duration warm, int rounds, Duration round, int connections, Path java, Path folder) {
    /** What can be measured. */
    enum Row {
        CPU,
        POST,
        LATENCY,
        BODIES,
        CONNECTIONS,
        MEMORY,
        POOLS,
        START,
        AGENT,
        POOL
    }

    static Settings ofSystemProperties() {
        return new Settings(
                rows(System.getProperty("bench.rows")),
                Duration.ofSeconds(Integer.getInteger("bench.warm", 30)),
                Integer.getInteger("bench.rounds", 5),
                Duration.ofSeconds(Integer.getInteger("bench.seconds", 5)),
                Integer.getInteger("bench.connections", 64),
                Path.of(System.getProperty("bench.java", System.getProperty("java.home"))),
                Path.of("target/bench").toAbsolutePath());
    }

    private static List<Row> rows(@Nullable String names) {
        if (names == null || names.isBlank()) {
            return List.of(Row.values());
        }
        return Stream.of(names.split(","))
                .map(name -> Row.valueOf(name.strip().toUpperCase(Locale.ROOT)))
                .toList();
    }

    /** Returns a program of that Java. */
    Path java(String program) {
        return java.resolve("bin").resolve(program);
    }
}
