package io.tpp.pool;

/**
 * A request that waits. Immutable.
 *
 * @param number counts all requests that ever waited; the lower one came first
 */
record ParkedRequest(Holder holder, Waiter waiter, long since, long number) {
    /** Identity: two requests are never the same one. */
    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
