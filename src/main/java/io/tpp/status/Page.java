package io.tpp.status;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Queue;

/**
 * Which rows of a table are asked for.
 *
 * @param sort the name of a column
 * @param descending the largest first
 */
record Page(int limit, int offset, String sort, boolean descending) {
    /** Returns these rows; {@code first} decides between equal ones, so that pages do not overlap. */
    <T> List<T> of(List<T> rows, Map<String, SortKey<T>> keys, String first) {
        if (limit == 0 || offset >= rows.size()) {
            return List.of();
        }
        Comparator<T> order =
                key(keys, sort).order(descending).thenComparing(key(keys, first).order(false));
        return first(rows, Math.min((long) offset + limit, rows.size()), order).stream()
                .skip(offset)
                .toList();
    }

    /** Few of many are found without sorting all. */
    private static <T> List<T> first(List<T> rows, long count, Comparator<T> order) {
        if (count > rows.size() / 4) {
            return rows.stream().sorted(order).limit(count).toList();
        }
        Queue<T> kept = new PriorityQueue<>(order.reversed());
        for (T row : rows) {
            if (kept.size() < count) {
                kept.add(row);
            } else if (order.compare(row, kept.element()) < 0) {
                kept.remove();
                kept.add(row);
            }
        }
        return kept.stream().sorted(order).toList();
    }

    private static <T> SortKey<T> key(Map<String, SortKey<T>> keys, String name) {
        return Objects.requireNonNull(keys.get(name));
    }
}
