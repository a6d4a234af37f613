package io.tpp.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.token.BearerToken;
import io.tpp.token.LoginException;
import io.tpp.token.LoginException.Kind;
import io.tpp.token.TokenSource;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

/** A credential whose logins and probes end when and how the test says. */
final class ScriptedSource implements TokenSource {
    private final String name;
    private final Queue<CompletableFuture<BearerToken>> underWay = new ArrayDeque<>();
    private final Queue<Probe> probes = new ArrayDeque<>();
    private boolean expires = true;
    private int started;
    private int probed;

    private record Probe(BearerToken token, CompletableFuture<Boolean> answer) {}

    ScriptedSource(String name) {
        this.name = name;
    }

    @Override
    public String description() {
        return "user '" + name + "'";
    }

    @Override
    public CompletableFuture<BearerToken> login() {
        started++;
        CompletableFuture<BearerToken> login = new CompletableFuture<>();
        underWay.add(login);
        return login;
    }

    @Override
    public CompletableFuture<Boolean> probe(BearerToken token) {
        probed++;
        Probe probe = new Probe(token, new CompletableFuture<>());
        probes.add(probe);
        return probe.answer();
    }

    @Override
    public boolean expires() {
        return expires;
    }

    void doesNotExpire() {
        expires = false;
    }

    /** Returns the tokens that are being probed, oldest first. */
    List<String> probing() {
        return probes.stream()
                .map(probe -> probe.token().headerValue().substring("Bearer ".length()))
                .toList();
    }

    /** Returns how many probes were ever started. */
    int probed() {
        return probed;
    }

    /** The oldest probe under way finds that its token is alive or dead. */
    void answerProbe(boolean alive) {
        nextProbe().complete(alive);
    }

    void failProbe(Kind kind) {
        nextProbe().completeExceptionally(new LoginException(kind, description() + " probe: " + kind));
    }

    private CompletableFuture<Boolean> nextProbe() {
        Probe probe = probes.poll();
        assertThat(probe).as("a probe of " + name).isNotNull();
        return probe.answer();
    }

    int underWay() {
        return underWay.size();
    }

    /** Returns how many logins were ever started. */
    int started() {
        return started;
    }

    /** The oldest login under way gives a token, {@code name-n} with n counting the logins. */
    void succeed() {
        next().complete(BearerToken.of(name + "-" + (started - underWay.size())));
    }

    void fail(Kind kind) {
        fail(new LoginException(kind, description() + ": " + kind));
    }

    void fail(Throwable failure) {
        next().completeExceptionally(failure);
    }

    private CompletableFuture<BearerToken> next() {
        CompletableFuture<BearerToken> login = underWay.poll();
        assertThat(login).as("a login of " + name).isNotNull();
        return login;
    }
}
