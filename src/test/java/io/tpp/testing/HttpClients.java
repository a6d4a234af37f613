package io.tpp.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.RequestBody;
import okio.BufferedSink;
import okio.Okio;
import okio.Source;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.entity.InputStreamEntity;
import org.apache.hc.core5.util.Timeout;

/** HTTP clients that nobody here wrote, behind one interface; each keeps one connection alive. */
public final class HttpClients {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private HttpClients() {}

    /**
     * What a client was answered.
     *
     * @param body one character a byte
     */
    public record Answer(int status, String body) {
        static Answer of(int status, byte[] body) {
            return new Answer(status, new String(body, ISO_8859_1));
        }
    }

    /** A client; closing it closes its connections. */
    public interface Client extends AutoCloseable {
        /**
         * Sends a request and reads its answer.
         *
         * @param chunked whether the body's length is kept from the client
         */
        Answer send(String method, URI uri, byte[] body, boolean chunked) throws IOException, InterruptedException;

        default Answer get(URI uri) throws IOException, InterruptedException {
            return send("GET", uri, new byte[0], false);
        }

        /** Sends a script to {@code /api/execute}'s address {@code uri}, and goes on. */
        default CompletableFuture<Answer> execute(URI uri, String script, Executor threads) {
            return CompletableFuture.supplyAsync(
                    () -> {
                        try {
                            byte[] body = ("{\"script\":\"" + script + "\"}").getBytes(ISO_8859_1);
                            return send("POST", uri, body, false);
                        } catch (IOException | InterruptedException e) {
                            throw new CompletionException(e);
                        }
                    },
                    threads);
        }

        @Override
        void close();
    }

    /** The JDK's, with HTTP/1.1 or, in clear, asking for an upgrade to HTTP/2. */
    public static Client jdk(HttpClient.Version version) {
        HttpClient client = HttpClient.newBuilder().version(version).build();
        return new Client() {
            @Override
            public Answer send(String method, URI uri, byte[] body, boolean chunked)
                    throws IOException, InterruptedException {
                HttpRequest.BodyPublisher publisher = chunked
                        ? HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))
                        : HttpRequest.BodyPublishers.ofByteArray(body);
                HttpRequest.Builder request =
                        HttpRequest.newBuilder(uri).timeout(LIMIT).method(method, publisher);
                if (body.length == 0) {
                    request.method(method, HttpRequest.BodyPublishers.noBody());
                }
                var response = client.send(request.build(), BodyHandlers.ofByteArray());
                return Answer.of(response.statusCode(), response.body());
            }

            /** The JDK's client of Java 17 cannot be closed; it ends once it is unreachable. */
            @Override
            public void close() {}
        };
    }

    public static Client apache() {
        CloseableHttpClient client = org.apache.hc.client5.http.impl.classic.HttpClients.custom()
                .setDefaultRequestConfig(org.apache.hc.client5.http.config.RequestConfig.custom()
                        .setResponseTimeout(Timeout.of(LIMIT))
                        .build())
                .disableAutomaticRetries()
                .build();
        return new Client() {
            @Override
            public Answer send(String method, URI uri, byte[] body, boolean chunked) throws IOException {
                HttpUriRequestBase request = new HttpUriRequestBase(method, uri);
                if (chunked) {
                    request.setEntity(new InputStreamEntity(
                            new ByteArrayInputStream(body), ContentType.APPLICATION_OCTET_STREAM));
                } else if (body.length > 0) {
                    request.setEntity(new ByteArrayEntity(body, ContentType.APPLICATION_OCTET_STREAM));
                }
                return client.execute(
                        request,
                        response -> Answer.of(response.getCode(), EntityUtils.toByteArray(response.getEntity())));
            }

            @Override
            public void close() {
                try {
                    client.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };
    }

    /** With HTTP/1.1. */
    public static Client okHttp() {
        return okHttp(Protocol.HTTP_1_1);
    }

    /** With HTTP/2 in clear, by prior knowledge; requests sent at the same time share its connection once it is open. */
    public static Client okHttp2() {
        return okHttp(Protocol.H2_PRIOR_KNOWLEDGE);
    }

    private static Client okHttp(Protocol protocol) {
        OkHttpClient client = new OkHttpClient.Builder()
                .protocols(List.of(protocol))
                .callTimeout(LIMIT)
                .readTimeout(LIMIT)
                .retryOnConnectionFailure(false)
                .build();
        return new Client() {
            @Override
            public Answer send(String method, URI uri, byte[] body, boolean chunked) throws IOException {
                RequestBody requestBody =
                        method.equals("GET") ? null : chunked ? streamed(body) : RequestBody.create(body);
                okhttp3.Request request = new okhttp3.Request.Builder()
                        .url(uri.toString())
                        .method(method, requestBody)
                        .build();
                try (okhttp3.Response response = client.newCall(request).execute()) {
                    return Answer.of(response.code(), response.body().bytes());
                }
            }

            @Override
            public void close() {
                client.dispatcher().executorService().shutdown();
                client.connectionPool().evictAll();
            }
        };
    }

    private static RequestBody streamed(byte[] body) {
        return new RequestBody() {
            @Override
            public MediaType contentType() {
                return MediaType.get("application/octet-stream");
            }

            @Override
            public void writeTo(BufferedSink sink) throws IOException {
                try (InputStream in = new ByteArrayInputStream(body);
                        Source source = Okio.source(in)) {
                    sink.writeAll(source);
                }
            }
        };
    }
}
