package io.tpp.rotation;

import io.tpp.config.StaticToken;
import io.tpp.token.BearerToken;
import io.tpp.token.Credential;
import io.tpp.token.TokenSource;
import java.util.concurrent.CompletableFuture;

/** Sources that name in their description and in their token what they were made of. */
final class FakeSources implements SourceFactory {
    @Override
    public TokenSource login(Credential credential, int position) {
        return source(credential.username() + "=" + credential.password().reveal() + "@" + position);
    }

    @Override
    public TokenSource token(StaticToken token) {
        return source(token.value().headerValue().substring("Bearer ".length()) + "@" + token.place());
    }

    private static TokenSource source(String name) {
        return new TokenSource() {
            @Override
            public String description() {
                return name;
            }

            @Override
            public CompletableFuture<BearerToken> login() {
                return CompletableFuture.completedFuture(BearerToken.of(name.replaceAll("[^a-z0-9]", ".")));
            }

            @Override
            public CompletableFuture<Boolean> probe(BearerToken token) {
                return CompletableFuture.completedFuture(true);
            }
        };
    }
}
