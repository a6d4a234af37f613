package io.tpp.status;

import java.time.Duration;
import java.util.Comparator;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** By what rows can be sorted. Rows without the value come last, whichever way the others are sorted. */
final class SortKey<T> {
    private static final long ABSENT = Long.MIN_VALUE;

    private final Comparator<T> ascending;
    private final Predicate<T> absent;

    private SortKey(Comparator<T> ascending, Predicate<T> absent) {
        this.ascending = ascending;
        this.absent = absent;
    }

    static <T> SortKey<T> number(ToLongFunction<T> value) {
        return new SortKey<>(Comparator.comparingLong(value), row -> value.applyAsLong(row) == ABSENT);
    }

    static <T> SortKey<T> duration(Function<T, @Nullable Duration> value) {
        return number(row -> {
            Duration duration = value.apply(row);
            return duration == null ? ABSENT : duration.toNanos();
        });
    }

    static <T> SortKey<T> count(Function<T, @Nullable Integer> value) {
        return number(row -> {
            Integer count = value.apply(row);
            return count == null ? ABSENT : count;
        });
    }

    /** A value that every row has. */
    static <T, V extends Comparable<V>> SortKey<T> value(Function<T, V> value) {
        return new SortKey<>(Comparator.comparing(value), row -> false);
    }

    static <T> SortKey<T> text(Function<T, @Nullable String> value) {
        return new SortKey<>(
                Comparator.comparing(row -> String.valueOf(value.apply(row))), row -> value.apply(row) == null);
    }

    Comparator<T> order(boolean descending) {
        Comparator<T> values = descending ? ascending.reversed() : ascending;
        return Comparator.comparing(absent::test, Boolean::compare).thenComparing(values);
    }
}
