package io.tpp.bench;

import java.util.List;
import java.util.Locale;

/** Bars, one a line, with the range of what was measured: SVG. */
record Plot(List<Bar> bars) {
    private static final int WIDTH = 720;
    private static final int NAMES = 190;
    private static final int ROW = 28;
    private static final int TITLE = 30;

    /** One of them; its length is the median. */
    record Bar(String name, Figures figures) {}

    String svg() {
        double most = bars.stream()
                .mapToDouble(bar -> bar.figures().quantile(1))
                .max()
                .orElse(1);
        double unit = (WIDTH - NAMES - 80) / most;
        StringBuilder svg = new StringBuilder();
        svg.append(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\" font-size=\"13\">%n"
                        .formatted(WIDTH, TITLE + ROW * bars.size() + 8));
        svg.append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
        svg.append("<text x=\"8\" y=\"20\" font-weight=\"bold\">%s</text>%n".formatted(Report.CPU));
        for (int i = 0; i < bars.size(); i++) {
            bar(svg, bars.get(i), TITLE + i * ROW, unit);
        }
        return svg.append("</svg>\n").toString();
    }

    private static void bar(StringBuilder svg, Bar bar, int top, double unit) {
        Figures figures = bar.figures();
        double middle = top + ROW / 2.0;
        double length = figures.median() * unit;
        String color = bar.name().startsWith("TPP") ? "#c0504d" : "#8aa4c8";
        svg.append(text("<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>", NAMES - 8, middle + 4, bar.name()));
        svg.append(text(
                "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>",
                NAMES, top + 4, length, ROW - 8, color));
        svg.append(text(
                "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"black\"/>",
                NAMES + figures.quantile(0) * unit, NAMES + figures.quantile(1) * unit, middle, middle));
        svg.append(text(
                "<text x=\"%.1f\" y=\"%.1f\">%.1f</text>",
                NAMES + figures.quantile(1) * unit + 6, middle + 4, figures.median()));
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format + "%n", values);
    }
}
