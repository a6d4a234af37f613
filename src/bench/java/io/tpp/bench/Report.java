package io.tpp.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What was measured, and what it comes to. */
final class Report {
    static final String CPU = "processor time, µs a request";
    static final String THROUGHPUT = "requests a second";
    static final String RESIDENT = "resident memory, MiB";

    /** One figure of one round. */
    record Raw(Settings.Row row, String subject, String figure, double value) {}

    /** One line of the summary. */
    record Line(Settings.Row row, String what, String measured, String target) {}

    private final List<Raw> raws = new ArrayList<>();
    private final List<Line> lines = new ArrayList<>();
    private final List<Settings.Row> rows = new ArrayList<>();

    void raw(Settings.Row row, String subject, String figure, double value) {
        raws.add(new Raw(row, subject, figure, value));
        System.out.printf(Locale.ROOT, "%s, %s: %s %.3f%n", row, subject, figure, value);
    }

    List<Raw> raws() {
        return raws;
    }

    Figures figures(Settings.Row row, String subject, String figure) {
        return new Figures(raws.stream()
                .filter(raw -> raw.row() == row
                        && raw.subject().equals(subject)
                        && raw.figure().equals(figure))
                .map(Raw::value)
                .toList());
    }

    /** Returns the ratios of two subjects, round by round. */
    Figures ratio(Settings.Row row, String figure, String subject, String to) {
        List<Double> values = figures(row, subject, figure).values();
        List<Double> others = figures(row, to, figure).values();
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < Math.min(values.size(), others.size()); round++) {
            ratios.add(values.get(round) / others.get(round));
        }
        return new Figures(ratios);
    }

    void line(Settings.Row row, String what, String measured, String target) {
        lines.add(new Line(row, what, measured, target));
    }

    List<Line> lines() {
        return lines;
    }

    /** Notes that a row is through. */
    void done(Settings.Row row) {
        rows.add(row);
    }

    List<Settings.Row> rows() {
        return rows;
    }
}
