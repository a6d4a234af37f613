package io.tpp.dolphindb;

import io.tpp.token.BearerToken;
import io.tpp.token.LoginException;
import io.tpp.token.LoginException.Kind;
import io.tpp.token.TokenSource;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.client.HttpClient;
import org.jspecify.annotations.Nullable;

/**
 * A ready-made access token of DolphinDB ({@code createAccessToken}, server 3.00.6.3 or newer): there is nothing to log in
 * with, and no age at which it ends.
 *
 * <p>Its login asks DolphinDB whether the token is alive, and then gives it; a dead one counts as refused. So nobody who can
 * provoke a 401 takes the token away for good, and one that works again, as after a restart, comes back with the next try.
 * Only before it was ever given, an answer that says neither alive nor dead will do.
 *
 * <h2>Threads</h2>
 * Thread-safe. The futures complete on a thread of the HTTP client, which whoever acts on them must not block.
 */
public final class DolphinDbAccessToken implements TokenSource {
    private final DolphinDbProbe probe;
    private final BearerToken token;
    private final String place;
    private final AtomicBoolean given = new AtomicBoolean();

    /**
     * Creates a source that asks nothing yet.
     *
     * @param client as made by {@link LoginClient}; started and stopped by the caller
     * @param tls whether to speak HTTPS, with the trust that {@code client} was given
     * @param host a host name or IP address; an IPv6 address without brackets
     * @param place where the token stands, such as {@code tokens.txt:3}, by which operators find it
     * @param timeout more than zero; for the whole exchange, waiting for a connection included
     */
    public DolphinDbAccessToken(
            HttpClient client, boolean tls, String host, int port, BearerToken token, String place, Duration timeout) {
        this.probe = new DolphinDbProbe(client, tls, host, port, timeout);
        this.token = Objects.requireNonNull(token, "token");
        this.place = Objects.requireNonNull(place, "place");
    }

    @Override
    public String description() {
        return place;
    }

    @Override
    public CompletableFuture<BearerToken> login() {
        CompletableFuture<BearerToken> login = new CompletableFuture<>();
        var unused = probe(token).whenComplete((alive, failure) -> complete(login, alive, failure));
        return login;
    }

    private void complete(CompletableFuture<BearerToken> login, @Nullable Boolean alive, @Nullable Throwable failure) {
        if (failure != null && (!isUnclear(failure) || given.get())) {
            login.completeExceptionally(failure);
        } else if (failure == null && !Boolean.TRUE.equals(alive)) {
            login.completeExceptionally(new LoginException(
                    Kind.REFUSED, "DolphinDB at " + probe.address() + " does not accept the token of " + place));
        } else {
            given.set(true);
            login.complete(token);
        }
    }

    /** DolphinDB's answer to the question is not documented; one that TPP does not understand does not make a token bad. */
    private static boolean isUnclear(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof LoginException exception && exception.kind() == Kind.MALFORMED;
    }

    @Override
    public CompletableFuture<Boolean> probe(BearerToken asked) {
        return probe.probe(asked, null, description());
    }

    @Override
    public boolean expires() {
        return false;
    }

    @Override
    public String toString() {
        return "access token of " + place + " for " + probe.address();
    }
}
