package io.tpp.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Writes a report: a page with tables, the raw numbers, and a plot. */
final class Pages {
    private final Report report;
    private final Settings settings;

    Pages(Report report, Settings settings) {
        this.report = report;
        this.settings = settings;
    }

    void write(List<String> facts) throws IOException {
        Path folder = Files.createDirectories(settings.folder());
        Files.write(folder.resolve("report.md"), page(facts));
        Files.write(folder.resolve("raw.csv"), raw());
        Files.writeString(folder.resolve("cpu.svg"), new Plot(cpu()).svg());
    }

    private List<Plot.Bar> cpu() {
        return subjects(Settings.Row.CPU)
                .map(subject -> new Plot.Bar(subject, report.figures(Settings.Row.CPU, subject, Report.CPU)))
                .sorted(Comparator.comparingDouble(bar -> bar.figures().median()))
                .toList();
    }

    private List<String> raw() {
        List<String> lines = new ArrayList<>(List.of("row,subject,figure,value"));
        report.raws()
                .forEach(raw -> lines.add(String.format(
                        Locale.ROOT, "%s,\"%s\",\"%s\",%f", raw.row(), raw.subject(), raw.figure(), raw.value())));
        return lines;
    }

    private List<String> page(List<String> facts) {
        List<String> lines = new ArrayList<>();
        facts.forEach(fact -> lines.add("- " + fact));
        lines.add("- %d connections, %d rounds of %d s, after %d s of warming; median (least–most)"
                .formatted(
                        settings.connections(),
                        settings.rounds(),
                        settings.round().toSeconds(),
                        settings.warm().toSeconds()));
        lines.addAll(List.of("", "| what | measured | target |", "|---|---|---|"));
        report.lines()
                .forEach(line -> lines.add("| %s | %s | %s |".formatted(line.what(), line.measured(), line.target())));
        report.rows().forEach(row -> lines.addAll(table(row)));
        return lines;
    }

    private List<String> table(Settings.Row row) {
        List<String> figures = report.raws().stream()
                .filter(raw -> raw.row() == row)
                .map(Report.Raw::figure)
                .distinct()
                .toList();
        List<String> lines = new ArrayList<>();
        lines.addAll(List.of("", row.name().toLowerCase(Locale.ROOT), ""));
        lines.add("| | " + String.join(" | ", figures) + " |");
        lines.add("|---|" + "---|".repeat(figures.size()));
        subjects(row).forEach(subject -> lines.add(tableLine(row, subject, figures)));
        return lines;
    }

    private String tableLine(Settings.Row row, String subject, List<String> figures) {
        StringBuilder line = new StringBuilder("| " + subject + " |");
        for (String figure : figures) {
            Figures values = report.figures(row, subject, figure);
            line.append(' ')
                    .append(values.values().isEmpty() ? "" : values.text(values.median() < 10 ? 2 : 1))
                    .append(" |");
        }
        return line.toString();
    }

    private Stream<String> subjects(Settings.Row row) {
        return report.raws().stream()
                .filter(raw -> raw.row() == row)
                .map(Report.Raw::subject)
                .distinct();
    }
}
