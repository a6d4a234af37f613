package io.tpp.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.simulator.DolphinDbSimulator;
import io.tpp.testing.ChildProcess;
import io.tpp.testing.Command;
import io.tpp.testing.Programs;
import io.tpp.testing.RawClient;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The attacks of {@code slowhttptest}: others are served while they last, and afterwards every token is back. */
@Tag("conformance")
class SlowHttpTestIT {
    private static final int ATTACKERS = 60;
    private static final int SECONDS = 8;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** How to be slow. */
    enum Attack {
        /** Header lines that never end, which take no token. */
        HEADERS(4, "-H", "-i", "1"),

        /** Bodies that hardly come; each has a token, so there are enough of them. */
        BODY(ATTACKERS + 4, "-B", "-i", "1", "-s", "8192"),

        /** Answers that are hardly read. */
        READING(ATTACKERS + 4, "-X", "-n", "1", "-z", "10", "-w", "256", "-y", "512"),

        /** Ranges without end. */
        RANGE(ATTACKERS + 4, "-R", "-a", "10", "-b", "3000");

        private final int tokens;

        @SuppressWarnings("ImmutableEnumChecker") // It is a copy.
        private final List<String> options;

        Attack(int tokens, String... options) {
            this.tokens = tokens;
            this.options = List.of(options);
        }
    }

    @ParameterizedTest
    @EnumSource
    void othersAreServedAndEveryTokenComesBack(Attack attack) throws Exception {
        try (DolphinDbSimulator simulator = DolphinDbSimulator.start();
                ProxyJar tpp = ProxyJar.inFrontOf(simulator, attack.tokens);
                ChildProcess slow = start(attack, tpp)) {
            int asked = 0;
            while (slow.isAlive()) {
                assertServes(tpp);
                asked++;
            }
            assertThat(asked).isGreaterThan(10);
            // It ends with 1 if the server closed its connections; what it says is on standard output.
            slow.exitCode(LIMIT);
            assertThat(slow.everything()).contains("service available");
            assertServes(tpp);
            tpp.awaitWholePool();
        }
    }

    private static ChildProcess start(Attack attack, ProxyJar tpp) {
        Stream<Object> words = Stream.of(
                Programs.find("slowhttptest", "apt-get install slowhttptest"),
                "-c",
                ATTACKERS,
                "-r",
                ATTACKERS,
                "-l",
                SECONDS,
                "-u",
                tpp.uri("/bytes?n=100000"));
        return Command.of(words.toArray()).and(attack.options).start();
    }

    private static void assertServes(ProxyJar tpp) {
        try (RawClient client = RawClient.connect(tpp.port())) {
            assertThat(client.execute("1+1").status()).isEqualTo(200);
        }
    }
}
