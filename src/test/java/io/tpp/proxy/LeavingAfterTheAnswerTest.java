package io.tpp.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.access.ConnectionCounts;
import io.tpp.pool.PoolListener;
import io.tpp.pool.PoolSettings;
import io.tpp.pool.TokenPool;
import io.tpp.testing.ManualScheduler;
import io.tpp.testing.RawClient;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that leave between the last byte of their answer and the exchange's end, which comes a little later. */
@Timeout(30)
class LeavingAfterTheAnswerTest {
    private static final int LENGTH = 4;
    private static final PoolSettings SETTINGS = new PoolSettings(
            1,
            Duration.ofHours(1),
            Duration.ofMinutes(1),
            Duration.ofMinutes(6),
            1,
            Duration.ZERO,
            Duration.ofSeconds(5),
            0,
            Duration.ZERO,
            Duration.ofSeconds(30));

    private final ManualScheduler time = new ManualScheduler();
    private final TokenPool pool = new TokenPool(SETTINGS, time, Runnable::run, time::nanoTime, new PoolListener() {});
    private final BlockingQueue<Integer> counted = new LinkedBlockingQueue<>();
    private final ExchangeEnd end = new ExchangeEnd(
            pool,
            () -> false,
            new ProxyListener() {
                @Override
                public void requestEnded(int status, Duration duration) {
                    counted.add(status);
                }
            },
            time::nanoTime);
    private final CompletableFuture<Exchange> begun = new CompletableFuture<>();
    private final CompletableFuture<Void> left = new CompletableFuture<>();
    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server, 1, 1);

    @BeforeEach
    void start() throws Exception {
        server.addConnector(connector);
        ServletContextHandler servlets = new ServletContextHandler();
        ServletHolder holder = new ServletHolder(new Opening());
        holder.setAsyncSupported(true);
        servlets.addServlet(holder, "/");
        server.setHandler(servlets);
        server.start();
    }

    @AfterEach
    void stop() throws Exception {
        server.stop();
    }

    /** Begins exchanges that the test ends. */
    private final class Opening extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
            ServletContextRequest core = ServletContextRequest.getServletContextRequest(request);
            ClientConnection connection = new ClientConnection(
                    1,
                    core.getConnectionMetaData().getConnection().getEndPoint(),
                    pool.newHolder(),
                    new Membership(new ConnectionCounts(0)),
                    0);
            Exchange exchange = new Exchange(request, response, connection, connection.holder(), 0, end::ofAnswer);
            Request.addCompletionListener(core, failure -> end.ofClientSide(exchange));
            exchange.response().setContentLength(LENGTH);
            exchange.response().getOutputStream().setWriteListener(new WriteListener() {
                @Override
                public void onWritePossible() {
                    begun.complete(exchange);
                }

                @Override
                public void onError(Throwable failure) {}
            });
        }
    }

    /** Returns an exchange whose client has so much of its answer, and is watched. */
    private Exchange answered(RawClient client, int length, Runnable onLeft) throws Exception {
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        Exchange exchange = begun.get(10, TimeUnit.SECONDS);
        synchronized (exchange) {
            ServletOutputStream output = exchange.response().getOutputStream();
            output.write("done".substring(0, length).getBytes(US_ASCII));
            assertThat(output.isReady()).isTrue();
            output.flush();
            assertThat(output.isReady()).isTrue();
        }
        exchange.watch(true, () -> {
            onLeft.run();
            left.complete(null);
        });
        client.readHead();
        assertThat(client.readText(length)).isEqualTo("done".substring(0, length));
        return exchange;
    }

    /** The watch has found it, and has told of it, or is about to. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theyAreNotGone(boolean told) throws Exception {
        CompletableFuture<Boolean> gone = new CompletableFuture<>();
        try (RawClient client = RawClient.connect(connector.getLocalPort())) {
            Exchange exchange = answered(client, LENGTH, () -> {
                if (told) {
                    gone.complete(begun.join().left());
                }
            });
            client.hangUp();
            left.get(10, TimeUnit.SECONDS);
            exchange.complete();
            assertThat(counted.poll(10, TimeUnit.SECONDS)).isEqualTo(200);
            assertThat(exchange.isClientGone()).isFalse();
            assertThat(told ? gone.join() : exchange.left()).isFalse();
        }
    }

    @Test
    void whoLeavesABitEarlierIs() throws Exception {
        try (RawClient client = RawClient.connect(connector.getLocalPort())) {
            Exchange exchange = answered(
                    client, LENGTH - 1, () -> assertThat(begun.join().left()).isTrue());
            client.hangUp();
            left.get(10, TimeUnit.SECONDS);
            exchange.cut();
            exchange.complete();
            assertThat(counted.poll(10, TimeUnit.SECONDS)).isEqualTo(499);
        }
    }
}
