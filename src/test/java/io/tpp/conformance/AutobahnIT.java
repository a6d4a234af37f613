package io.tpp.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tpp.testing.ChildProcess;
import io.tpp.testing.Command;
import io.tpp.testing.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Autobahn's WebSocket suite through a tunnel: framing, pings, fragments, UTF-8, closing, limits and compression.
 *
 * <p>The server behind is npm's {@code ws}. Each case must end well, and as it does without TPP between. Of the cases of
 * compression, thousands of messages each, one of each kind is run; {@code -Dconformance.autobahn=all} runs the others too.
 */
@Tag("conformance")
class AutobahnIT {
    private static final Duration LIMIT = Duration.ofMinutes("all".equals(extent()) ? 60 : 5);
    private static final Pattern LISTENING = Pattern.compile("listening on (\\d+)");

    private static final List<String> EVERYTHING = List.of("*");
    private static final List<String> USUAL = List.of(
            "1.*", "2.*", "3.*", "4.*", "5.*", "6.*", "7.*", "9.*", "10.*", "12.1.1", "12.1.3", "12.1.11", "12.2.1",
            "12.3.1", "12.4.1", "12.5.1", "13.1.1", "13.2.1", "13.3.1", "13.4.1", "13.5.1", "13.6.1", "13.7.1");

    /** It is there for Python 2 only, and expects to be installed as a user does: a folder will do if its links are read. */
    private static final String RUN = "import site, sys; site.addsitedir(%1$s); sys.path.insert(0, %1$s);"
            + " from autobahntestsuite.wstest import run; run()";

    private static String extent() {
        return System.getProperty("conformance.autobahn", "usual");
    }

    @Test
    void everyCaseEndsWellAndAsItDoesWithoutTpp() throws Exception {
        Path echo = Packages.node("ws", "ws@8.23.0");
        Files.copy(resource("echo.js"), echo.resolve("echo.js"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        try (ChildProcess server = Command.of(Programs.find("node", "apt-get install nodejs"), "echo.js")
                .in(echo)
                .start()) {
            int port = Integer.parseInt(server.awaitLine(LISTENING).group(1));
            try (ProxyJar tpp = ProxyJar.inFrontOf(port, 2)) {
                JsonNode report = run(Map.of("direct", port, "tpp", tpp.port()));
                assertThat(results(report.path("tpp")))
                        .hasSizeGreaterThan(300)
                        .isEqualTo(results(report.path("direct")))
                        .allSatisfy(
                                (test, result) -> assertThat(result).as(test).isIn(GOOD));
            }
        }
    }

    /** {@code NON-STRICT}: in time, if not at once; {@code INFORMATIONAL}: there is no right or wrong. */
    private static final Set<String> GOOD = Set.of("OK, OK", "NON-STRICT, OK", "INFORMATIONAL, INFORMATIONAL");

    private static Path resource(String name) {
        return Path.of("src/test/resources/io/tpp/conformance", name);
    }

    /** Returns how each case ended: its own end, and the connection's. */
    private static Map<String, String> results(JsonNode agent) {
        Map<String, String> results = new TreeMap<>();
        agent.properties()
                .forEach(test -> results.put(
                        test.getKey(),
                        test.getValue().path("behavior").asText() + ", "
                                + test.getValue().path("behaviorClose").asText()));
        return results;
    }

    private static JsonNode run(Map<String, Integer> ports) throws Exception {
        Path folder = Packages.folder("autobahn");
        Path python = python2();
        Path installed = folder.resolve("packages");
        Packages.installOnce(
                folder,
                Command.of(python, "-m", "pip", "install", "-q", "--upgrade", "--target", installed),
                "autobahntestsuite==25.10.1");
        Path reports = folder.resolve("reports");
        Path index = reports.resolve("index.json");
        Files.deleteIfExists(index);
        Path spec = Files.writeString(folder.resolve("spec.json"), spec(ports, reports));
        Command.of(python, "-c", RUN.formatted("'" + installed + "'"), "-m", "fuzzingclient", "-s", spec)
                .in(folder)
                .run(LIMIT)
                .well();
        return new ObjectMapper().readTree(index.toFile());
    }

    private static String spec(Map<String, Integer> ports, Path reports) throws IOException {
        List<Map<String, String>> servers = ports.entrySet().stream()
                .map(entry -> Map.of("agent", entry.getKey(), "url", "ws://127.0.0.1:" + entry.getValue()))
                .toList();
        return new ObjectMapper()
                .writeValueAsString(Map.of(
                        "outdir", reports.toString(),
                        "servers", servers,
                        "cases", "all".equals(extent()) ? EVERYTHING : USUAL,
                        "exclude-cases", List.of(),
                        "exclude-agent-cases", Map.of()));
    }

    private static Path python2() throws IOException {
        Optional<Path> named =
                Optional.ofNullable(System.getProperty("conformance.python2")).map(Path::of);
        return named.or(() -> Programs.onPath("python2.7").filter(AutobahnIT::works))
                .or(AutobahnIT::ofPyenv)
                .orElseThrow(() -> Programs.missing(
                        "Python 2.7 with pip, which Debian no longer has",
                        "pyenv install 2.7.18, or -Dconformance.python2=PATH"));
    }

    /** pyenv's stand-in for a program is there even if the version in force does not have it. */
    private static boolean works(Path python) {
        try {
            return Command.of(python, "-m", "pip", "--version")
                            .run(Duration.ofSeconds(20))
                            .exitCode()
                    == 0;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static Optional<Path> ofPyenv() {
        String root =
                Optional.ofNullable(System.getenv("PYENV_ROOT")).orElse(System.getProperty("user.home") + "/.pyenv");
        try (Stream<Path> versions = Files.list(Path.of(root, "versions"))) {
            return versions.map(version -> version.resolve("bin/python2.7"))
                    .filter(Files::isExecutable)
                    .filter(AutobahnIT::works)
                    .findFirst();
        } catch (IOException none) {
            return Optional.empty();
        }
    }
}
