package io.tpp.rotation;

import io.tpp.config.Credentials;
import io.tpp.config.StaticToken;
import io.tpp.token.Credential;
import io.tpp.token.TokenSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The sources the pool takes its tokens from, one for each credential or ready-made token.
 *
 * <p>As the credentials change, as little as possible does: a user or a token that is still there keeps its place in the
 * list and its source, wherever its line moves; new ones come to places that became free. So nobody's connection changes
 * its user for a change that has nothing to do with it, and no ready-made token ever has two places. Free places are
 * closed, except those of ready-made tokens: there, each place is one token of the pool.
 *
 * <p>One thread at a time.
 */
final class TokenSources {
    /**
     * A credential or a ready-made token.
     *
     * @param key tells whether it is still the same one
     * @param value differs if a login would be another
     * @param source as which it is used
     */
    private record Entry(Object key, Object value, TokenSource source) {
        /** Stands for no token. */
        static Entry vacant(int place) {
            Object nothingElse = new Object();
            return new Entry(nothingElse, nothingElse, new VacantSource(place));
        }

        boolean isVacant() {
            return source instanceof VacantSource;
        }
    }

    /** A place in the list. */
    private record Place(Entry entry, WatchedSource source) {}

    private final SourceFactory factory;
    private int most;
    private final Supplier<CompletableFuture<Void>> look;
    private List<Place> places;

    /**
     * Makes the sources of the credentials at the start.
     *
     * @param most how many can be used; further ones are not
     * @param look reads the files again; completes normally in any case, and does not block
     */
    TokenSources(Credentials atStart, int most, SourceFactory factory, Supplier<CompletableFuture<Void>> look) {
        this.factory = factory;
        this.most = most;
        this.look = look;
        this.places = entries(atStart).stream().map(this::place).toList();
    }

    List<TokenSource> list() {
        return List.copyOf(places.stream().map(Place::source).toList());
    }

    /** Changes how many can be used, with the next change of the credentials. */
    void most(int newMost) {
        most = newMost;
    }

    /** Makes the list that of other credentials. */
    void change(Credentials now) {
        if (now.tokens().isEmpty()) {
            places = places.stream().filter(place -> !place.entry().isVacant()).toList();
        }
        List<Entry> entries = entries(now);
        Matches matches = Matches.of(places.stream().map(Place::entry).toList(), entries, Entry::key);
        Queue<Integer> added = new ArrayDeque<>(matches.added());
        List<@Nullable Place> next = new ArrayList<>();
        for (int i = 0; i < places.size(); i++) {
            Integer kept = matches.kept().get(i);
            next.add(kept == null ? replace(places.get(i), added, entries) : keep(places.get(i), entries.get(kept)));
        }
        added.forEach(position -> next.add(place(entries.get(position))));
        places = now.tokens().isEmpty() ? withoutGaps(next) : withVacancies(next);
    }

    private List<Entry> entries(Credentials credentials) {
        List<Entry> entries = new ArrayList<>();
        for (Credential user : credentials.users()) {
            entries.add(new Entry(user.username(), user, factory.login(user, entries.size() + 1)));
        }
        for (StaticToken token : credentials.tokens()) {
            entries.add(new Entry(token.value(), token.value(), factory.token(token)));
        }
        return entries.subList(0, Math.min(most, entries.size()));
    }

    private Place place(Entry entry) {
        return new Place(entry, new WatchedSource(entry.source(), look));
    }

    private Place keep(Place place, Entry now) {
        // Also where the password has changed: a login that is about to begin is made with the new one.
        place.source().use(now.source());
        return place.entry().value().equals(now.value()) ? new Place(now, place.source()) : place(now);
    }

    private @Nullable Place replace(Place place, Queue<Integer> added, List<Entry> entries) {
        Integer position = added.poll();
        if (position == null && place.entry().isVacant()) {
            return place;
        }
        place.source().remove();
        return position == null ? null : place(entries.get(position));
    }

    /** Puts the last ones where places are free. */
    private static List<Place> withoutGaps(List<@Nullable Place> places) {
        List<Place> closed = new ArrayList<>();
        int end = places.size();
        for (int i = 0; i < end; i++) {
            Place place = places.get(i);
            while (place == null && --end > i) {
                place = places.get(end);
            }
            if (place != null) {
                closed.add(place);
            }
        }
        return closed;
    }

    private List<Place> withVacancies(List<@Nullable Place> places) {
        List<Place> filled = new ArrayList<>();
        for (Place place : places) {
            filled.add(place == null ? place(Entry.vacant(filled.size() + 1)) : place);
        }
        return filled;
    }
}
