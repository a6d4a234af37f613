package io.tpp.pool;

/** A request that waits. Immutable. */
record ParkedRequest(Holder holder, Waiter waiter, long since) {
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
