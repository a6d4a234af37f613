package io.tpp.dolphindb;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tpp.token.BearerToken;
import io.tpp.token.Credential;
import io.tpp.token.LoginException;
import io.tpp.token.LoginException.Kind;
import io.tpp.token.TokenSource;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.client.BytesRequestContent;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpScheme;
import org.eclipse.jetty.util.HostPort;

/**
 * Logs one credential in at DolphinDB: {@code POST /api/login} of the REST API, server 2.00.14 / 3.00.2 or newer.
 *
 * <p>One exchange per login, no retry: whether and when to try again is the pool's decision, since wrong passwords can
 * lock a user out. Neither the password nor any part of the answer is in a failure's message, and no failure has a cause,
 * because those of HTTP and JSON libraries quote what they read.
 *
 * <h2>Threads</h2>
 * Immutable and thread-safe. {@link #login()} returns at once; the returned future completes on a thread of the HTTP
 * client, which whoever acts on it must not block.
 */
public final class DolphinDbLogin implements TokenSource {
    /** The longest answer that is read; one with a token has a few hundred bytes. */
    static final int MAX_ANSWER_BYTES = 64 * 1024;

    private static final String PATH = "/api/login";

    private final HttpClient client;
    private final boolean tls;
    private final String host;
    private final int port;
    private final Credential credential;
    private final int position;
    private final Duration timeout;

    /**
     * Creates a login that does nothing yet.
     *
     * @param client as made by {@link LoginClient}; started and stopped by the caller
     * @param tls whether to speak HTTPS, with the trust that {@code client} was given
     * @param host a host name or IP address; an IPv6 address without brackets
     * @param position the credential's place in the configuration, from 1, by which operators find it
     * @param timeout more than zero; for the whole exchange, waiting for a connection included
     */
    public DolphinDbLogin(
            HttpClient client,
            boolean tls,
            String host,
            int port,
            Credential credential,
            int position,
            Duration timeout) {
        if (timeout.toMillis() <= 0) {
            throw new IllegalArgumentException("timeout must be at least 1 ms, was " + timeout);
        }
        this.client = Objects.requireNonNull(client, "client");
        this.tls = tls;
        this.host = Objects.requireNonNull(host, "host");
        this.port = port;
        this.credential = Objects.requireNonNull(credential, "credential");
        this.position = position;
        this.timeout = timeout;
    }

    @Override
    public String description() {
        return "user '" + printable(credential.username()) + "' (credential " + position + ")";
    }

    @Override
    public CompletableFuture<BearerToken> login() {
        CompletableFuture<BearerToken> login = new CompletableFuture<>();
        try {
            newRequest().send(new Answer(login));
        } catch (RuntimeException e) {
            complete(login, BrokenExchange.describe(e));
        }
        return login;
    }

    @Override
    public String toString() {
        return "login of " + description() + " at " + address();
    }

    private Request newRequest() {
        // The host is set on its own, because a URI refuses some that resolve, such as those with an underscore.
        return client.newRequest("localhost", port)
                .scheme(tls ? HttpScheme.HTTPS.asString() : HttpScheme.HTTP.asString())
                .host(host)
                .method(HttpMethod.POST)
                .path(PATH)
                .headers(headers -> headers.remove(HttpHeader.ACCEPT_ENCODING))
                .followRedirects(false)
                .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                // The client's idle timeout is for connections without a login; a slow answer has until the timeout.
                .idleTimeout(0, TimeUnit.MILLISECONDS)
                .body(new BytesRequestContent("application/json", body()));
    }

    private byte[] body() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("username", credential.username())
                .put("password", credential.password().reveal())
                .toString()
                .getBytes(StandardCharsets.UTF_8);
    }

    private void complete(CompletableFuture<BearerToken> login, LoginOutcome outcome) {
        if (outcome instanceof LoginOutcome.Accepted accepted) {
            login.complete(accepted.token());
        } else if (outcome instanceof LoginOutcome.Failed failed) {
            login.completeExceptionally(new LoginException(failed.kind(), sentence(failed)));
        }
    }

    private String sentence(LoginOutcome.Failed failed) {
        return "DolphinDB at " + address()
                + switch (failed.kind()) {
                    case REFUSED -> " refused ";
                    case UNREACHABLE -> " could not be reached to log in ";
                    case TIMEOUT -> " did not answer the login of ";
                    case MALFORMED -> " gave no usable answer to the login of ";
                }
                + description() + ": " + failed.reason();
    }

    private String address() {
        return HostPort.normalizeHost(host) + ":" + port;
    }

    /** Keeps a user name with line breaks from writing log lines of its own. */
    private static String printable(String text) {
        return text.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", "?");
    }

    /** Collects the answer to one login. Jetty calls it from one thread at a time. */
    private final class Answer implements Response.Listener {
        private final CompletableFuture<BearerToken> login;
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private boolean tooLong;

        Answer(CompletableFuture<BearerToken> login) {
            this.login = login;
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
            complete(login, outcome(result));
        }

        private LoginOutcome outcome(Result result) {
            int status = result.getResponse().getStatus();
            // A refusal stands even if the rest of the answer never came.
            if (result.isSucceeded() || LoginResponse.isRefusal(status)) {
                return LoginResponse.read(status, body.toByteArray());
            }
            return tooLong
                    ? new LoginOutcome.Failed(Kind.MALFORMED, "the answer is longer than 64 KiB")
                    : BrokenExchange.describe(result.getFailure());
        }
    }
}
