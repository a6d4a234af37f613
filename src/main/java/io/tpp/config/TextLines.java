package io.tpp.config;

import java.util.ArrayList;
import java.util.List;

/** The lines of a file that has one entry a line. */
final class TextLines {
    /**
     * A line that counts.
     *
     * @param number from 1
     * @param text without its line break and the blanks before it
     */
    record Line(int number, String text) {}

    private TextLines() {}

    /** Returns the lines that are neither blank nor start with {@code #}. */
    static List<Line> of(String text) {
        List<Line> lines = new ArrayList<>();
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            String entry = (line.endsWith("\r") ? line.substring(0, line.length() - 1) : line).stripLeading();
            if (!entry.isEmpty() && !entry.startsWith("#")) {
                lines.add(new Line(number, entry));
            }
        }
        return lines;
    }
}
