package io.tpp.bench;

import java.util.List;
import java.util.Locale;

/** The same thing measured several times. */
record Figures(List<Double> values) {
    Figures {
        values = List.copyOf(values);
    }

    double median() {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    /** Returns the p-th part of them, by the nearest rank; {@code p} from 0 to 1. */
    double quantile(double p) {
        List<Double> sorted = values.stream().sorted().toList();
        int rank = (int) Math.ceil(p * sorted.size());
        return sorted.get(Math.max(0, Math.min(sorted.size(), rank) - 1));
    }

    private double least() {
        return quantile(0);
    }

    private double most() {
        return quantile(1);
    }

    /** Returns the median with the least and the most in brackets. */
    String text(int decimals) {
        String number = "%." + decimals + "f";
        return String.format(Locale.ROOT, number + " (" + number + "–" + number + ")", median(), least(), most());
    }
}
