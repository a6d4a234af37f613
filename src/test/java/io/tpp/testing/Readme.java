package io.tpp.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** README.md and the pages it leads to, read as text. */
public final class Readme {
    private Readme() {}

    public static String text() {
        return text(Path.of("README.md"));
    }

    public static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the pages that say more than README.md has room for. */
    public static List<Path> pages() {
        try (Stream<Path> files = Files.list(Path.of("src/site/markdown"))) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the rows, cell by cell without quotes, of README.md's table whose first column has that heading. */
    public static List<List<String>> table(String firstHeading) {
        return table(text(), firstHeading);
    }

    /** The same of another text. */
    public static List<List<String>> table(String text, String firstHeading) {
        return text.lines()
                .dropWhile(line -> !line.startsWith("| " + firstHeading + " |"))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .map(line -> Stream.of(line.substring(1).split("\\|", -1))
                        .map(cell -> cell.strip().replace("`", ""))
                        .toList())
                .toList();
    }
}
