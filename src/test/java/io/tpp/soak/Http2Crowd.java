package io.tpp.soak;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/** Many requests at once on one HTTP/2 connection, some of which are cancelled. */
final class Http2Crowd {
    private static final Pattern CLIENT = Pattern.compile("127\\.0\\.0\\.1:\\d+");

    private final Visit visit;
    private final OkHttpClient client;
    private final Map<String, Slots> connections = new HashMap<>();

    private Http2Crowd(Visit visit, OkHttpClient client) {
        this.visit = visit;
        this.client = client;
    }

    static void act(Visit visit) throws Exception {
        Dispatcher dispatcher = new Dispatcher();
        dispatcher.setMaxRequestsPerHost(100);
        OkHttpClient client = new OkHttpClient.Builder()
                .protocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE))
                .retryOnConnectionFailure(false)
                .readTimeout(Visit.LIMIT)
                .writeTimeout(Visit.LIMIT)
                .dispatcher(dispatcher)
                .connectionPool(new ConnectionPool(1, 1, TimeUnit.MINUTES))
                .build();
        try {
            new Http2Crowd(visit, client).act();
        } finally {
            close(client);
        }
    }

    /** A connection is kept if it is still in use when the pool is emptied. */
    private static void close(OkHttpClient client) {
        client.dispatcher().cancelAll();
        await().atMost(Visit.LIMIT).until(() -> client.dispatcher().runningCallsCount() == 0);
        client.dispatcher().executorService().shutdown();
        client.connectionPool().evictAll();
    }

    private void act() throws InterruptedException {
        for (int left = 1 + visit.upTo(3); left > 0; left--) {
            List<Stream> streams = new ArrayList<>();
            for (int streamsLeft = 2 + visit.upTo(10); streamsLeft > 0; streamsLeft--) {
                streams.add(newStream());
            }
            visit.pause(50);
            streams.forEach(this::cancelOrNot);
            streams.forEach(this::check);
        }
    }

    private Stream newStream() {
        long number = visit.number();
        Request.Builder request =
                new Request.Builder().url("http://127.0.0.1:" + visit.soak().port() + "/echo?id=" + number);
        String mark = "\"target\":\"/echo?id=" + number + "\"";
        if (visit.random().nextBoolean()) {
            String script = "{\"script\":\"sleep(" + visit.upTo(50) + "); echoHeaders()\"}";
            request.url("http://127.0.0.1:" + visit.soak().port() + "/api/execute")
                    .header("X-Id", String.valueOf(number))
                    .post(RequestBody.create(script.getBytes(US_ASCII)));
            mark = "\"x-id: " + number + "\"";
        }
        return new Stream(client.newCall(request.build()), mark);
    }

    private void cancelOrNot(Stream stream) {
        if (visit.upTo(3) == 0) {
            stream.cancelled = true;
            stream.call.cancel();
        }
    }

    /** Waits for the answer of a stream that was not cancelled, and looks at it. */
    private void check(Stream stream) {
        if (stream.cancelled) {
            return;
        }
        try {
            checkAnswer(stream, stream.answer.get(Visit.LIMIT.toSeconds(), TimeUnit.SECONDS));
        } catch (ExecutionException lost) {
            throw visit.failed("the stream was lost", stream.sentAt, lost.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("no answer came", e);
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    private void checkAnswer(Stream stream, Answer answer) {
        if (answer.status != 200) {
            throw visit.failed("answered " + answer.status + " " + answer.body, stream.sentAt, null);
        }
        Matcher connection = CLIENT.matcher(answer.body);
        if (!answer.body.contains(stream.mark) || !connection.find()) {
            throw new AssertionError("not the answer to " + stream.mark + ": " + SoakClient.start(answer.body));
        }
        connections
                .computeIfAbsent(connection.group(), key -> new Slots(visit.soak()))
                .answered(answer.body, stream.sentAt);
        visit.count("answers over HTTP/2");
    }

    private record Answer(int status, String body) {}

    private static final class Stream implements Callback {
        final Call call;
        final String mark;
        final long sentAt = System.nanoTime();
        final CompletableFuture<Answer> answer = new CompletableFuture<>();
        boolean cancelled;

        Stream(Call call, String mark) {
            this.call = call;
            this.mark = mark;
            call.enqueue(this);
        }

        @Override
        public void onFailure(Call failed, IOException failure) {
            answer.completeExceptionally(failure);
        }

        @Override
        public void onResponse(Call answered, Response response) throws IOException {
            try (response) {
                answer.complete(new Answer(response.code(), response.body().string()));
            } catch (IOException failure) {
                answer.completeExceptionally(failure);
            }
        }
    }
}
