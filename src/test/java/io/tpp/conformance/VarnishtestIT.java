package io.tpp.conformance;

import static io.tpp.testing.ScriptedUpstream.answer;
import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.testing.Command;
import io.tpp.testing.Programs;
import io.tpp.testing.ScriptedUpstream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Scripts for Varnish's test program, which plays the client and the upstream byte for byte, in HTTP/1.1.
 *
 * <p>They stand in {@code src/test/varnishtest}, one for each case of the list that HAProxy's {@code reg-tests/http-messaging}
 * makes for a proxy. A script finds TPP at {@code ${tpp}}, and its server must listen on {@code ${upstream}}.
 */
@Tag("conformance")
class VarnishtestIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int TOKENS = 4;

    private int upstreamPort;
    private ProxyJar tpp;

    /** A new one for each script: what some do to their connections makes TPP doubt its tokens. */
    @BeforeEach
    void start() throws Exception {
        // The tokens are asked for once, by whoever listens there; from then on it is the script's server.
        try (ScriptedUpstream first = ScriptedUpstream.start(
                answer("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"))) {
            upstreamPort = first.port();
            tpp = ProxyJar.inFrontOf(upstreamPort, TOKENS, "TPP_UPSTREAM_OUTAGE_WAIT_SECONDS", "0");
        }
    }

    @AfterEach
    void everyLeaseEnds() {
        tpp.close();
    }

    static List<String> scripts() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/test/varnishtest"))) {
            List<String> scripts = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".vtc"))
                    .sorted()
                    .toList();
            assertThat(scripts).isNotEmpty();
            return scripts;
        }
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void passes(String script) throws Exception {
        Command.of(
                        Programs.find("varnishtest", "apt-get install varnish"),
                        "-t",
                        "20",
                        "-D",
                        "tpp=127.0.0.1:" + tpp.port(),
                        "-D",
                        "upstream=127.0.0.1:" + upstreamPort,
                        Path.of("src/test/varnishtest", script))
                .run(LIMIT)
                .well();
    }
}
