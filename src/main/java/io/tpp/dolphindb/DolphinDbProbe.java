package io.tpp.dolphindb;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tpp.json.Json;
import io.tpp.token.BearerToken;
import io.tpp.token.LoginException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.client.HttpClient;
import org.jspecify.annotations.Nullable;

/**
 * Asks DolphinDB whether a token is alive: who am I, says {@code getCurrentSessionAndUser()} through {@code POST
 * /api/execute}. Even a guest may call it (manual page of {@code isClientAuth}), and then it says {@code guest}.
 *
 * <p>Immutable and thread-safe. The returned futures complete on a thread of the HTTP client, which whoever acts on them
 * must not block.
 */
public final class DolphinDbProbe {
    private static final String PATH = "/api/execute";
    private static final byte[] BODY =
            Json.bytes(JsonNodeFactory.instance.objectNode().put("script", "getCurrentSessionAndUser()"));

    private final RestCall call;

    /**
     * Makes a probe that asks nothing yet.
     *
     * @param client as made by {@link LoginClient}; started and stopped by the caller
     * @param tls whether to speak HTTPS, with the trust that {@code client} was given
     * @param host a host name or IP address; an IPv6 address without brackets
     * @param timeout more than zero; for the whole exchange, waiting for a connection included
     */
    public DolphinDbProbe(HttpClient client, boolean tls, String host, int port, Duration timeout) {
        this.call = new RestCall(client, tls, host, port, timeout);
    }

    /**
     * Asks about one token.
     *
     * @param user whose token it is; null: not known
     * @param description what operators call the token's source, for the message of a failure
     * @return true: alive; false: dead; exceptionally with a {@link LoginException}, which holds nothing of the answer, if
     *     it could not be found out
     */
    public CompletableFuture<Boolean> probe(BearerToken token, @Nullable String user, String description) {
        CompletableFuture<Boolean> alive = new CompletableFuture<>();
        call.post(PATH, BODY.clone(), token, reply -> complete(alive, ProbeResponse.read(reply, user), description));
        return alive;
    }

    /** Returns whom it asks, as {@code host:port}, for messages. */
    String address() {
        return call.address();
    }

    private void complete(CompletableFuture<Boolean> alive, ProbeResponse.Finding finding, String description) {
        LoginOutcome.Failed failure = finding.failure();
        if (failure == null) {
            alive.complete(finding.alive());
        } else {
            alive.completeExceptionally(new LoginException(
                    failure.kind(),
                    "DolphinDB at " + call.address() + " did not say whether a token of " + description + " is alive: "
                            + failure.reason()));
        }
    }
}
