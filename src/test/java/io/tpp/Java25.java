package io.tpp;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** The Java that the image has, if it is installed here. */
final class Java25 {
    private Java25() {}

    /** Returns its folder of programs; without it the test that asks is skipped. */
    static Path programs() throws IOException {
        Optional<Path> found = find();
        assumeThat(found).as("a JDK 25 in /usr/lib/jvm").isPresent();
        return found.orElseThrow();
    }

    private static Optional<Path> find() throws IOException {
        try (Stream<Path> machines = Files.list(Path.of("/usr/lib/jvm"))) {
            return machines.filter(path -> path.toString().contains("-25-"))
                    .map(path -> path.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("java")))
                    .findFirst();
        }
    }
}
