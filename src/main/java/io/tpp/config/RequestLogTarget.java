package io.tpp.config;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where requests are logged.
 *
 * @param enabled whether at all
 * @param file null: to standard output
 */
public record RequestLogTarget(boolean enabled, @Nullable Path file) {
    public static final RequestLogTarget NONE = new RequestLogTarget(false, null);

    static RequestLogTarget parse(String text) throws InvalidValue {
        return switch (text) {
            case "none" -> NONE;
            case "stdout" -> new RequestLogTarget(true, null);
            default -> new RequestLogTarget(true, file(text));
        };
    }

    private static Path file(String text) throws InvalidValue {
        try {
            Path path = Path.of(text);
            Path directory = path.toAbsolutePath().getParent();
            if (directory != null && Files.isDirectory(directory) && !Files.isDirectory(path)) {
                return path;
            }
        } catch (InvalidPathException e) {
            // Said below, as of any other text that is no place for a file.
        }
        throw InvalidValue.of("must be 'none', 'stdout' or a file in a directory that exists");
    }

    /** As it stands in the file. */
    @Override
    public String toString() {
        if (!enabled) {
            return "none";
        }
        return file == null ? "stdout" : file.toString();
    }
}
