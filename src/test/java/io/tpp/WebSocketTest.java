package io.tpp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocketListener;
import okio.ByteString;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** WebSocket clients that nobody here wrote, through TPP. */
@Timeout(60)
class WebSocketTest {
    private static final int LARGE = 3_000_000;

    /** DolphinDB's web interface and streaming, and DolphinX, which wants a token. */
    @ParameterizedTest
    @ValueSource(strings = {"/", "/agent-bus/v1"})
    void theJdksClientTalks(String path) throws Exception {
        try (Rig rig = Rig.start(1)) {
            Received received = new Received();
            WebSocket socket = HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .subprotocols("agent-bus")
                    .connectTimeout(Duration.ofSeconds(10))
                    .buildAsync(URI.create("ws://127.0.0.1:" + rig.port() + path), received)
                    .get(10, TimeUnit.SECONDS);
            assertThat(socket.getSubprotocol()).isEqualTo("agent-bus");
            socket.sendText("héllo", true).get(10, TimeUnit.SECONDS);
            assertThat(received.next()).isEqualTo("héllo");
            byte[] large = random();
            socket.sendBinary(ByteBuffer.wrap(large), true).get(10, TimeUnit.SECONDS);
            assertThat(received.next()).isEqualTo(ByteString.of(large));
            socket.sendPing(ByteBuffer.wrap(new byte[] {1})).get(10, TimeUnit.SECONDS);
            assertThat(received.next()).isEqualTo("pong 1");
            assertThat(rig.pool().inUse()).isEqualTo(1);
            socket.sendClose(4001, "enough").get(10, TimeUnit.SECONDS);
            assertThat(received.next()).isEqualTo("closed 4001 enough");
        }
    }

    @Test
    void okHttpTalks() throws Exception {
        OkHttpClient client =
                new OkHttpClient.Builder().readTimeout(Duration.ofSeconds(10)).build();
        try (Rig rig = Rig.start(1)) {
            Heard heard = new Heard();
            okhttp3.WebSocket socket = client.newWebSocket(
                    new Request.Builder().url(rig.uri("/").toString()).build(), heard);
            assertThat(heard.next()).isEqualTo("open 101");
            assertThat(socket.send("hello")).isTrue();
            assertThat(heard.next()).isEqualTo("hello");
            ByteString large = ByteString.of(random());
            assertThat(socket.send(large)).isTrue();
            assertThat(heard.next()).isEqualTo(large);
            assertThat(socket.close(4001, "enough")).isTrue();
            assertThat(heard.next()).isEqualTo("closed 4001 enough");
        } finally {
            client.dispatcher().executorService().shutdown();
            await().until(() -> client.connectionPool().connectionCount() == 0);
        }
    }

    private static byte[] random() {
        byte[] bytes = new byte[LARGE];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    private static Object next(BlockingQueue<Object> events) throws InterruptedException {
        Object event = events.poll(10, TimeUnit.SECONDS);
        if (event == null) {
            throw new AssertionError("nothing came");
        }
        return event;
    }

    /** What the JDK's client receives. */
    private static final class Received implements WebSocket.Listener {
        private final BlockingQueue<Object> events = new LinkedBlockingQueue<>();
        private final StringBuilder text = new StringBuilder();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Object next() throws InterruptedException {
            return WebSocketTest.next(events);
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                events.add(text.toString());
                text.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            byte[] part = new byte[data.remaining()];
            data.get(part);
            bytes.writeBytes(part);
            if (last) {
                events.add(ByteString.of(bytes.toByteArray()));
                bytes.reset();
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onPong(WebSocket socket, ByteBuffer data) {
            events.add("pong " + data.remaining());
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            events.add("closed " + code + " " + reason);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable failure) {
            events.add(failure);
        }
    }

    /** What OkHttp receives. */
    private static final class Heard extends WebSocketListener {
        private final BlockingQueue<Object> events = new LinkedBlockingQueue<>();

        Object next() throws InterruptedException {
            return WebSocketTest.next(events);
        }

        @Override
        public void onOpen(okhttp3.WebSocket socket, Response response) {
            events.add("open " + response.code());
        }

        @Override
        public void onMessage(okhttp3.WebSocket socket, String text) {
            events.add(text);
        }

        @Override
        public void onMessage(okhttp3.WebSocket socket, ByteString bytes) {
            events.add(bytes);
        }

        @Override
        public void onClosed(okhttp3.WebSocket socket, int code, String reason) {
            events.add("closed " + code + " " + reason);
        }

        @Override
        public void onFailure(okhttp3.WebSocket socket, Throwable failure, Response response) {
            events.add(failure);
        }
    }
}
