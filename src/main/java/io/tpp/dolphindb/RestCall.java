package io.tpp.dolphindb;

import io.opentelemetry.context.Context;
import io.tpp.token.BearerToken;
import io.tpp.token.LoginException.Kind;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.eclipse.jetty.client.BytesRequestContent;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpScheme;
import org.eclipse.jetty.util.HostPort;
import org.jspecify.annotations.Nullable;

/**
 * TPP's own requests to DolphinDB's REST API: one POST of JSON, of whose answer no more is read than such an answer has.
 *
 * <p>Immutable and thread-safe; nothing blocks.
 */
final class RestCall {
    /** The longest answer that is read; one with a token has a few hundred bytes. */
    static final int MAX_ANSWER_BYTES = 64 * 1024;

    /**
     * How a call ended; a class, so that it prints nothing of what it holds.
     *
     * <p>{@code failure} is null if the whole answer came. {@code status} is 0 if none of it came.
     */
    static final class Reply {
        final int status;
        final byte[] body;
        final LoginOutcome.@Nullable Failed failure;

        private Reply(int status, byte[] body, LoginOutcome.@Nullable Failed failure) {
            this.status = status;
            this.body = body;
            this.failure = failure;
        }
    }

    private final HttpClient client;
    private final boolean tls;
    private final String host;
    private final int port;
    private final Duration timeout;

    /**
     * @param client as made by {@link LoginClient}; started and stopped by the caller
     * @param host a host name or IP address; an IPv6 address without brackets
     * @param timeout more than zero; for the whole exchange, waiting for a connection included
     */
    RestCall(HttpClient client, boolean tls, String host, int port, Duration timeout) {
        if (timeout.toMillis() <= 0) {
            throw new IllegalArgumentException("timeout must be at least 1 ms, was " + timeout);
        }
        this.client = Objects.requireNonNull(client, "client");
        this.tls = tls;
        this.host = Objects.requireNonNull(host, "host");
        this.port = port;
        this.timeout = timeout;
    }

    /** Sends {@code body}, with the token if there is one; {@code then} is called once, on any thread, and must not block. */
    void post(String path, byte[] body, @Nullable BearerToken token, Consumer<Reply> then) {
        try {
            Request request = newRequest(path, body, token);
            // A trace of its own: the request that happens to be under way on this thread did not ask for it.
            Context.root().wrap(() -> request.send(new Answer(then))).run();
        } catch (RuntimeException failure) {
            then.accept(new Reply(0, new byte[0], BrokenExchange.describe(failure)));
        }
    }

    /** Returns {@code host:port}, for messages. */
    String address() {
        return HostPort.normalizeHost(host) + ":" + port;
    }

    private Request newRequest(String path, byte[] body, @Nullable BearerToken token) {
        // The host is set on its own, because a URI refuses some that resolve, such as those with an underscore.
        Request request = client.newRequest("localhost", port)
                .scheme(tls ? HttpScheme.HTTPS.asString() : HttpScheme.HTTP.asString())
                .host(host)
                .method(HttpMethod.POST)
                .path(path)
                .headers(headers -> headers.remove(HttpHeader.ACCEPT_ENCODING))
                .followRedirects(false)
                .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                // The client's idle timeout is for connections without a call; a slow answer has until the timeout.
                .idleTimeout(0, TimeUnit.MILLISECONDS)
                .body(new BytesRequestContent("application/json", body));
        return token == null
                ? request
                : request.headers(headers -> headers.put(HttpHeader.AUTHORIZATION, token.headerValue()));
    }

    /** Collects the answer to one call. Jetty calls it from one thread at a time. */
    private static final class Answer implements Response.Listener {
        private final Consumer<Reply> then;
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private boolean tooLong;

        Answer(Consumer<Reply> then) {
            this.then = then;
        }

        @Override
        public void onContent(Response response, ByteBuffer content) {
            if (body.size() + content.remaining() > MAX_ANSWER_BYTES) {
                tooLong = true;
                var unused = response.abort(new IllegalStateException("the answer is too long"));
                return;
            }
            byte[] bytes = new byte[content.remaining()];
            content.get(bytes);
            body.writeBytes(bytes);
        }

        @Override
        public void onComplete(Result result) {
            then.accept(new Reply(result.getResponse().getStatus(), body.toByteArray(), failure(result)));
        }

        private LoginOutcome.@Nullable Failed failure(Result result) {
            if (result.isSucceeded()) {
                return null;
            }
            return tooLong
                    ? new LoginOutcome.Failed(Kind.MALFORMED, "the answer is longer than 64 KiB")
                    : BrokenExchange.describe(result.getFailure());
        }
    }
}
