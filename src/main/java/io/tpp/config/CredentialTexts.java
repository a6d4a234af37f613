package io.tpp.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads the files of the credentials, at the start and again later.
 *
 * <p>What is no regular file, such as the pipe of a shell's {@code <(command)}, gives its content only
 * once, so it is remembered; and none is opened later, because that might block for ever.
 *
 * <p>One thread at a time.
 */
final class CredentialTexts {
    private final Set<Path> paths = new LinkedHashSet<>();
    private final Map<Path, String> pipes = new HashMap<>();
    private boolean starting = true;

    /**
     * Returns the text of a file.
     *
     * @throws InvalidValue saying why it cannot be read; neither the path nor the content is in it
     */
    String read(Path path) throws InvalidValue {
        paths.add(path);
        String piped = pipes.get(path);
        if (piped != null) {
            return piped;
        }
        boolean special = Files.exists(path) && !Files.isRegularFile(path) && !Files.isDirectory(path);
        if (special && !starting) {
            throw InvalidValue.unshown("cannot be read: it is no regular file any more");
        }
        String text = TextFile.read(path);
        if (special) {
            pipes.put(path, text);
        }
        return text;
    }

    /** Returns what reads other files, but knows what pipes gave, and opens none. */
    CredentialTexts again() {
        CredentialTexts next = new CredentialTexts();
        next.pipes.putAll(pipes);
        next.started();
        return next;
    }

    /** From now on, only regular files are opened. */
    void started() {
        starting = false;
    }

    /** Returns the files that may change, in the order in which they were first read. */
    List<Path> regularFiles() {
        return paths.stream().filter(path -> !pipes.containsKey(path)).toList();
    }
}
