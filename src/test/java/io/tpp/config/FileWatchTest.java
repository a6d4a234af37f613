package io.tpp.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.testing.ManualScheduler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class FileWatchTest {
    private static final Duration PERIOD = Duration.ofSeconds(1);

    private final ManualScheduler scheduler = new ManualScheduler();
    private final List<String> told = new ArrayList<>();

    private Path folder;
    private Path first;
    private Path second;

    @BeforeEach
    void write(@TempDir Path folder) throws IOException {
        this.folder = folder;
        first = Files.writeString(folder.resolve("first"), "one");
        second = Files.writeString(folder.resolve("second"), "two");
    }

    private FileWatch watch(Path... files) {
        FileWatch watch = new FileWatch(List.of(files), told::add);
        watch.start(scheduler, PERIOD);
        return watch;
    }

    private void look(int times) {
        scheduler.advance(PERIOD.multipliedBy(times));
    }

    @Test
    void nothingIsToldOfFilesThatStay() throws Exception {
        watch(first, second);
        look(3);
        Files.setLastModifiedTime(first, FileTime.fromMillis(1));
        look(3);
        assertThat(told).isEmpty();
    }

    @Test
    void aChangeIsToldOnceAndOnlyWhenItHasSettled() throws Exception {
        watch(first, second);
        Files.writeString(second, "tw");
        look(1);
        Files.writeString(second, "twelve");
        look(1);
        assertThat(told).isEmpty();
        look(5);
        assertThat(told).hasSize(1);
    }

    @Test
    void aChangeIsSeenThoughSizeAndTimeStay() throws Exception {
        FileTime time = Files.getLastModifiedTime(first);
        watch(first);
        Files.writeString(first, "eno");
        Files.setLastModifiedTime(first, time);
        look(2);
        assertThat(told).hasSize(1);
    }

    @Test
    void whatChangesBetweenMakingAndStartingTheWatchIsTold() throws Exception {
        FileWatch watch = new FileWatch(List.of(first), told::add);
        Files.writeString(first, "other");
        watch.start(scheduler, PERIOD);
        look(2);
        assertThat(told).hasSize(1);
    }

    @Test
    void whatIsBackAsItWasBeforeItWasToldIsNoChange() throws Exception {
        watch(first);
        Files.writeString(first, "other");
        look(1);
        Files.writeString(first, "one");
        look(3);
        assertThat(told).isEmpty();
    }

    @Test
    void contentThatMovesFromOneFileToTheNextIsAChange() throws Exception {
        watch(first, second);
        Files.writeString(first, "onet");
        Files.writeString(second, "wo");
        look(2);
        assertThat(told).hasSize(1);
    }

    @Test
    void aFileThatVanishesAndOneThatComesBackAreChanges() throws Exception {
        watch(first);
        Files.delete(first);
        look(2);
        assertThat(told).hasSize(1);
        Files.createDirectory(first);
        look(2);
        assertThat(told).hasSize(1);
        Files.delete(first);
        Files.writeString(first, "one");
        look(2);
        assertThat(told).hasSize(2);
        assertThat(told.get(1)).isNotEqualTo(told.get(0));
    }

    /** The file is a link into a folder, which is a link that is replaced. */
    @Test
    void theFilesOfAKubernetesSecretAreFollowed() throws Exception {
        version("v1", "old");
        Path data = Files.createSymbolicLink(folder.resolve("..data"), Path.of("v1"));
        Path file = Files.createSymbolicLink(folder.resolve("tls.crt"), Path.of("..data/tls.crt"));
        watch(file);
        version("v2", "new");
        Path next = Files.createSymbolicLink(folder.resolve("..data_tmp"), Path.of("v2"));
        Files.move(next, data, StandardCopyOption.ATOMIC_MOVE);
        look(2);
        assertThat(told).hasSize(1);
    }

    private void version(String name, String content) throws IOException {
        Files.writeString(Files.createDirectory(folder.resolve(name)).resolve("tls.crt"), content);
    }

    @Test
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aPipeIsLeftAlone() throws Exception {
        Path pipe = folder.resolve("pipe");
        Process process = new ProcessBuilder("mkfifo", pipe.toString()).start();
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        watch(pipe);
        look(3);
        assertThat(told).isEmpty();
    }

    @Test
    void theWatchGoesOnAfterAListenerThatThrows() throws Exception {
        FileWatch watch = new FileWatch(List.of(first), digest -> {
            told.add(digest);
            throw new IllegalStateException("thrown by the test");
        });
        watch.start(scheduler, PERIOD);
        Files.writeString(first, "2");
        look(2);
        Files.writeString(first, "3");
        look(2);
        assertThat(told).hasSize(2);
    }

    @Test
    void nothingIsToldAfterTheEnd() throws Exception {
        FileWatch watch = watch(first);
        Files.writeString(first, "2");
        look(1);
        watch.close();
        look(5);
        assertThat(told).isEmpty();
        assertThat(scheduler.pending()).isZero();
    }

    @Test
    void theEndOfTheSchedulerEndsTheWatch() {
        FileWatch watch = new FileWatch(List.of(first), told::add);
        scheduler.shutdown();
        watch.start(scheduler, PERIOD);
        assertThat(scheduler.pending()).isZero();
    }
}
