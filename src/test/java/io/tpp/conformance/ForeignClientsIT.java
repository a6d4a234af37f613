package io.tpp.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.simulator.DolphinDbSimulator;
import io.tpp.testing.Command;
import io.tpp.testing.Programs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients of other languages: curl, Python's httpx and requests, Node's undici. */
@Tag("conformance")
class ForeignClientsIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Path SCRIPTS = Path.of("src/test/resources/io/tpp/conformance");

    private DolphinDbSimulator simulator;
    private ProxyJar tpp;

    @BeforeEach
    void start() throws Exception {
        simulator = DolphinDbSimulator.start();
        tpp = ProxyJar.inFrontOf(simulator, 4);
    }

    @AfterEach
    void everyTokenComesBackAndNoneWasShared() {
        try (DolphinDbSimulator seen = simulator;
                ProxyJar used = tpp) {
            used.awaitWholePool();
            assertThat(seen.violations()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"keeps-its-token", "uploads", "uploads-in-chunks", "downloads", "is-told-errors"})
    void ofPython(String name) throws Exception {
        Path python = Packages.python("python", "httpx==0.28.1", "requests==2.34.2");
        for (String library : new String[] {"httpx", "requests"}) {
            Command.of(python, SCRIPTS.resolve("client.py"), library, name, tpp.uri(""))
                    .run(LIMIT)
                    .well();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"keeps-its-token", "uploads", "uploads-in-chunks", "downloads", "is-told-errors", "has-a-pool"})
    void ofNode(String name) throws Exception {
        Path node = Programs.find("node", "apt-get install nodejs");
        Path folder = Packages.node("undici", "undici@7.30.2");
        Path script = folder.resolve("client.mjs");
        Files.copy(SCRIPTS.resolve("client.mjs"), script, StandardCopyOption.REPLACE_EXISTING);
        Command.of(node, script, name, tpp.uri("")).run(LIMIT).well();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--http1.1", "--http2"})
    void curl(String version) throws Exception {
        Path curl = Programs.find("curl", "apt-get install curl");
        String uri = tpp.uri("/api/execute").toString();
        String[] tokens = Command.of(
                        curl,
                        "-sS",
                        version,
                        "-w",
                        "\n",
                        uri,
                        "-d",
                        "{\"script\":\"whoami()\"}",
                        "--next",
                        "-sS",
                        version,
                        uri,
                        "-d",
                        "{\"script\":\"whoami()\"}")
                .run(LIMIT)
                .well()
                .out()
                .replaceAll(".*\"token\":(\\d+).*", "$1")
                .split("\n");
        assertThat(tokens).hasSize(2);
        assertThat(tokens[0]).isEqualTo(tokens[1]).matches("\\d+");
        Path body = Packages.folder("curl").resolve("body");
        Files.write(body, new byte[3_000_000]);
        Command.Ended upload = Command.of(
                        curl, "-sS", version, tpp.uri("/sink"), "-T", body, "-X", "POST", "-H", "Expect: 100-continue")
                .run(LIMIT)
                .well();
        assertThat(upload.out()).contains("\"bytes\":3000000,");
    }
}
