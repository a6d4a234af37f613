package io.tpp.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.config.ConfigLoader;
import io.tpp.config.Credentials;
import io.tpp.config.LoadedConfig;
import io.tpp.testing.CapturedLog;
import io.tpp.testing.ManualScheduler;
import io.tpp.token.Credential;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialWatchTest {
    private static final Duration A_WHILE = Duration.ofSeconds(10);

    private final Path folder;
    private final ManualScheduler scheduler = new ManualScheduler();
    private final CapturedLog captured = new CapturedLog("io.tpp.rotation");
    private final List<Credentials> taken = new ArrayList<>();

    CredentialWatchTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @AfterEach
    void restore() {
        captured.close();
    }

    private List<String> log() {
        return captured.lines();
    }

    private CredentialWatch users(String text, String... settings) throws Exception {
        return watch("TPP_CREDENTIALS_FILE", write("users.txt", text), settings);
    }

    private CredentialWatch watch(String variable, Path file, String... settings) throws Exception {
        Map<String, String> environment = new HashMap<>(Map.of("TPP_UPSTREAM_HOST", "h"));
        environment.put(variable, file.toString());
        for (int i = 0; i < settings.length; i += 2) {
            environment.put(settings[i], settings[i + 1]);
        }
        LoadedConfig loaded = new ConfigLoader(environment).load(null);
        CredentialWatch watch = new CredentialWatch(
                loaded.credentialFiles(),
                loaded.config().credentials(),
                loaded.config().token().poolSize(),
                scheduler,
                scheduler::nanoTime,
                taken::add);
        watch.start();
        scheduler.advance(A_WHILE);
        return watch;
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static List<String> passwords(Credentials credentials) {
        return credentials.users().stream()
                .map(Credential::password)
                .map(password -> password.reveal())
                .toList();
    }

    @Test
    void filesThatStayTellNothing() throws Exception {
        users("alice:one\n");
        scheduler.advance(A_WHILE);
        assertThat(taken).isEmpty();
        assertThat(log()).isEmpty();
    }

    @Test
    void aChangeIsTakenOverWithoutAnybodyAsking() throws Exception {
        users("alice:one\nbob:two\ncarol:three\n");
        write("users.txt", "alice:one\ncarol:new\ndora:four\n");
        scheduler.advance(A_WHILE);

        assertThat(taken).extracting(CredentialWatchTest::passwords).containsExactly(List.of("one", "new", "four"));
        assertThat(log())
                .containsExactly("INFO credentials_file was read again: credentials: 3; added: 1 (position 3);"
                        + " removed: 1; password changed: 1 (position 2)");
    }

    @Test
    void whoeverIsAboutToLogInGetsTheChangeAtOnce() throws Exception {
        CredentialWatch watch = users("alice:one\n");
        write("users.txt", "alice:new\n");
        CompletableFuture<Void> look = watch.look();
        scheduler.advance(Duration.ofMillis(300));

        assertThat(look).isCompleted();
        assertThat(taken).extracting(CredentialWatchTest::passwords).containsExactly(List.of("new"));
    }

    @Test
    void manyLoginsReadTheFilesOnce() throws Exception {
        CredentialWatch watch = users("alice:one\n");
        CompletableFuture<Void> first = watch.look();
        scheduler.runDue();
        assertThat(first).isCompleted();
        write("users.txt", "alice:new\n");
        scheduler.advance(Duration.ofMillis(199));
        assertThat(watch.look()).isCompleted();
        assertThat(taken).isEmpty();
        scheduler.advance(Duration.ofMillis(1));
        assertThat(watch.look()).isNotDone();
        scheduler.advance(Duration.ofMillis(300));
        assertThat(taken).hasSize(1);
    }

    @Test
    void looksThatHaveNotBegunAreOne() throws Exception {
        CredentialWatch watch = users("alice:one\n");
        int before = scheduler.pending();
        List<CompletableFuture<Void>> looks = List.of(watch.look(), watch.look(), watch.look());
        assertThat(scheduler.pending()).isEqualTo(before + 1);
        scheduler.runDue();
        assertThat(looks).allSatisfy(look -> assertThat(look).isCompleted());
    }

    @Test
    void aFileThatIsBeingWrittenIsNotBelieved() throws Exception {
        CredentialWatch watch = users("alice:password\n");
        write("users.txt", "alice:ne");
        CompletableFuture<Void> look = watch.look();
        scheduler.runDue();
        write("users.txt", "alice:new-password\n");
        scheduler.advance(A_WHILE);

        assertThat(look).isCompleted();
        assertThat(taken).extracting(CredentialWatchTest::passwords).containsExactly(List.of("new-password"));
        assertThat(log()).hasSize(1);
    }

    @Test
    void aFileThatIsGoneForAMomentIsNoNews() throws Exception {
        CredentialWatch watch = users("alice:one\n");
        Files.delete(folder.resolve("users.txt"));
        CompletableFuture<Void> look = watch.look();
        scheduler.runDue();
        write("users.txt", "alice:one\n");
        scheduler.advance(A_WHILE);

        assertThat(look).isCompleted();
        assertThat(taken).isEmpty();
        assertThat(log()).isEmpty();
    }

    @Test
    void aFileThatChangesForEverKeepsNobodyWaiting() throws Exception {
        CredentialWatch watch = users("alice:one\n");
        write("users.txt", "alice:first\n");
        CompletableFuture<Void> look = watch.look();
        scheduler.runDue();
        for (int i = 0; i < 20 && !look.isDone(); i++) {
            write("users.txt", "alice:" + i + "\n");
            scheduler.advance(Duration.ofMillis(150));
        }
        assertThat(look).isCompleted();
        assertThat(taken).isEmpty();
    }

    @Test
    void aBadFileChangesNothingAndIsToldOnce() throws Exception {
        CredentialWatch watch = users("alice:one\nbob:two\n", "TPP_TOKEN_POOL_SIZE", "2");
        String stays = "WARN credentials_file cannot be taken over, what was read before stays in force: ";
        write("users.txt", "alice:\nhunter2\n");
        scheduler.advance(A_WHILE);
        for (int i = 0; i < 3; i++) {
            CompletableFuture<Void> look = watch.look();
            scheduler.advance(Duration.ofSeconds(1));
            assertThat(look).isCompleted();
        }
        assertThat(log()).containsExactly(stays + "users.txt:1: the password after the ':' is empty (and 1 more)");
        write("users.txt", "");
        scheduler.advance(A_WHILE);
        write("users.txt", "a:p\nb:p\nc:p\n");
        scheduler.advance(A_WHILE);
        Files.delete(folder.resolve("users.txt"));
        scheduler.advance(A_WHILE);
        assertThat(log().subList(1, log().size()))
                .containsExactly(
                        stays + "users.txt: holds no credentials; each line is username:password",
                        stays + "TPP_TOKEN_POOL_SIZE: token.pool_size must be at least 3, the number of credentials,"
                                + " was 2",
                        stays + "TPP_CREDENTIALS_FILE: credentials_file " + folder.resolve("users.txt")
                                + " cannot be read: no such file");
        assertThat(taken).isEmpty();
        write("users.txt", "alice:one\nbob:two\n");
        scheduler.advance(A_WHILE);

        assertThat(log()).last().isEqualTo("INFO credentials_file was read again: nothing has changed");
        assertThat(taken).isEmpty();
    }

    @Test
    void moreCredentialsThanThePoolWasMadeForAreToldOf() throws Exception {
        users("alice:one\n");
        write("users.txt", "alice:one\nbob:two\ncarol:three\n");
        scheduler.advance(A_WHILE);

        assertThat(log())
                .containsExactly(
                        "INFO credentials_file was read again: credentials: 3; added: 2 (position 2, position 3);"
                                + " removed: 0; password changed: 0",
                        "WARN credentials_file holds 3 entries, but the pool was made for 1: the last 2 are not used"
                                + " until the configuration is reloaded");
    }

    @Test
    void tokensAreToldOfByTheirLines() throws Exception {
        watch("TPP_TOKENS_FILE", write("tokens.txt", "hunter1\nhunter2\n"));
        write("tokens.txt", "# moved\nhunter2\nhunter3\n");
        scheduler.advance(A_WHILE);

        assertThat(log())
                .containsExactly("INFO tokens_file was read again: tokens: 2; added: 1 (tokens.txt:3); removed: 1");
        assertThat(taken).hasSize(1);
        write("tokens.txt", "hunter2\nhunter3\nhunter2\n");
        scheduler.advance(A_WHILE);
        assertThat(log())
                .last()
                .isEqualTo("WARN tokens_file cannot be taken over, what was read before stays in force: tokens.txt:3:"
                        + " is the token of line 1 again; one token serves one connection");
        assertThat(taken).hasSize(1);
    }

    /** As Kubernetes does: the file is a link through a folder that is a link, and that one is replaced. */
    @Test
    void aLinkThatIsReplacedIsAChange() throws Exception {
        Path first = Files.createDirectory(folder.resolve("..first"));
        Files.writeString(first.resolve("password"), "one");
        Path second = Files.createDirectory(folder.resolve("..second"));
        Files.writeString(second.resolve("password"), "two");
        Files.createSymbolicLink(folder.resolve("..data"), Path.of("..first"));
        Path file = Files.createSymbolicLink(folder.resolve("password"), Path.of("..data", "password"));
        watch("TPP_CREDENTIAL_PASSWORD_FILE", file, "TPP_CREDENTIAL_USERNAME", "alice");

        Path link = Files.createSymbolicLink(folder.resolve("..data_tmp"), Path.of("..second"));
        Files.move(link, folder.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
        scheduler.advance(A_WHILE);

        assertThat(taken).extracting(CredentialWatchTest::passwords).containsExactly(List.of("two"));
        assertThat(log())
                .containsExactly("INFO password_file was read again: credentials: 1; added: 0; removed: 0; password"
                        + " changed: 1 (position 1)");
    }

    @Test
    void nobodyWaitsForAWatchThatHasEnded() throws Exception {
        CredentialWatch watch = users("alice:one\n");
        watch.stop();
        scheduler.shutdown();
        assertThat(watch.look()).isCompleted();
    }
}
