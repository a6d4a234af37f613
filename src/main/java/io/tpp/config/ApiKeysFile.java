package io.tpp.config;

import io.tpp.access.ApiKey;
import io.tpp.access.ApiKeys;
import io.tpp.secret.SecretHash;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The file named by {@code access.api_keys_file}: {@code name:sha256-of-key} a line.
 *
 * <p>Blank lines and lines that start with {@code #} do not count. A name may stand on several lines: a client may have
 * several keys, such as the old one and the new one while it changes from one to the other.
 *
 * @param keys what it held when the configuration was read
 */
public record ApiKeysFile(Path path, ApiKeys keys) {
    private static final String FORM = "name:sha256-of-key, as `tpp key NAME` prints it";

    public ApiKeysFile {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(keys, "keys");
    }

    /** Returns whether it is a pipe, or the like, whose content was read already. */
    public boolean canBeReadOnlyOnce() {
        return Files.exists(path) && !Files.isRegularFile(path);
    }

    /**
     * Reads the file again. May block as long as a disk takes.
     *
     * @throws ConfigException with everything that is wrong with it, never with any of its content
     */
    public ApiKeys read() throws ConfigException {
        Problems problems = new Problems(List.of());
        ApiKeys read = new ApiKeys(Map.of());
        try {
            read = parse(path, problems);
        } catch (InvalidValue e) {
            problems.add(Key.API_KEYS_FILE.path(), String.valueOf(e.getMessage()));
        }
        problems.throwIfAny();
        return read;
    }

    /**
     * Reads a file; lines that are no keys are problems, reported without their content.
     *
     * @throws InvalidValue if it cannot be read
     */
    static ApiKeys parse(Path path, Problems problems) throws InvalidValue {
        return parse(ConfigLoader.nameOf(path), TextFile.read(path), problems);
    }

    private static ApiKeys parse(String fileName, String text, Problems problems) {
        Map<SecretHash, String> names = new HashMap<>();
        Map<SecretHash, Integer> lines = new HashMap<>();
        int before = problems.count();
        for (TextLines.Line line : TextLines.of(text)) {
            String source = fileName + ":" + line.number();
            try {
                SecretHash hash = hash(line.text());
                Integer first = lines.putIfAbsent(hash, line.number());
                if (first == null) {
                    names.put(hash, name(line.text()));
                } else {
                    problems.add(source, "is the key of line " + first + " again");
                }
            } catch (IllegalArgumentException e) {
                problems.add(source, String.valueOf(e.getMessage()));
            }
        }
        if (names.isEmpty() && problems.count() == before) {
            problems.add(fileName, "holds no keys; each line is " + FORM);
        }
        return new ApiKeys(names);
    }

    private static String name(String line) {
        return line.substring(0, line.indexOf(':')).strip();
    }

    private static SecretHash hash(String line) {
        int colon = line.indexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("the line must be " + FORM);
        }
        if (!ApiKey.isName(name(line))) {
            throw new IllegalArgumentException("the name before the ':' must be " + ApiKey.NAME_RULE);
        }
        try {
            return SecretHash.ofHex(line.substring(colon + 1).strip());
        } catch (IllegalArgumentException e) {
            // Who writes the key itself there must not find it in the log.
            throw new IllegalArgumentException("what follows the ':' " + e.getMessage() + ", the key's SHA-256", e);
        }
    }
}
