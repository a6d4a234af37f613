package io.tpp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.tpp.simulator.DolphinDbSimulator;
import io.tpp.simulator.Quirks;
import io.tpp.simulator.Quirks.DeadToken;
import io.tpp.simulator.Violation;
import io.tpp.testing.Background;
import io.tpp.testing.CapturedLog;
import io.tpp.testing.RawClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Ready-made tokens: no login, and a file that changes while TPP runs. */
@Isolated("captures the log")
@Timeout(60)
class StaticTokensTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Path file;
    private final DolphinDbSimulator simulator =
            DolphinDbSimulator.start(Quirks.documented().withDeadToken(DeadToken.UNAUTHORIZED));
    private final List<String> tokens = IntStream.range(0, 4)
            .mapToObj(i -> simulator.createAccessToken("user1"))
            .toList();
    private final CapturedLog captured = new CapturedLog("io.tpp");

    StaticTokensTest(@TempDir Path folder) {
        this.file = folder.resolve("tokens.txt");
    }

    @AfterEach
    void nothingOfTheTokensIsLogged() {
        captured.close();
        simulator.close();
        assertThat(captured.lines())
                .isNotEmpty()
                .noneMatch(line ->
                        tokens.stream().anyMatch(token -> line.contains(token) || line.contains(token.substring(150))));
    }

    /** Writes tokens, by their numbers, after a line of comment. */
    private void write(Integer... numbers) {
        StringBuilder text = new StringBuilder("# ours\n");
        for (int number : numbers) {
            text.append(tokens.get(number - 1)).append('\n');
        }
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Rig start(String... settings) throws Exception {
        List<String> all = new ArrayList<>(List.of("TPP_TOKENS_FILE", file.toString()));
        Collections.addAll(all, settings);
        return Rig.startUnready(simulator, 0, all.toArray(String[]::new));
    }

    private static void until(Callable<Boolean> condition) {
        await().atMost(LIMIT).pollInterval(Duration.ofMillis(10)).until(condition);
    }

    /** Returns the numbers of the tokens that so many connections at once have. */
    private static Set<Integer> inUse(Rig rig, int connections) {
        List<RawClient> clients = new ArrayList<>();
        Set<Integer> numbers = new TreeSet<>();
        try {
            for (int i = 0; i < connections; i++) {
                RawClient client = rig.connect();
                clients.add(client);
                numbers.add(client.tokenNumber());
            }
        } finally {
            clients.forEach(RawClient::close);
        }
        return numbers;
    }

    @Test
    void tokensAreUsedWithoutALoginAndWhateverTheirAge() throws Exception {
        write(1, 2, 3);
        try (Rig rig = start("TPP_TOKEN_TTL_SECONDS", "1", "TPP_TOKEN_REFRESH_CHECK_SECONDS", "0.05")) {
            rig.awaitPool(pool -> pool.available() == 3);
            long asked = simulator.requestCount();
            assertThat(asked).isEqualTo(3);
            long started = System.nanoTime();
            until(() -> System.nanoTime() - started > Duration.ofMillis(1500).toNanos());

            assertThat(inUse(rig, 3)).containsExactly(1, 2, 3);
            assertThat(simulator.requestCount()).isEqualTo(asked + 3);
            assertThat(simulator.loginCount()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aDeadTokenIsLeftOutAndTakenUpWhenTheFileChanges(DeadToken quirk) throws Exception {
        simulator.quirks(simulator.quirks().withDeadToken(quirk));
        simulator.tolerate(Violation.REVOKED_TOKEN, Violation.REFUSED_TOKEN_AGAIN);
        simulator.revokeToken(2);
        write(1, 2, 3);
        try (Rig rig = start()) {
            rig.awaitPool(pool -> pool.available() == 2);
            until(() -> captured.lines(Level.WARN).stream().anyMatch(line -> line.contains("tokens.txt:3")));
            assertThat(captured.lines(Level.WARN))
                    .allSatisfy(line -> assertThat(line)
                            .contains("DolphinDB at 127.0.0.1:" + simulator.port()
                                    + " does not accept the token of tokens.txt:3"));
            write(1, 4, 3);
            rig.awaitPool(pool -> pool.available() == 3);

            assertThat(inUse(rig, 3)).containsExactly(1, 3, 4);
        }
    }

    @Test
    void aTokenThatIsRemovedIsNotUsedAnyMoreAndComesBack() throws Exception {
        write(1, 2, 3);
        try (Rig rig = start()) {
            rig.awaitPool(pool -> pool.available() == 3);
            write(3, 1);
            rig.awaitPool(pool -> pool.available() == 2);
            assertThat(inUse(rig, 2)).containsExactly(1, 3);
            write(4, 3, 2);
            rig.awaitPool(pool -> pool.available() == 3);
            until(() -> inUse(rig, 3).equals(Set.of(2, 3, 4)));
        }
    }

    @Test
    void aLeaseKeepsItsTokenWhateverHappensToTheOthers() throws Exception {
        write(1, 2, 3);
        try (Rig rig = start()) {
            rig.awaitPool(pool -> pool.available() == 3);
            try (RawClient client = rig.connect()) {
                int number = client.tokenNumber();
                Integer other = number == 1 ? 2 : 1;
                write(other, 4, number);
                until(() -> captured.lines(Level.INFO)
                        .contains("tokens_file was read again: tokens: 3; added: 1" + " (tokens.txt:3); removed: 1"));
                rig.awaitPool(pool -> pool.available() == 2);
                assertThat(client.tokenNumber()).isEqualTo(number);
            }
        }
    }

    @Test
    void moreTokensThanAtTheStartWaitForAReload() throws Exception {
        write(1, 2);
        try (Rig rig = start()) {
            rig.awaitPool(pool -> pool.available() == 2);
            write(1, 2, 3);
            until(() -> captured.lines(Level.WARN)
                    .contains("tokens_file holds 3 entries, but the pool was made for 2: the last 1 are not used until"
                            + " the configuration is reloaded"));
            assertThat(inUse(rig, 2)).containsExactly(1, 2);
            assertThat(rig.server.tpp().reload().now("test").get().successful()).isTrue();
            rig.awaitPool(pool -> pool.available() == 3);
            assertThat(inUse(rig, 3)).containsExactlyInAnyOrder(1, 2, 3);
        }
    }

    /** The simulator notices if two connections carry one token at the same time. */
    @Test
    void noTokenIsEverOnTwoConnectionsHoweverTheFileChanges() throws Exception {
        write(1, 2, 3, 4);
        try (Rig rig = start()) {
            rig.awaitPool(pool -> pool.available() == 4);
            AtomicBoolean over = new AtomicBoolean();
            List<CompletableFuture<Integer>> clients = IntStream.range(0, 4)
                    .mapToObj(i -> Background.call(() -> callUntil(over, rig)))
                    .toList();
            Random random = new Random(7);
            for (int round = 1; round <= 6; round++) {
                List<Integer> numbers = new ArrayList<>(List.of(1, 2, 3, 4));
                Collections.shuffle(numbers, random);
                int taken = round;
                write(numbers.subList(0, 1 + random.nextInt(3)).toArray(Integer[]::new));
                until(() -> captured.lines(Level.INFO).stream()
                                .filter(line -> line.startsWith("tokens_file was read again"))
                                .count()
                        >= taken);
            }
            write(1, 2, 3, 4);
            rig.awaitPool(pool -> pool.available() + pool.inUse() == 4);
            over.set(true);
            for (CompletableFuture<Integer> client : clients) {
                assertThat(client.get(20, TimeUnit.SECONDS)).isPositive();
            }
        }
    }

    private static int callUntil(AtomicBoolean over, Rig rig) {
        int calls = 0;
        while (!over.get()) {
            try (RawClient client = rig.connect()) {
                for (int i = 0; i < 20 && !over.get(); i++) {
                    assertThat(client.execute("sleep(5)").status()).isEqualTo(200);
                    calls++;
                }
            }
        }
        return calls;
    }
}
