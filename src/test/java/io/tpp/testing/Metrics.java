package io.tpp.testing;

import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;

/** TPP's metrics at one instant, as scraped. Immutable. */
public final class Metrics {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Map<String, Double> values;

    private Metrics(Map<String, Double> values) {
        this.values = values;
    }

    /** Scrapes them from the port where health is. */
    public static Metrics at(int healthPort) {
        try (RawClient client = RawClient.connect(healthPort, LIMIT)) {
            client.send("GET /metrics HTTP/1.1\r\nHost: tpp\r\nConnection: close\r\n\r\n");
            return parse(client.read().body());
        }
    }

    private static Metrics parse(String text) {
        return new Metrics(text.lines()
                .filter(line -> !line.startsWith("#"))
                .collect(Collectors.toMap(
                        line -> line.substring(0, line.lastIndexOf(' ')),
                        line -> Double.valueOf(line.substring(line.lastIndexOf(' ') + 1)))));
    }

    /** Returns the value of a series that may not be there, because nothing was counted yet. */
    public double valueOrZero(String series) {
        return values.getOrDefault(series, 0.0);
    }

    /** Returns the value of a series, with its labels as they stand there. */
    public double value(String series) {
        Double value = values.get(series);
        if (value == null) {
            throw new AssertionError("no " + series + " in " + values.keySet());
        }
        return value;
    }
}
