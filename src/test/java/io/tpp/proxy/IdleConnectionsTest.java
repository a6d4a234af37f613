package io.tpp.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tpp.testing.ScriptedUpstream;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IdleConnectionsTest {
    private static final int MANY = 3000;

    private static final int BACKLOG = 40;

    /** In bytes. A call for each of the many would need several times as much. */
    private static final long SMALL_STACK = 160 * 1024;

    private final Server server = new Server();
    private final ArmedConnector connector =
            new ArmedConnector(server, new ConnectionFactory[] {new HttpConnectionFactory()});
    private volatile CountDownLatch arrivals = new CountDownLatch(0);
    private ScriptedUpstream upstream;
    private HttpClient client;

    @BeforeEach
    void start() throws Exception {
        upstream = ScriptedUpstream.start(connection -> {
            CountDownLatch all = arrivals;
            all.countDown();
            assertThat(all.await(30, TimeUnit.SECONDS)).isTrue();
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        });
        server.addConnector(connector);
        server.start();
        client = UpstreamClient.start(Duration.ofSeconds(5), null, server);
    }

    @AfterEach
    void stop() throws Exception {
        client.stop();
        server.stop();
        upstream.close();
    }

    private CompletableFuture<Result> send() {
        CompletableFuture<Result> sent = new CompletableFuture<>();
        client.newRequest("http://127.0.0.1:" + upstream.port()).send(sent::complete);
        return sent;
    }

    /** Sends so many requests that are all under way at once, so that as many connections are idle afterwards. */
    private void open(int count) {
        CountDownLatch all = new CountDownLatch(count);
        arrivals = all;
        List<CompletableFuture<Result>> sent = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sent.add(send());
            // No more at once than the upstream's system lets wait.
            int seen = sent.size() - BACKLOG;
            if (count - all.getCount() < seen) {
                await().pollInterval(1, TimeUnit.MILLISECONDS).until(() -> count - all.getCount() >= seen);
            }
        }
        sent.forEach(answer -> assertThat(answer.join().isSucceeded()).isTrue());
    }

    /** Returns what lets the selectors go on. */
    private Runnable stopSelectors() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        for (ManagedSelector selector : connector.getSelectorManager().getBeans(ManagedSelector.class)) {
            CountDownLatch stopped = new CountDownLatch(1);
            selector.submit(unused -> {
                stopped.countDown();
                join(goOn);
            });
            join(stopped);
        }
        return goOn::countDown;
    }

    private static void join(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** As when the upstream is started again, and nobody has heard of it yet. */
    @Test
    void anyNumberThatHasEndedIsPassedOver() throws Exception {
        open(MANY);
        Runnable goOn = stopSelectors();
        upstream.close();
        CompletableFuture<CompletableFuture<Result>> sent = new CompletableFuture<>();
        Thread sending = new Thread(null, () -> sent.complete(send()), "sending", SMALL_STACK);
        sending.setUncaughtExceptionHandler((thread, failure) -> sent.completeExceptionally(failure));
        sending.start();
        CompletableFuture<Result> answer = sent.get(10, TimeUnit.SECONDS);
        goOn.run();
        assertThat(answer.get(10, TimeUnit.SECONDS).getFailure()).isInstanceOf(ConnectException.class);
    }
}
