package io.tpp.pool;

/** Compares times of {@link System#nanoTime}, which may overflow. */
final class Times {
    private Times() {}

    static long earlier(long a, long b) {
        return a - b < 0 ? a : b;
    }

    static long later(long a, long b) {
        return a - b < 0 ? b : a;
    }
}
