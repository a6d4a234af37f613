package io.tpp.bench;

import io.tpp.testing.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Where the figures come from. */
final class Machine {
    /** Once and for all: after the benchmark has confined itself to some, Java says that these are all. */
    private static final int CORES = Runtime.getRuntime().availableProcessors();

    private Machine() {}

    /** Returns what it is, a fact a line. */
    static List<String> facts(Settings settings) throws Exception {
        return List.of(
                "Processor: " + processor() + ", " + cores() + " cores",
                "Kernel: " + System.getProperty("os.name") + " " + System.getProperty("os.version"),
                "Java of the proxies: " + java(settings),
                "nginx " + version("nginx", "-v").replaceFirst(".*/", "")
                        + "; HAProxy " + version("haproxy", "-v").replaceFirst("^\\D*(\\S+).*", "$1")
                        + "; wrk " + version("wrk", "-v").replaceFirst("^\\D*(\\S+).*", "$1"),
                "Load of the machine before: "
                        + Files.readString(Path.of("/proc/loadavg")).strip());
    }

    /** Returns how many the machine has for the benchmark, wherever this process is confined to meanwhile. */
    static int cores() {
        return CORES;
    }

    private static String processor() throws IOException {
        return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                .filter(line -> line.startsWith("model name"))
                .findFirst()
                .map(line -> line.replaceFirst(".*:\\s*", ""))
                .orElse(System.getProperty("os.arch"));
    }

    private static String java(Settings settings) throws Exception {
        List<String> lines =
                output(Command.of(settings.java("java"), "-version")).lines().toList();
        return lines.get(1);
    }

    private static String version(String program, String option) throws Exception {
        return output(Command.of(Tools.path(program), option))
                .lines()
                .findFirst()
                .orElse("?");
    }

    private static String output(Command command) throws Exception {
        Command.Ended ended = command.run(Duration.ofSeconds(20));
        return (ended.out() + ended.err()).strip();
    }
}
