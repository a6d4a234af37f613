package io.tpp.status;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Which rows of a table are asked for.
 *
 * @param sort the name of a column
 * @param descending the largest first
 */
record Page(int limit, int offset, String sort, boolean descending) {
    /** Returns these rows; {@code first} decides between equal ones, so that pages do not overlap. */
    <T> List<T> of(List<T> rows, Map<String, SortKey<T>> keys, String first) {
        if (limit == 0) {
            return List.of();
        }
        Comparator<T> order =
                key(keys, sort).order(descending).thenComparing(key(keys, first).order(false));
        Stream<T> sorted = rows.stream().sorted(order);
        return sorted.skip(offset).limit(limit).toList();
    }

    private static <T> SortKey<T> key(Map<String, SortKey<T>> keys, String name) {
        return Objects.requireNonNull(keys.get(name));
    }
}
