package io.tpp.soak;

import io.tpp.Rig;
import io.tpp.testing.RawClient;
import java.util.Map;
import java.util.stream.Collectors;

/** TPP's metrics at one instant, as scraped. Immutable. */
final class Metrics {
    private final Map<String, Double> values;

    private Metrics(Map<String, Double> values) {
        this.values = values;
    }

    static Metrics of(Rig rig) {
        try (RawClient client = RawClient.connect(rig.healthPort(), Visit.LIMIT)) {
            client.send("GET /metrics HTTP/1.1\r\nHost: soak\r\nConnection: close\r\n\r\n");
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

    /** Returns the value of a series, with its labels as they stand there. */
    double value(String series) {
        Double value = values.get(series);
        if (value == null) {
            throw new AssertionError("no " + series + " in " + values.keySet());
        }
        return value;
    }
}
