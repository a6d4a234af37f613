package io.tpp.config;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Finds what a user may have meant by a key that TPP does not know. */
final class UnknownKeys {
    private static final List<String> PATHS = Stream.concat(
                    Arrays.stream(Key.values()).flatMap(key -> Stream.of(key.path(), key.section())),
                    Stream.of("credentials"))
            .filter(path -> !path.isEmpty())
            .distinct()
            .toList();

    private UnknownKeys() {}

    /** Returns the problem that a key in the file is. */
    static String describe(String name) {
        if (name.startsWith("credential.") || name.startsWith("credentials[")) {
            // Where a password may stand on the wrong side of a ':', the key is not repeated.
            int dot = name.indexOf('.');
            String section = dot < 0 ? "credentials" : name.substring(0, dot);
            return "unknown key in " + section + "; known are username, password and password_file"
                    + suggestion("credential." + leaf(name)).replace("credential.", section + ".");
        }
        return "unknown key " + Shown.text(name) + suggestion(name);
    }

    private static String suggestion(String name) {
        String nearest = PATHS.stream()
                .min(Comparator.comparingInt(path -> difference(name, path)))
                .orElseThrow();
        int allowed = Math.max(2, leaf(name).length() / 3);
        return difference(name, nearest) <= allowed ? "; did you mean " + nearest + "?" : "";
    }

    /** Compares whole paths, or only their last parts when a key stands in the wrong section. */
    private static int difference(String name, String path) {
        return Math.min(distance(name, path), 1 + distance(leaf(name), leaf(path)));
    }

    private static String leaf(String path) {
        return path.substring(path.lastIndexOf('.') + 1);
    }

    /** Returns how many letters must be put in, left out or replaced (Levenshtein), case aside. */
    static int distance(String a, String b) {
        String left = a.toLowerCase(Locale.ROOT);
        String right = b.toLowerCase(Locale.ROOT);
        int[] row = IntStream.rangeClosed(0, right.length()).toArray();
        for (int i = 1; i <= left.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.length(); j++) {
                int replaced = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[right.length()];
    }
}
