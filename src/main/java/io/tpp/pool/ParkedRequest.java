package io.tpp.pool;

/** A request that waits. Immutable, but for its place among the others. */
final class ParkedRequest extends Chain.Link<ParkedRequest> {
    private final Holder holder;
    private final Waiter waiter;
    private final long since;
    private final long number;

    /**
     * Makes one.
     *
     * @param number counts all requests that ever waited; the lower one came first
     */
    ParkedRequest(Holder holder, Waiter waiter, long since, long number) {
        this.holder = holder;
        this.waiter = waiter;
        this.since = since;
        this.number = number;
    }

    Holder holder() {
        return holder;
    }

    Waiter waiter() {
        return waiter;
    }

    /** Returns when it came, by the pool's clock. */
    long since() {
        return since;
    }

    long number() {
        return number;
    }
}
