package io.tpp.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.secret.Secret;
import io.tpp.token.BearerToken;
import io.tpp.token.Credential;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class WatchedSourceTest {
    private final CompletableFuture<Void> look = new CompletableFuture<>();
    private final WatchedSource source =
            new WatchedSource(new FakeSources().login(new Credential("a", Secret.of("p")), 1), look::copy);

    @Test
    void aLoginWaitsUntilTheFilesHaveBeenReadAgain() {
        CompletableFuture<BearerToken> login = source.login();
        assertThat(login).isNotDone();
        look.complete(null);
        assertThat(login).isCompletedWithValue(BearerToken.of("a.p.1"));
    }

    @Test
    @Timeout(30)
    void aFileSystemThatDoesNotAnswerDelaysALoginOnly() throws Exception {
        assertThat(source.login().get(20, TimeUnit.SECONDS)).isEqualTo(BearerToken.of("a.p.1"));
        assertThat(look).isNotDone();
    }
}
