package io.tpp.bench;

import io.tpp.testing.Programs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The programs that the benchmark needs, and what to install if one is missing. */
final class Tools {
    private static final Map<String, String> PACKAGES = Map.of(
            "nginx", "nginx-light",
            "haproxy", "haproxy",
            "wrk", "wrk",
            "taskset", "util-linux");

    private Tools() {}

    static Path path(String program) {
        // Servers are not on the path of every user.
        Path forRoot = Path.of("/usr/sbin", program);
        return Files.isExecutable(forRoot)
                ? forRoot
                : Programs.find(program, "apt-get install " + PACKAGES.getOrDefault(program, program));
    }

    /** Fails unless all of them are there. */
    static void check() {
        PACKAGES.keySet().forEach(Tools::path);
    }
}
