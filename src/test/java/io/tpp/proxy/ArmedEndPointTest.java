package io.tpp.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tpp.testing.Background;
import io.tpp.testing.RawClient;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ArmedEndPointTest {
    private static final int LARGE = 16 * 1024 * 1024;

    private static final long THINKING_MILLIS = 200;

    private final List<ArmedEndPoint> endPoints = new CopyOnWriteArrayList<>();
    private final List<CountingKey> keys = new CopyOnWriteArrayList<>();
    private final BlockingQueue<Runnable> held = new LinkedBlockingQueue<>();
    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server, 1, 1) {
        @Override
        protected SocketChannelEndPoint newEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key) {
            CountingKey counting = new CountingKey(key);
            ArmedEndPoint endPoint = new TellingEndPoint(channel, selector, counting, getScheduler());
            keys.add(counting);
            endPoints.add(endPoint);
            return endPoint;
        }
    };

    /** What was done to the sockets, and when the handler had answered. */
    private final List<String> events = new CopyOnWriteArrayList<>();

    /** How long the sockets had been silent whose writes had to wait, in milliseconds. */
    private final List<Long> silences = new CopyOnWriteArrayList<>();

    private final class TellingEndPoint extends ArmedEndPoint {
        TellingEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key, Scheduler scheduler) {
            super(channel, selector, key, scheduler);
        }

        @Override
        public boolean flush(ByteBuffer... buffers) throws IOException {
            long before = BufferUtil.remaining(buffers);
            boolean all = super.flush(buffers);
            if (BufferUtil.remaining(buffers) < before) {
                events.add("written");
            } else if (before > 0) {
                silences.add(getIdleFor());
            }
            return all;
        }
    }

    @BeforeEach
    void start() throws Exception {
        server.addConnector(connector);
        server.setHandler(new Answers());
        server.start();
    }

    @AfterEach
    void stop() throws Exception {
        server.stop();
    }

    /** Answers at once with as many bytes as the path says, or, to /held, when it is told to; /stop stops the selector meanwhile. */
    private final class Answers extends Handler.Abstract.NonBlocking {
        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            String path = Request.getPathInContext(request).substring(1);
            if (path.equals("held")) {
                held.add(() -> answer(response, 4, callback));
            } else if (path.equals("stop")) {
                CountDownLatch goOn = new CountDownLatch(1);
                held.add(goOn::countDown);
                assertThat(goOn.await(10, TimeUnit.SECONDS)).isTrue();
                answer(response, 4, callback);
            } else if (path.equals("closed")) {
                answer(response, 4, callback);
                request.getConnectionMetaData().getConnection().getEndPoint().close();
            } else {
                if (Request.extractQueryParameters(request).get("more") != null) {
                    SelectorTurn.current().close();
                }
                answer(response, Integer.parseInt(path), followed(request, callback));
                events.add("answered");
            }
            return true;
        }

        private Callback followed(Request request, Callback callback) throws Exception {
            String follows = Request.extractQueryParameters(request).getValue("follows");
            return follows == null
                    ? callback
                    : Callback.from(
                            () -> {
                                events.add("followed");
                                callback.succeeded();
                            },
                            callback::failed);
        }

        private static void answer(Response response, int length, Callback callback) {
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, length);
            response.write(true, ByteBuffer.wrap("x".repeat(length).getBytes(US_ASCII)), callback);
        }
    }

    /** A key that tells how often it is changed, and was found ready. */
    private static final class CountingKey extends SelectionKey {
        private final SelectionKey key;
        final AtomicInteger changes = new AtomicInteger();
        final AtomicInteger ready = new AtomicInteger();

        CountingKey(SelectionKey key) {
            this.key = key;
        }

        @Override
        public SelectionKey interestOps(int operations) {
            changes.incrementAndGet();
            return key.interestOps(operations);
        }

        @Override
        public SelectableChannel channel() {
            return key.channel();
        }

        @Override
        public Selector selector() {
            return key.selector();
        }

        @Override
        public boolean isValid() {
            return key.isValid();
        }

        @Override
        public void cancel() {
            key.cancel();
        }

        @Override
        public int interestOps() {
            return key.interestOps();
        }

        @Override
        public int readyOps() {
            ready.incrementAndGet();
            return key.readyOps();
        }
    }

    private static String get(String path) {
        return "GET /" + path + " HTTP/1.1\r\nHost: tpp\r\n\r\n";
    }

    private RawClient connect() {
        return RawClient.connect(connector.getLocalPort());
    }

    private Runnable held() throws InterruptedException {
        return Objects.requireNonNull(held.poll(10, TimeUnit.SECONDS), "no request came");
    }

    @Test
    void theSelectorIsToldOnceForAnyNumberOfRequests() throws Exception {
        try (RawClient client = connect()) {
            for (int i = 0; i < 100; i++) {
                client.send(get("held"));
                held().run();
                assertThat(client.read().body()).isEqualTo("xxxx");
                // Else the next request may be there before anybody waits for it.
                await().until(() -> endPoints.get(0).getFillInterest().isInterested());
            }
        }
        assertThat(keys.get(0).changes.get()).isEqualTo(1);
    }

    @Test
    void whatComesWhileNobodyWaitsForItIsReadAfterwards() throws Exception {
        try (RawClient client = connect()) {
            for (int i = 0; i < 20; i++) {
                client.send(get("held"));
                Runnable answer = held();
                client.send(get("5"));
                try (RawClient other = connect()) {
                    // So that the selector has seen the former.
                    other.send(get("1")).read();
                }
                answer.run();
                assertThat(client.read().body()).isEqualTo("xxxx");
                assertThat(client.read().body()).isEqualTo("xxxxx");
            }
        }
    }

    @Test
    void aClientThatLeavesWhileNobodyReadsIsNotLookedAtAgain() throws Exception {
        try (RawClient client = connect().send(get("held"))) {
            Runnable answer = held();
            client.shutdownOutput();
            try (RawClient other = connect()) {
                other.send(get("1")).read();
                other.send(get("1")).read();
                int before = keys.get(0).ready.get();
                for (int i = 0; i < 100; i++) {
                    other.send(get("1")).read();
                }
                assertThat(keys.get(0).ready.get() - before).isLessThanOrEqualTo(1);
            }
            answer.run();
            assertThat(client.read().body()).isEqualTo("xxxx");
            assertThat(client.isClosedByPeer()).isTrue();
        }
    }

    @Test
    void anAnswerThatDoesNotFitIsWrittenOnWhenThereIsRoom() {
        try (RawClient client = connect()) {
            for (int i = 0; i < 3; i++) {
                assertThat(client.send(get(String.valueOf(LARGE))).read().body())
                        .hasSize(LARGE);
            }
            assertThat(client.send(get("4")).read().body()).isEqualTo("xxxx");
        }
    }

    /** Lets the selector find a request of each of these clients at once. */
    private void sendAtOnce(RawClient stopping, List<RawClient> clients, String request) throws Exception {
        for (RawClient client : clients) {
            client.send(get("1")).read();
        }
        stopping.send(get("stop"));
        Runnable goOn = held();
        events.clear();
        for (RawClient client : clients) {
            client.send(request);
        }
        goOn.run();
        assertThat(stopping.read().body()).isEqualTo("xxxx");
    }

    /** Asks for the path on two connections at once; {@code expected} is what happens then, the answer before it included. */
    private void assertHappens(String path, int length, String... expected) throws Exception {
        try (RawClient stopping = connect();
                RawClient one = connect();
                RawClient another = connect()) {
            sendAtOnce(stopping, List.of(one, another), get(path));
            assertThat(one.read().body()).isEqualTo("x".repeat(length));
            assertThat(another.read().body()).isEqualTo("x".repeat(length));
        }
        await().untilAsserted(() -> assertThat(events).containsExactly(expected));
    }

    @Test
    void whatIsShortIsWrittenWhenAllThatHasComeIsDone() throws Exception {
        assertHappens("3", 3, "written", "answered", "answered", "written", "written");
    }

    @Test
    void whatFollowsAShortOneWaitsUntilTheOthersAreWritten() throws Exception {
        assertHappens(
                "3?follows=1", 3, "written", "answered", "answered", "written", "written", "followed", "followed");
    }

    /** Else its connection could be ended for being idle, and with it an answer that took as long as that. */
    @Test
    void whileSomethingShortWaitsItsConnectionIsNotIdle() throws Exception {
        try (RawClient stopping = connect();
                RawClient one = connect();
                RawClient another = connect()) {
            sendAtOnce(stopping, List.of(one, another), get("stop"));
            for (int i = 0; i < 2; i++) {
                Runnable goOn = held();
                assertThat(new CountDownLatch(1).await(THINKING_MILLIS, TimeUnit.MILLISECONDS))
                        .isFalse();
                goOn.run();
            }
            assertThat(one.read().body()).isEqualTo("xxxx");
            assertThat(another.read().body()).isEqualTo("xxxx");
        }
        assertThat(silences).hasSize(2).allMatch(silence -> silence < THINKING_MILLIS);
    }

    @Test
    void whatIsLongIsWrittenAtOnce() throws Exception {
        assertHappens("3000", 3000, "written", "written", "answered", "written", "answered");
    }

    @Test
    void whatIsFollowedByMoreIsWrittenAtOnce() throws Exception {
        assertHappens("3?more=1", 3, "written", "written", "answered", "written", "answered");
    }

    @Test
    void whatIsAloneIsWrittenAtOnce() {
        try (RawClient client = connect()) {
            assertThat(client.send(get("3")).read().body()).isEqualTo("xxx");
        }
        await().untilAsserted(() -> assertThat(events).containsExactly("written", "answered"));
    }

    @Test
    void oneThatIsClosedMeanwhileDoesNotKeepTheOthersWaiting() throws Exception {
        try (RawClient stopping = connect();
                RawClient one = connect();
                RawClient another = connect();
                RawClient third = connect()) {
            sendAtOnce(stopping, List.of(one, another), get("closed"));
            assertThat(third.send(get("3")).read().body()).isEqualTo("xxx");
            assertThat(one.isClosedByPeer()).isTrue();
            assertThat(another.isClosedByPeer()).isTrue();
        }
    }

    @Test
    void shortAnswersThatDoNotFitAreWrittenOnWhenThereIsRoom() {
        int requests = 8000;
        try (RawClient client = connect()) {
            CompletableFuture<?> sending =
                    Background.run(() -> client.send(get("1500").repeat(requests)));
            await().until(() -> endPoints.get(0).getWriteFlusher().isPending());
            for (int i = 0; i < requests; i++) {
                assertThat(client.read().body()).isEqualTo("x".repeat(1500));
            }
            sending.join();
        }
    }
}
