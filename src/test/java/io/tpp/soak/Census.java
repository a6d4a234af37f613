package io.tpp.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.testing.Memory;
import jakarta.servlet.ServletContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.server.Server;

/**
 * What the process holds at one instant. Immutable.
 *
 * @param threads by the first part of their names, without the test's own
 * @param sockets open sockets; 0 where {@code /proc} is missing
 * @param buffers how many buffers of the server's pool are in use
 * @param memory bytes of all direct buffers, those in pools included
 */
record Census(Map<String, Long> threads, long sockets, long buffers, long memory) {
    /** Threads that come and go with the test's clients, with the simulator's connections and with HTTP clients of tests. */
    private static final Pattern OTHERS =
            Pattern.compile("(soak-|simulator-|OkHttp|Okio|HttpClient-|awaitility|surefire|junit|ForkJoinPool).*");

    /** How many threads pools may have that keep them for a while. */
    private static final Map<String, Long> LIMITS = Map.of("tpp-client-", 32L, "tpp-login-", 8L, "tpp-health-", 8L);

    /**
     * Jetty 12.1.14 now and then forgets a connection's own buffer when its client leaves in the middle of an upload,
     * about one in some thousand; its pool does not keep it from being collected. What TPP forgot would be more.
     */
    private static final long BUFFERS_LIMIT = 5;

    /** By how much pools of buffers may still grow; a soak moves some hundred times as much. */
    private static final long MEMORY_LIMIT = 8_000_000;

    /** Counts what the process holds, and the TPP whose proxy has this context. */
    static Census take(ServletContext context) {
        return new Census(
                countThreads(), countSockets(), countBuffers(server(context).getByteBufferPool()), Memory.direct());
    }

    private static Map<String, Long> countThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> !OTHERS.matcher(name).matches())
                .map(name -> name.replaceAll("\\d.*", ""))
                .collect(Collectors.groupingBy(Function.identity(), TreeMap::new, Collectors.counting()));
    }

    private static long countSockets() {
        Path descriptors = Path.of("/proc/self/fd");
        if (!Files.isDirectory(descriptors)) {
            return 0;
        }
        try (Stream<Path> all = Files.list(descriptors)) {
            return all.filter(Census::isSocket).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isSocket(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
        } catch (IOException closed) {
            return false;
        }
    }

    /** Returns the server of the proxy with that context. */
    static Server server(ServletContext context) {
        return Objects.requireNonNull(ServletContextHandler.getServletContextHandler(context))
                .getServer();
    }

    private static long countBuffers(ByteBufferPool pool) {
        ArrayByteBufferPool buffers = (ArrayByteBufferPool) pool;
        return buffers.getDirectByteBufferCount()
                - buffers.getAvailableDirectByteBufferCount()
                + buffers.getHeapByteBufferCount()
                - buffers.getAvailableHeapByteBufferCount();
    }

    /** Asserts that nothing has become more since. */
    void assertNotMoreThan(Census before) {
        threads.forEach((family, count) -> assertThat(count)
                .as("threads called " + family)
                .isLessThanOrEqualTo(
                        Math.max(LIMITS.getOrDefault(family, 0L), before.threads.getOrDefault(family, 0L))));
        // Both ends of a connection are in this process.
        assertThat(sockets).as("open sockets").isLessThanOrEqualTo(before.sockets + 2 * Soak.LOGINS_AT_ONCE);
        assertThat(buffers).as("buffers in use").isLessThanOrEqualTo(before.buffers + BUFFERS_LIMIT);
        assertThat(memory).as("direct memory").isLessThan(before.memory + MEMORY_LIMIT);
    }
}
