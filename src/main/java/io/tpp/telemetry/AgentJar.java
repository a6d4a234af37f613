package io.tpp.telemetry;

import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import org.jspecify.annotations.Nullable;

/**
 * The OpenTelemetry agent's jar as a file, which is what Java needs to load it.
 *
 * <p>One that lies beside {@code tpp.jar} comes first, for those who want another version or cannot give a
 * directory for temporary files. Else the one inside {@code tpp.jar} is written to such a directory, which only the
 * process's own user can enter.
 *
 * @param path the file
 * @param directory what was made for it; null: nothing, it was there
 */
record AgentJar(Path path, @Nullable Path directory) {
    private static final String NAME = "opentelemetry-javaagent.jar";
    private static final String INSIDE = "/META-INF/tpp/" + NAME;

    /**
     * Returns the agent's jar, or null if there is none.
     *
     * @throws IOException if there is one inside, but it cannot be written to the directory for temporary files
     */
    static @Nullable AgentJar find() throws IOException {
        Path beside = beside(AgentJar.class.getProtectionDomain().getCodeSource());
        return beside == null ? inside() : new AgentJar(beside, null);
    }

    private static @Nullable Path beside(@Nullable CodeSource own) {
        if (own == null || own.getLocation() == null) {
            return null;
        }
        try {
            Path found = Path.of(own.getLocation().toURI()).resolveSibling(NAME);
            return Files.isRegularFile(found) ? found : null;
        } catch (URISyntaxException | IllegalArgumentException | java.nio.file.FileSystemNotFoundException notAFile) {
            return null;
        }
    }

    private static @Nullable AgentJar inside() throws IOException {
        try (InputStream jar = AgentJar.class.getResourceAsStream(INSIDE)) {
            if (jar == null) {
                return null;
            }
            Path directory = Files.createTempDirectory("tpp-agent");
            directory.toFile().deleteOnExit();
            Path file = directory.resolve(NAME);
            file.toFile().deleteOnExit();
            Files.copy(jar, file);
            return new AgentJar(file, directory);
        }
    }

    /**
     * Deletes what was written for this process, once all of it is open: where files can be deleted that are open, so
     * that nothing is left behind by a process that is killed. Elsewhere that happens at the end.
     */
    void deleteIfTemporary() {
        if (directory != null
                && FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
            boolean unused = path.toFile().delete() && directory.toFile().delete();
        }
    }
}
