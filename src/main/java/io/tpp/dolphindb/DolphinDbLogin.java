package io.tpp.dolphindb;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tpp.json.Json;
import io.tpp.token.BearerToken;
import io.tpp.token.Credential;
import io.tpp.token.LoginException;
import io.tpp.token.TokenSource;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.client.HttpClient;
import org.jspecify.annotations.Nullable;

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
    private static final String PATH = "/api/login";

    /** A server that takes longer to say who someone is has better things to do than to be asked. */
    private static final Duration LONGEST_PROBE = Duration.ofSeconds(5);

    private final RestCall call;
    private final DolphinDbProbe probe;
    private final Credential credential;
    private final int position;

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
        this.call = new RestCall(client, tls, host, port, timeout);
        this.probe = new DolphinDbProbe(client, tls, host, port, shorter(timeout, LONGEST_PROBE));
        this.credential = Objects.requireNonNull(credential, "credential");
        this.position = position;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    @Override
    public String description() {
        return "user '" + printable(credential.username()) + "' (credential " + position + ")";
    }

    @Override
    public CompletableFuture<BearerToken> login() {
        CompletableFuture<BearerToken> login = new CompletableFuture<>();
        call.post(PATH, body(), null, reply -> complete(login, outcome(reply)));
        return login;
    }

    @Override
    public CompletableFuture<Boolean> probe(BearerToken token) {
        return probe.probe(token, credential.username(), description());
    }

    /** Whether it logs the same user in with the same password at the same place. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof DolphinDbLogin login
                && credential.equals(login.credential)
                && position == login.position
                && call.address().equals(login.call.address());
    }

    @Override
    public int hashCode() {
        return Objects.hash(credential, position);
    }

    @Override
    public String toString() {
        return "login of " + description() + " at " + call.address();
    }

    private byte[] body() {
        return Json.bytes(JsonNodeFactory.instance
                .objectNode()
                .put("username", credential.username())
                .put("password", credential.password().reveal()));
    }

    private static LoginOutcome outcome(RestCall.Reply reply) {
        // A refusal stands even if the rest of the answer never came.
        if (reply.failure == null || LoginResponse.isRefusal(reply.status)) {
            return LoginResponse.read(reply.status, reply.body);
        }
        return reply.failure;
    }

    private void complete(CompletableFuture<BearerToken> login, LoginOutcome outcome) {
        if (outcome instanceof LoginOutcome.Accepted accepted) {
            login.complete(accepted.token());
        } else if (outcome instanceof LoginOutcome.Failed failed) {
            login.completeExceptionally(new LoginException(failed.kind(), sentence(failed)));
        }
    }

    private String sentence(LoginOutcome.Failed failed) {
        return "DolphinDB at " + call.address()
                + switch (failed.kind()) {
                    case REFUSED -> " refused ";
                    case UNREACHABLE -> " could not be reached to log in ";
                    case TIMEOUT -> " did not answer the login of ";
                    case MALFORMED -> " gave no usable answer to the login of ";
                }
                + description() + ": " + failed.reason();
    }

    /** Keeps a user name with line breaks from writing log lines of its own. */
    private static String printable(String text) {
        return text.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", "?");
    }
}
