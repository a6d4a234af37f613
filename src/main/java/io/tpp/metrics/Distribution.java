package io.tpp.metrics;

import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * How many durations there were up to each bound of the histograms' buckets. Immutable.
 *
 * @param cumulative for each bucket, the last one without a bound, how many were no longer than its bound
 */
public record Distribution(List<Long> cumulative) {
    public Distribution {
        cumulative = List.copyOf(cumulative);
        if (cumulative.size() != BucketHistogram.BOUNDS.size() + 1) {
            throw new IllegalArgumentException("there are " + (BucketHistogram.BOUNDS.size() + 1) + " buckets");
        }
    }

    public long count() {
        return cumulative.get(cumulative.size() - 1);
    }

    public Distribution plus(Distribution other) {
        return new Distribution(IntStream.range(0, cumulative.size())
                .mapToObj(i -> cumulative.get(i) + other.cumulative.get(i))
                .toList());
    }

    /** Returns those that came since an earlier reading of the same histogram. */
    public Distribution since(Distribution earlier) {
        return new Distribution(IntStream.range(0, cumulative.size())
                .mapToObj(i -> cumulative.get(i) - earlier.cumulative.get(i))
                .toList());
    }

    /**
     * Returns about how many seconds the given part of all did not exceed, as Prometheus reckons it ({@code
     * histogram_quantile}): evenly spread within a bucket; the highest bound for what exceeds that.
     *
     * @param part from 0 to 1
     * @return empty if there were none
     */
    public OptionalDouble quantile(double part) {
        double rank = part * count();
        if (count() <= 0) {
            return OptionalDouble.empty();
        }
        int bucket = 0;
        while (bucket < BucketHistogram.BOUNDS.size() && cumulative.get(bucket) < rank) {
            bucket++;
        }
        return OptionalDouble.of(bucket == BucketHistogram.BOUNDS.size() ? highestBound() : within(bucket, rank));
    }

    private static double highestBound() {
        return BucketHistogram.BOUNDS.get(BucketHistogram.BOUNDS.size() - 1);
    }

    private double within(int bucket, double rank) {
        double from = bucket == 0 ? 0 : BucketHistogram.BOUNDS.get(bucket - 1);
        long below = bucket == 0 ? 0 : cumulative.get(bucket - 1);
        long inside = cumulative.get(bucket) - below;
        double share = inside == 0 ? 1 : (rank - below) / inside;
        return from + (BucketHistogram.BOUNDS.get(bucket) - from) * share;
    }
}
