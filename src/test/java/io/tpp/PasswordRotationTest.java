package io.tpp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.tpp.simulator.DolphinDbSimulator;
import io.tpp.simulator.Quirks;
import io.tpp.testing.CapturedLog;
import io.tpp.testing.RawClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Passwords and users that change while TPP runs. */
@Isolated("captures the log")
@Timeout(60)
class PasswordRotationTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String NEW_PASSWORD = "new-Pa55word";

    private final Path folder;
    private final DolphinDbSimulator simulator = DolphinDbSimulator.start(Quirks.documented());
    private final CapturedLog captured = new CapturedLog("io.tpp");

    PasswordRotationTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @BeforeEach
    void useKnownPasswords() {
        simulator.setPassword("user1", "old-Pa55word1");
        simulator.setPassword("user2", "old-Pa55word2");
        simulator.setPassword("user3", "old-Pa55word3");
    }

    @AfterEach
    void nothingOfThePasswordsIsLogged() {
        captured.close();
        simulator.close();
        assertThat(captured.lines()).isNotEmpty().noneMatch(line -> line.contains("Pa55word"));
    }

    /** How a file gets other content. */
    enum Change {
        WRITTEN_IN_PLACE {
            @Override
            void create(Path file, String text) throws IOException {
                Files.writeString(file, text);
            }

            @Override
            void change(Path file, String text) throws IOException {
                Files.writeString(file, text);
            }
        },
        RENAMED {
            @Override
            void create(Path file, String text) throws IOException {
                Files.writeString(file, text);
            }

            @Override
            void change(Path file, String text) throws IOException {
                Path other = Files.writeString(file.resolveSibling("other"), text);
                Files.move(other, file, StandardCopyOption.ATOMIC_MOVE);
            }
        },
        /** As Kubernetes does: the file is a link through a folder that is a link, and that one is replaced. */
        LINKED {
            @Override
            void create(Path file, String text) throws IOException {
                Path version = Files.createDirectory(file.resolveSibling("..version1"));
                Files.writeString(version.resolve(file.getFileName()), text);
                Path data = Files.createSymbolicLink(file.resolveSibling("..data"), version.getFileName());
                Files.createSymbolicLink(file, data.getFileName().resolve(file.getFileName()));
            }

            @Override
            void change(Path file, String text) throws IOException {
                Path version = Files.createDirectory(file.resolveSibling("..version2"));
                Files.writeString(version.resolve(file.getFileName()), text);
                Path link = Files.createSymbolicLink(file.resolveSibling("..data_tmp"), version.getFileName());
                Files.move(link, file.resolveSibling("..data"), StandardCopyOption.ATOMIC_MOVE);
            }
        };

        abstract void create(Path file, String text) throws IOException;

        abstract void change(Path file, String text) throws IOException;
    }

    /** Starts with tokens that are used for two seconds at most. */
    private Rig start(int tokens, String variable, Path file, String... more) throws Exception {
        List<String> settings = new ArrayList<>(List.of(
                variable,
                file.toString(),
                "TPP_TOKEN_TTL_SECONDS",
                "2",
                "TPP_TOKEN_REFRESH_CHECK_SECONDS",
                "0.1",
                "TPP_TOKEN_REFRESH_AHEAD_SECONDS",
                "1"));
        Collections.addAll(settings, more);
        return Rig.startUnready(simulator, tokens, settings.toArray(String[]::new));
    }

    private static void until(Callable<Boolean> condition) {
        await().atMost(LIMIT).pollInterval(Duration.ofMillis(10)).until(condition);
    }

    private long refused() {
        return simulator.logins().stream().filter(login -> login.token() == 0).count();
    }

    private long accepted() {
        return simulator.logins().stream().filter(login -> login.token() > 0).count();
    }

    private List<String> warnings() {
        return captured.lines(Level.WARN).stream()
                .filter(line -> line.contains("stays in force"))
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void aChangedPasswordIsUsedWithoutARestartAfterOneRefusal(Change change) throws Exception {
        Path file = folder.resolve("password");
        change.create(file, "old-Pa55word1\n");
        try (Rig rig = start(3, "TPP_CREDENTIAL_PASSWORD_FILE", file, "TPP_CREDENTIAL_USERNAME", "user1")) {
            rig.awaitPool(pool -> pool.available() == 3);
            simulator.setPassword("user1", NEW_PASSWORD);
            until(() -> refused() == 1);
            long before = accepted();
            change.change(file, NEW_PASSWORD + "\n");
            until(() -> accepted() >= before + 6);
            rig.awaitPool(pool -> pool.available() == 3);

            assertThat(refused()).isEqualTo(1);
        }
    }

    @Test
    void aPasswordThatIsChangedInTheFileFirstIsRefusedOnceAtMost() throws Exception {
        Path file = Files.writeString(folder.resolve("users.txt"), "user1:old-Pa55word1\n");
        try (Rig rig = start(2, "TPP_CREDENTIALS_FILE", file)) {
            rig.awaitPool(pool -> pool.available() == 2);
            long before = accepted();
            simulator.setPassword("user1", NEW_PASSWORD);
            Files.writeString(file, "user1:" + NEW_PASSWORD + "\n");
            until(() -> accepted() >= before + 4);

            assertThat(refused()).isLessThanOrEqualTo(1);
            rig.awaitPool(pool -> pool.available() == 2);
        }
    }

    @Test
    void aBadFileChangesNothingUntilItIsGood() throws Exception {
        Path file = Files.writeString(folder.resolve("users.txt"), "user1:old-Pa55word1\n");
        try (Rig rig = start(2, "TPP_CREDENTIALS_FILE", file)) {
            rig.awaitPool(pool -> pool.available() == 2);
            Files.writeString(file, "user1:old-Pa55word1\nold-Pa55word2\n");
            until(() -> warnings().size() == 1);
            long before = accepted();
            until(() -> accepted() >= before + 4);
            assertThat(warnings())
                    .containsExactly("credentials_file cannot be taken over, what was read before stays in force:"
                            + " users.txt:2: the line must be username:password");
            Files.writeString(file, "# mended\nuser1:old-Pa55word1\nuser2:old-Pa55word2\n");
            until(() -> captured.lines(Level.INFO)
                    .contains("credentials_file was read again: credentials: 2; added: 1 (position 2);"
                            + " removed: 0; password changed: 0"));
            until(() -> simulator.loginsPerUser().containsKey("user2"));

            assertThat(refused()).isZero();
            assertThat(warnings()).hasSize(1);
        }
    }

    @Test
    void usersThatAreAddedAreUsedAndUsersThatAreRemovedAreNot() throws Exception {
        Path file = Files.writeString(folder.resolve("users.txt"), "user1:old-Pa55word1\nuser2:old-Pa55word2\n");
        try (Rig rig = start(4, "TPP_CREDENTIALS_FILE", file)) {
            rig.awaitPool(pool -> pool.available() == 4);
            assertThat(usersOf(rig, 4)).containsExactly("user1", "user2");
            Files.writeString(file, "user3:old-Pa55word3\nuser1:old-Pa55word1\n");
            until(() -> usersOf(rig, 4).equals(Set.of("user1", "user3")));
            int before = simulator.loginsPerUser().getOrDefault("user2", 0);
            Files.writeString(file, "user3:old-Pa55word3\n");
            until(() -> usersOf(rig, 4).equals(Set.of("user3")));

            assertThat(simulator.loginsPerUser()).containsEntry("user2", before);
            assertThat(refused()).isZero();
        }
    }

    /** Returns who so many connections at once are. */
    private static Set<String> usersOf(Rig rig, int connections) {
        List<RawClient> clients = new ArrayList<>();
        Set<String> users = new TreeSet<>();
        try {
            for (int i = 0; i < connections; i++) {
                RawClient client = rig.connect();
                clients.add(client);
                users.add(client.execute("getCurrentSessionAndUser()").body().replaceAll(".*(user\\d).*", "$1"));
            }
        } finally {
            clients.forEach(RawClient::close);
        }
        return users;
    }

    @Test
    void moreUsersThanThePoolWasMadeForWaitForAReload() throws Exception {
        Path file = Files.writeString(folder.resolve("users.txt"), "user1:old-Pa55word1\n");
        try (Rig rig = start(0, "TPP_CREDENTIALS_FILE", file)) {
            rig.awaitPool(pool -> pool.available() == 1);
            Files.writeString(file, "user2:old-Pa55word2\nuser1:old-Pa55word1\n");
            until(() -> captured.lines(Level.WARN)
                    .contains("credentials_file holds 2 entries, but the pool was made for 1: the last 1 are not used"
                            + " until the configuration is reloaded"));
            until(() -> usersOf(rig, 1).equals(Set.of("user2")));
            assertThat(rig.server.tpp().reload().now("test").get().successful()).isTrue();
            until(() -> usersOf(rig, 2).equals(Set.of("user1", "user2")));
        }
    }
}
