package io.tpp.conformance;

import io.tpp.testing.Command;
import io.tpp.testing.Programs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** What comes from npm and PyPI, by name and version, into folders below {@code target/conformance}. */
final class Packages {
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private Packages() {}

    /** Returns {@code target/conformance/name}, made if it was not there. */
    static Path folder(String name) {
        try {
            return Files.createDirectories(
                    Path.of("target", "conformance", name).toAbsolutePath());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Installs Node packages such as {@code ws@8.23.0}; returns the folder whose {@code node_modules} holds them. */
    static Path node(String name, String... packages) throws InterruptedException {
        Path folder = folder(name);
        installOnce(
                folder,
                Command.of(Programs.find("npm", "apt-get install npm"), "install", "--no-audit", "--no-fund")
                        .in(folder),
                packages);
        return folder;
    }

    /** Installs Python packages such as {@code httpx==0.28.1}; returns the interpreter that finds them. */
    static Path python(String name, String... packages) throws InterruptedException {
        Path folder = folder(name);
        Path python = folder.resolve("bin/python");
        if (!Files.exists(folder.resolve("bin/pip"))) {
            Path system = Programs.find("python3", "apt-get install python3 python3-venv");
            Command.Ended made = Command.of(system, "-m", "venv", folder).run(LIMIT);
            if (made.exitCode() != 0) {
                throw Programs.missing("Python's venv", "apt-get install python3-venv");
            }
        }
        installOnce(folder, Command.of(python, "-m", "pip", "install", "-q"), packages);
        return python;
    }

    /** Runs an installer with {@code packages} as its last words, unless a former run did. */
    static void installOnce(Path folder, Command installer, String... packages) throws InterruptedException {
        Path done = folder.resolve("installed.txt");
        String wanted = String.join("\n", packages);
        try {
            if (Files.exists(done) && Files.readString(done).equals(wanted)) {
                return;
            }
            installer.and(List.of(packages)).run(LIMIT).well();
            Files.writeString(done, wanted);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
