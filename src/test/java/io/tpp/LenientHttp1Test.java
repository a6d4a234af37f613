package io.tpp;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.testing.RawClient;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LenientHttp1Test {
    /** How long a thread that gives a buffer back is held up. */
    private static final long HELD_MILLIS = 500;

    /** What a request is read into is another client's as soon as it is given back. */
    @ParameterizedTest
    @ValueSource(
            strings = {"GET / HTTP/1.1HTTP/1.1\r\n", "no HTTP\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"})
    void aMalformedRequestIsAnsweredOnlyWhenItsBufferIsGivenBack(String request) throws Exception {
        SlowToGiveBack buffers = new SlowToGiveBack();
        Server server = new Server(new QueuedThreadPool(), null, buffers);
        ServerConnector connector = new ServerConnector(server, 1, 1, new LenientHttp1(new HttpConfiguration(), 8192));
        server.addConnector(connector);
        server.start();
        try (RawClient client = RawClient.connect(connector.getLocalPort())) {
            client.send(request);
            client.readHead();
            boolean givenBack = buffers.givenBack.get();
            buffers.answered.countDown();

            assertThat(givenBack).isTrue();
        } finally {
            server.stop();
        }
    }

    /** Holds up who gives the first buffer back, until the answer has come, but not for ever. */
    private static final class SlowToGiveBack extends ArrayByteBufferPool {
        private final AtomicBoolean taken = new AtomicBoolean();
        private final AtomicBoolean givenBack = new AtomicBoolean();
        private final CountDownLatch answered = new CountDownLatch(1);

        @Override
        public RetainableByteBuffer.Mutable acquire(int size, boolean direct) {
            return taken.compareAndSet(false, true) ? new Held(size) : super.acquire(size, direct);
        }

        private final class Held extends RetainableByteBuffer.FixedCapacity {
            Held(int size) {
                super(BufferUtil.allocate(size));
            }

            @Override
            public boolean release() {
                try {
                    var unused = answered.await(HELD_MILLIS, MILLISECONDS);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                givenBack.set(true);
                return super.release();
            }
        }
    }
}
