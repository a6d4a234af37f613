package io.tpp.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.BufferUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SelectorBuffersTest {
    private static final int LENGTH = 16 * 1024;

    /** How many of a size a thread may have of its own. */
    private static final int OWN = 128;

    private final Server server = new Server();
    private final ArmedConnector connector =
            new ArmedConnector(server, new ConnectionFactory[] {new HttpConnectionFactory()});
    private final SelectorBuffers buffers = new SelectorBuffers();

    /** Stands for a selector's. */
    private final ExecutorService thread = Executors.newSingleThreadExecutor();

    @BeforeEach
    void start() throws Exception {
        server.addConnector(connector);
        server.start();
        ManagedSelector selector = connector
                .getSelectorManager()
                .getBeans(ManagedSelector.class)
                .iterator()
                .next();
        onThread(() -> {
            SelectorTurn.current().step(selector, null);
            return selector;
        });
    }

    @AfterEach
    void stop() throws Exception {
        thread.shutdown();
        server.stop();
    }

    private <T> T onThread(Callable<T> task) throws Exception {
        return thread.submit(task).get(10, TimeUnit.SECONDS);
    }

    private RetainableByteBuffer acquire() throws Exception {
        return onThread(() -> buffers.acquire(LENGTH, true));
    }

    private void release(RetainableByteBuffer buffer) throws Exception {
        assertThat(onThread(buffer::release)).isTrue();
    }

    private void assertInUse(long expected) {
        assertThat(buffers.getDirectByteBufferCount() - buffers.getAvailableDirectByteBufferCount())
                .isEqualTo(expected);
    }

    @Test
    void theOneGivenBackLastIsTakenFirstAndIsEmpty() throws Exception {
        RetainableByteBuffer first = acquire();
        RetainableByteBuffer second = acquire();
        assertThat(second).isNotSameAs(first);
        assertInUse(2);
        BufferUtil.append(first.getByteBuffer(), (byte) 1);
        release(second);
        release(first);
        assertInUse(0);
        assertThat(buffers.getDirectByteBufferCount()).isEqualTo(2);
        assertThat(acquire()).isSameAs(first).matches(RetainableByteBuffer::isEmpty);
        assertThat(acquire()).isSameAs(second);
    }

    @Test
    void eachIsAsLargeAsAskedFor() throws Exception {
        for (int length : new int[] {0, 1, 4095, 4096, 4097, 65_535, 65_536, 65_537}) {
            for (int i = 0; i < 2; i++) {
                RetainableByteBuffer buffer = onThread(() -> buffers.acquire(length, true));
                assertThat(buffer.capacity()).isGreaterThanOrEqualTo(length);
                assertThat(buffer.isDirect()).isTrue();
                release(buffer);
            }
        }
        assertThat(onThread(() -> buffers.acquire(LENGTH, false).isDirect())).isFalse();
    }

    @Test
    void oneIsInUseUntilAllHaveReleasedIt() throws Exception {
        RetainableByteBuffer buffer = acquire();
        buffer.retain();
        assertThat(onThread(buffer::release)).isFalse();
        assertThat(acquire()).isNotSameAs(buffer);
        release(buffer);
        assertThat(acquire()).isSameAs(buffer);
    }

    @Test
    void oneThatEndsOnAnotherThreadIsThrownAway() throws Exception {
        RetainableByteBuffer buffer = acquire();
        buffer.release();
        assertThat(buffers.getDirectByteBufferCount()).isZero();
        assertThat(acquire()).isNotSameAs(buffer);
    }

    @Test
    void otherThreadsShareTheirs() throws Exception {
        RetainableByteBuffer buffer = buffers.acquire(LENGTH, true);
        buffer.release();
        assertThat(buffers.poolFor(LENGTH, true).size()).isEqualTo(1);
        RetainableByteBuffer again = buffers.acquire(LENGTH, true);
        assertThat(again.getByteBuffer()).isSameAs(buffer.getByteBuffer());
        assertThat(acquire().getByteBuffer()).isNotSameAs(buffer.getByteBuffer());
    }

    @Test
    void whatIsTooMuchForAThreadIsShared() throws Exception {
        List<RetainableByteBuffer> taken = new ArrayList<>();
        for (int i = 0; i < OWN + 3; i++) {
            taken.add(acquire());
        }
        assertThat(taken).doesNotHaveDuplicates();
        RetainableByteBuffer ofAnotherSize = onThread(() -> buffers.acquire(2 * LENGTH, true));
        release(ofAnotherSize);
        assertThat(onThread(() -> buffers.acquire(2 * LENGTH, true))).isSameAs(ofAnotherSize);
        release(ofAnotherSize);
        for (RetainableByteBuffer buffer : taken) {
            release(buffer);
        }
        assertInUse(0);
        assertThat(buffers.getDirectByteBufferCount()).isEqualTo(OWN + 3 + 1);
        assertThat(buffers.poolFor(LENGTH, true).size()).isEqualTo(3);
        assertThat(buffers.poolFor(2 * LENGTH, true).size()).isZero();
    }

    /** Jetty forgets some of connections that break. */
    @Test
    void whatIsForgottenIsReplaced() throws Exception {
        for (int i = 0; i < OWN; i++) {
            acquire();
        }
        await().untilAsserted(() -> {
            System.gc();
            assertInUse(0);
        });
        RetainableByteBuffer buffer = acquire();
        release(buffer);
        assertThat(acquire()).isSameAs(buffer);
        assertThat(buffers.poolFor(LENGTH, true).size()).isZero();
    }

    @Test
    void whatIsClearedIsNotTakenAgain() throws Exception {
        RetainableByteBuffer buffer = acquire();
        release(buffer);
        buffers.clear();
        assertThat(acquire()).isNotSameAs(buffer);
        assertThat(buffers.getDirectByteBufferCount()).isEqualTo(1);
        assertInUse(1);
    }

    @Test
    void whoeverWritesToOneThatWasGivenBackIsFoundOut() throws Exception {
        RetainableByteBuffer buffer = acquire();
        ByteBuffer kept = buffer.getByteBuffer().duplicate().clear();
        release(buffer);
        kept.put(100, (byte) 1);

        assertThatThrownBy(this::acquire).hasRootCauseMessage("written to after it was given back");
    }
}
