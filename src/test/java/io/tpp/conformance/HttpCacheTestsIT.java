package io.tpp.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tpp.testing.ChildProcess;
import io.tpp.testing.Command;
import io.tpp.testing.Programs;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The tests behind cache-tests.fyi, of what caches do with 350 kinds of answers.
 *
 * <p>TPP is no cache, so each of them must end as it does without TPP between: whatever TPP added, dropped, changed, kept
 * or asked twice would make a difference.
 */
@Tag("conformance")
class HttpCacheTestsIT {
    private static final Duration LIMIT = Duration.ofMinutes(3);

    /** What ends in another way because TPP is meant to behave so. */
    private static final Map<String, String> MEANT = Map.of(
            // The client's own Authorization is replaced by the token.
            "other-authorization",
            "Setup: Request 1 header Authorization is \"Bearer TOKEN\", not \"FOO\"",
            // A transfer coding that nobody knows: where the body ends is anyone's guess.
            "headers-store-Transfer-Encoding",
            "Setup: Response 1 status is 502, not 200");

    private static final String PASSED = "true";
    private static final Pattern LISTENING = Pattern.compile("Listening on http://.*:(\\d+)/");

    @Test
    void whatPassesDirectlyPassesThroughTppAndNothingElse() throws Exception {
        Path suite =
                Packages.node("http-cache-tests", "http-cache-tests@0.4.5").resolve("node_modules/http-cache-tests");
        Path node = Programs.find("node", "apt-get install nodejs");
        try (ChildProcess server = Command.of(node, "server/server.mjs")
                .in(suite)
                .with("npm_config_protocol", "http")
                .with("npm_config_port", 0)
                .with("npm_config_pidfile", "/dev/null")
                .start()) {
            int port = Integer.parseInt(server.awaitLine(LISTENING).group(1));
            Map<String, String> direct = results(node, suite, URI.create("http://127.0.0.1:" + port));
            assertThat(direct).hasSizeGreaterThan(300);
            assertThat(direct.values()).filteredOn(PASSED::equals).hasSizeGreaterThan(100);
            try (ProxyJar tpp = ProxyJar.inFrontOf(port, 64)) {
                assertThat(differences(direct, results(node, suite, tpp.uri(""))))
                        .isEmpty();
            }
        }
    }

    /**
     * Returns the tests that ended in another way, and how.
     *
     * <p>Where the suite's server breaks its answer, Node's client fails, while TPP answers 502 or cuts its own; neither
     * passes.
     */
    private static List<String> differences(Map<String, String> direct, Map<String, String> through) {
        Set<String> tests = new TreeSet<>(direct.keySet());
        tests.addAll(through.keySet());
        return tests.stream()
                .filter(test -> !Objects.equals(direct.get(test), through.get(test)))
                .filter(test -> !Objects.equals(MEANT.get(test), through.get(test)))
                .filter(test -> !isBroken(direct.get(test)) || PASSED.equals(through.get(test)))
                .map(test -> test + ": " + direct.get(test) + " / " + through.get(test))
                .toList();
    }

    private static boolean isBroken(@Nullable String result) {
        return result != null && result.startsWith("FetchError");
    }

    /** Returns how each test ended, by its name: {@code true}, or the kind of its failure. */
    private static Map<String, String> results(Path node, Path suite, URI base) throws Exception {
        String json = Command.of(node, "--no-warnings", "cli.mjs")
                .in(suite)
                .with("npm_config_base", base)
                .with("npm_package_config_id", "")
                .run(LIMIT)
                .well()
                .out();
        Map<String, String> results = new TreeMap<>();
        new ObjectMapper()
                .readTree(json)
                .properties()
                .forEach(test -> results.put(test.getKey(), kind(test.getValue())));
        return results;
    }

    private static String kind(JsonNode result) {
        return result.isArray()
                ? (result.path(0).asText() + ": " + result.path(1).asText()).replaceAll("ConformanceToken\\d+", "TOKEN")
                : result.asText();
    }
}
