package io.tpp.rotation;

import io.tpp.token.BearerToken;
import io.tpp.token.LoginException;
import io.tpp.token.LoginException.Kind;
import io.tpp.token.TokenSource;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A source of tokens whose credential is read again before each login.
 *
 * <p>Stands for one credential: where its line moves in the file, it stays the same source. When its password changes,
 * another one takes its place, and a login that is just about to begin is made with the new password.
 *
 * <p>Thread-safe.
 */
final class WatchedSource implements TokenSource {
    /** A file system that does not answer must not keep TPP from logging in. */
    private static final Duration LONGEST_LOOK = Duration.ofSeconds(3);

    private final Supplier<CompletableFuture<Void>> look;
    private volatile TokenSource source;
    private volatile boolean removed;

    /**
     * Makes a source.
     *
     * @param look reads the files again; completes normally in any case, and does not block
     */
    WatchedSource(TokenSource source, Supplier<CompletableFuture<Void>> look) {
        this.source = Objects.requireNonNull(source, "source");
        this.look = look;
    }

    /** Makes later logins be those of another source. */
    void use(TokenSource other) {
        source = other;
    }

    /** Makes later logins fail, because the credential is not to be used any more. */
    void remove() {
        removed = true;
    }

    @Override
    public String description() {
        return source.description();
    }

    @Override
    public CompletableFuture<BearerToken> login() {
        return look.get()
                .completeOnTimeout(null, LONGEST_LOOK.toMillis(), TimeUnit.MILLISECONDS)
                .thenCompose(unused -> removed ? failed() : source.login());
    }

    private CompletableFuture<BearerToken> failed() {
        return CompletableFuture.failedFuture(new LoginException(
                Kind.REFUSED, description() + " is not used any more, because the credentials have changed"));
    }

    @Override
    public CompletableFuture<Boolean> probe(BearerToken token) {
        return source.probe(token);
    }

    @Override
    public boolean isVacant() {
        return source.isVacant();
    }

    @Override
    public boolean expires() {
        return source.expires();
    }

    @Override
    public String toString() {
        return source + ", read again before each login";
    }
}
