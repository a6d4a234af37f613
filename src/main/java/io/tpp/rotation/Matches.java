package io.tpp.rotation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which entries of a list are in a newer one too, wherever they stand there.
 *
 * @param kept for each entry of the older list its position in the newer one; null: it is gone
 * @param added the positions of the newer list whose entries were not in the older one, in order
 */
record Matches(List<@Nullable Integer> kept, List<Integer> added) {
    /** Compares two lists; a key that occurs several times is matched as often as it is in both, in order. */
    static <E, K> Matches of(List<E> before, List<E> now, Function<E, K> key) {
        Map<K, Queue<Integer>> positions = new HashMap<>();
        for (int i = 0; i < now.size(); i++) {
            positions
                    .computeIfAbsent(key.apply(now.get(i)), unused -> new ArrayDeque<>())
                    .add(i);
        }
        List<@Nullable Integer> kept = new ArrayList<>();
        for (E entry : before) {
            Queue<Integer> same = positions.get(key.apply(entry));
            kept.add(same == null ? null : same.poll());
        }
        List<Integer> added = new ArrayList<>();
        positions.values().forEach(added::addAll);
        Collections.sort(added);
        return new Matches(Collections.unmodifiableList(kept), List.copyOf(added));
    }

    /** Returns how many entries are gone. */
    long removed() {
        return kept.stream().filter(position -> position == null).count();
    }
}
