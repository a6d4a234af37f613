package io.tpp.rotation;

import io.tpp.token.BearerToken;
import io.tpp.token.LoginException;
import io.tpp.token.LoginException.Kind;
import io.tpp.token.TokenSource;
import java.util.concurrent.CompletableFuture;

/** Stands where the pool has a place but the file of ready-made tokens has none left: a token is never given twice. */
final class VacantSource implements TokenSource {
    private final int position;

    VacantSource(int position) {
        this.position = position;
    }

    @Override
    public String description() {
        return "place " + position + " of tokens_file";
    }

    @Override
    public CompletableFuture<BearerToken> login() {
        return CompletableFuture.failedFuture(
                new LoginException(Kind.REFUSED, "tokens_file holds no token for place " + position + " of the pool"));
    }

    @Override
    public CompletableFuture<Boolean> probe(BearerToken token) {
        return CompletableFuture.completedFuture(false);
    }

    @Override
    public boolean isVacant() {
        return true;
    }

    @Override
    public boolean expires() {
        return false;
    }
}
