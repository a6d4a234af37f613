package io.tpp.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tpp.config.Credentials;
import io.tpp.config.StaticToken;
import io.tpp.secret.Secret;
import io.tpp.token.BearerToken;
import io.tpp.token.Credential;
import io.tpp.token.LoginException;
import io.tpp.token.LoginException.Kind;
import io.tpp.token.TokenSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenSourcesTest {
    private static final CompletableFuture<Void> LOOKED = CompletableFuture.completedFuture(null);

    private static TokenSources sources(Credentials atStart, int most) {
        return new TokenSources(atStart, most, new FakeSources(), LOOKED::copy);
    }

    /** Returns users with the password p, or after a colon the password that is given. */
    private static Credentials users(String names) {
        return new Credentials(
                words(names)
                        .map(name -> new Credential(
                                name.replaceAll(":.*", ""),
                                Secret.of(name.contains(":") ? name.replaceAll(".*:", "") : "p")))
                        .toList(),
                List.of());
    }

    private static Credentials tokens(String values) {
        List<StaticToken> tokens = new ArrayList<>();
        words(values).forEach(value -> tokens.add(new StaticToken(BearerToken.of(value), "f:" + (tokens.size() + 1))));
        return new Credentials(List.of(), tokens);
    }

    private static Stream<String> words(String text) {
        return Stream.of(text.split(" ")).filter(word -> !word.isEmpty());
    }

    private static String described(TokenSources sources) {
        return String.join(
                " ", sources.list().stream().map(TokenSource::description).toList());
    }

    @ParameterizedTest
    @CsvSource({
        "the same,             a b c, a b c,     a=p@1 b=p@2 c=p@3",
        "another order,        a b c, c b a,     a=p@3 b=p@2 c=p@1",
        "a password,           a b c, a b:new c, a=p@1 b=new@2 c=p@3",
        "one more,             a b,   c a b,     a=p@2 b=p@3 c=p@1",
        "the first less,       a b c, b c,       c=p@2 b=p@1",
        "the last less,        a b c, a b,       a=p@1 b=p@2",
        "two less,             a b c d, b d,     d=p@2 b=p@1",
        "all but one less,     a b c d, c,       c=p@1",
        "all others,           a b,   c d,       c=p@1 d=p@2",
        "one for another,      a b c, a d c,     a=p@1 d=p@2 c=p@3",
        "less and more,        a b c, d b,       d=p@1 b=p@2",
        "a user twice,         a a,   a a:q,     a=p@1 a=q@2",
        "more than are used,   a b,   a b c d e, a=p@1 b=p@2 c=p@3 d=p@4",
        "others of too many,   a b c d, e f a b c d, a=p@3 b=p@4 e=p@1 f=p@2",
    })
    void usersKeepTheirPlaces(String change, String before, String now, String expected) {
        TokenSources sources = sources(users(before), 4);
        sources.change(users(now));
        assertThat(described(sources)).as(change).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "another order,        a b c, c a b,   a@f:2 b@f:3 c@f:1",
        "the first less,       a b c, b c,     place 1 of tokens_file b@f:1 c@f:2",
        "one for another,      a b c, b c d,   d@f:3 b@f:1 c@f:2",
        "more than are used,   a b c, a b c d, a@f:1 b@f:2 c@f:3",
        "others of too many,   a b c, d a b c, a@f:2 b@f:3 d@f:1",
    })
    void tokensKeepTheirPlacesAndFreeOnesStay(String change, String before, String now, String expected) {
        TokenSources sources = sources(tokens(before), 3);
        sources.change(tokens(now));
        assertThat(described(sources)).as(change).isEqualTo(expected);
    }

    @Test
    void aFreePlaceIsTakenByTheNextNewToken() {
        TokenSources sources = sources(tokens("a b c"), 3);
        sources.change(tokens("c"));
        List<TokenSource> before = sources.list();
        sources.change(tokens("c b"));

        assertThat(described(sources)).isEqualTo("b@f:2 place 2 of tokens_file c@f:1");
        assertThat(sources.list().get(1)).isSameAs(before.get(1));
    }

    @Test
    void whatStaysTheSameIsTheSameSource() {
        TokenSources sources = sources(users("a b c d"), 4);
        List<TokenSource> before = sources.list();
        sources.change(users("x d b:new a"));
        List<TokenSource> after = sources.list();

        assertThat(described(sources)).isEqualTo("a=p@4 b=new@3 x=p@1 d=p@2");
        assertThat(after.get(0)).isSameAs(before.get(0));
        assertThat(after.get(1)).isNotEqualTo(before.get(1));
        assertThat(after.get(2)).isNotEqualTo(before.get(2));
        assertThat(after.get(3)).isSameAs(before.get(3));
    }

    @Test
    void aLoginThatIsAboutToBeginIsMadeWithTheNewPassword() throws Exception {
        CompletableFuture<Void> look = new CompletableFuture<>();
        TokenSources sources = new TokenSources(users("a b"), 2, new FakeSources(), look::copy);
        CompletableFuture<BearerToken> login = sources.list().get(1).login();
        assertThat(login).isNotDone();
        sources.change(users("a b:new"));
        look.complete(null);

        assertThat(login.get()).isEqualTo(BearerToken.of("b.new.2"));
    }

    @Test
    void aCredentialThatIsGoneIsNotLoggedInAnyMore() {
        TokenSources sources = sources(users("a b"), 2);
        TokenSource gone = sources.list().get(1);
        sources.change(users("a"));

        assertThat(refusal(gone)).isEqualTo("b=p@2 is not used any more, because the credentials have changed");
    }

    @Test
    void aFreePlaceHasNoToken() {
        TokenSources sources = sources(tokens("a b"), 2);
        sources.change(tokens("a"));
        TokenSource vacant = sources.list().get(1);

        assertThat(refusal(vacant)).isEqualTo("tokens_file holds no token for place 2 of the pool");
        assertThat(vacant.probe(BearerToken.of("b"))).isCompletedWithValue(false);
    }

    private static String refusal(TokenSource source) {
        ExecutionException failure = catchThrowableOfType(
                ExecutionException.class, () -> source.login().get());
        assertThat(failure.getCause())
                .isInstanceOfSatisfying(
                        LoginException.class, cause -> assertThat(cause.kind()).isEqualTo(Kind.REFUSED));
        return String.valueOf(failure.getMessage()).replaceFirst("^[a-zA-Z.]*LoginException: ", "");
    }

    /** Whatever happens to the file, no token is at two places, and none that is in it is missing. */
    @Test
    void aTokenNeverHasTwoPlaces() {
        TokenSources sources = sources(tokens("a b c d e"), 5);
        for (int round = 0; round < 1000; round++) {
            List<String> file = new ArrayList<>(List.of("a", "b", "c", "d", "e", "f", "g", "h"));
            Collections.shuffle(file, ThreadLocalRandom.current());
            file = file.subList(0, 1 + ThreadLocalRandom.current().nextInt(5));
            List<String> before = values(sources);
            sources.change(tokens(String.join(" ", file)));
            List<String> after = values(sources);

            assertThat(after).hasSize(5);
            assertThat(after.stream().filter(value -> !value.startsWith("place")))
                    .containsExactlyInAnyOrderElementsOf(file);
            List<String> inBoth = file.stream().filter(before::contains).toList();
            assertThat(IntStream.range(0, 5)
                            .filter(i -> before.get(i).equals(after.get(i)))
                            .mapToObj(after::get))
                    .containsAll(inBoth);
        }
    }

    private static List<String> values(TokenSources sources) {
        return sources.list().stream()
                .map(source -> source.description().replaceAll("@.*", ""))
                .toList();
    }
}
