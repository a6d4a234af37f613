package io.tpp.rotation;

import io.tpp.config.Credentials;
import io.tpp.config.StaticToken;
import io.tpp.token.Credential;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Says in which way credentials have changed, without a name or a secret. */
final class Changes {
    private static final int MOST_PLACES = 10;

    private Changes() {}

    static String between(Credentials before, Credentials now) {
        if (before.equals(now)) {
            return "nothing has changed";
        }
        return now.tokens().isEmpty() ? users(before.users(), now.users()) : tokens(before.tokens(), now.tokens());
    }

    private static String users(List<Credential> before, List<Credential> now) {
        Matches matches = Matches.of(before, now, Credential::username);
        List<String> changed = new ArrayList<>();
        for (int i = 0; i < before.size(); i++) {
            Integer position = matches.kept().get(i);
            if (position != null && !Objects.equals(before.get(i), now.get(position))) {
                changed.add("position " + (position + 1));
            }
        }
        return "credentials: " + now.size() + "; " + summary(matches, position -> "position " + (position + 1))
                + "; password changed: " + listed(changed);
    }

    private static String tokens(List<StaticToken> before, List<StaticToken> now) {
        Matches matches = Matches.of(before, now, StaticToken::value);
        return "tokens: " + now.size() + "; "
                + summary(matches, position -> now.get(position).place());
    }

    private static String summary(Matches matches, Function<Integer, String> name) {
        List<String> added = matches.added().stream().map(name).toList();
        return "added: " + listed(added) + "; removed: " + matches.removed();
    }

    private static String listed(List<String> places) {
        String names = IntStream.range(0, Math.min(places.size(), MOST_PLACES))
                .mapToObj(places::get)
                .collect(Collectors.joining(", "));
        String more = places.size() > MOST_PLACES ? ", ..." : "";
        return places.isEmpty() ? "0" : places.size() + " (" + names + more + ")";
    }
}
