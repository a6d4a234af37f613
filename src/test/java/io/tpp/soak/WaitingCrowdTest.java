package io.tpp.soak;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tpp.Rig;
import io.tpp.testing.Memory;
import io.tpp.testing.Metrics;
import io.tpp.testing.RawClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Very many connections wait at once for one token, and each gets it in its turn. */
class WaitingCrowdTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long POLL_NANOS = 20_000;

    /** In bytes; a waiting connection takes about 7,000. */
    private static final long MEMORY_LIMIT = 32_000;

    @Test
    void fiveHundredWaitAndAreServedInOrder() throws Exception {
        serveInOrder(500);
    }

    @Test
    @Tag("soak")
    void tenThousandWaitAndAreServedInOrder() throws Exception {
        serveInOrder(10_000);
    }

    private static void serveInOrder(int count) throws Exception {
        try (Rig rig = Rig.start(1, "TPP_TOKEN_IDLE_RECLAIM_SECONDS", "0", "TPP_CLIENT_IDLE_TIMEOUT_SECONDS", "600");
                RawClient holder = RawClient.connect(rig.port(), LIMIT)) {
            holder.tokenNumber();
            long atRest = Memory.used();
            try (Crowd crowd = new Crowd(rig.port(), count)) {
                crowd.expect("connected");
                await().atMost(LIMIT)
                        .until(() -> Metrics.at(rig.healthPort()).value("tpp_client_connections") == count + 1);
                long connected = Memory.used();
                for (int waiting = 1; waiting <= count; waiting++) {
                    crowd.sendNext();
                    awaitWaiting(rig, waiting);
                }
                long waiting = Memory.used();
                print(count, connected - atRest, waiting - connected);
                assertThat((waiting - atRest) / count)
                        .as("bytes a waiting connection")
                        .isLessThan(MEMORY_LIMIT);

                holder.hangUp();
                assertThat(IntStream.range(0, count).mapToObj(i -> crowd.next()))
                        .containsExactlyElementsOf(inOrder("answered ", count));
            }
            assertThat(rig.simulator.requests().stream()
                            .map(request -> request.target())
                            .filter(target -> target.startsWith("/echo")))
                    .containsExactlyElementsOf(inOrder("/echo?n=", count));
        }
    }

    private static List<String> inOrder(String name, int count) {
        return IntStream.range(0, count).mapToObj(i -> name + i).toList();
    }

    /** Polls faster than a test usually may: this is done for each of the crowd. */
    private static void awaitWaiting(Rig rig, int count) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (rig.pool().waiting() != count) {
            assertThat(System.nanoTime())
                    .as("the time until " + count + " wait")
                    .isLessThan(end);
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private static void print(int count, long connections, long waits) {
        System.out.printf(
                "%d connections wait: %d bytes a connection, %d bytes more a wait (heap and buffers)%n",
                count, connections / count, waits / count);
    }

    /** A {@link WaitingCrowd} in a process of its own. */
    private static final class Crowd implements AutoCloseable {
        private final Process process;
        private final PrintStream commands;
        private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

        Crowd(int port, int count) throws IOException {
            process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx128m",
                            "-cp",
                            testClasses(),
                            WaitingCrowd.class.getName(),
                            String.valueOf(port),
                            String.valueOf(count))
                    .redirectError(Redirect.INHERIT)
                    .start();
            commands = new PrintStream(process.getOutputStream(), true, US_ASCII);
            io.tpp.soak.Crowd.daemon("soak-crowd", this::readLines).start();
        }

        private static String testClasses() {
            return Path.of(WaitingCrowd.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .getPath())
                    .toString();
        }

        private void readLines() {
            try (BufferedReader reader =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), US_ASCII))) {
                reader.lines().forEach(lines::add);
            } catch (IOException | RuntimeException closed) {
                lines.add("the crowd is gone: " + closed.getMessage());
            }
        }

        String next() {
            try {
                String line = lines.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
                return line == null ? "nothing" : line;
            } catch (InterruptedException e) {
                throw new AssertionError("interrupted", e);
            }
        }

        void expect(String line) {
            assertThat(next()).isEqualTo(line);
        }

        void sendNext() {
            commands.println();
            expect("sent");
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }
}
