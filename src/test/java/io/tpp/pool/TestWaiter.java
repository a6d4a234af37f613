package io.tpp.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A waiter that remembers what it was told. */
class TestWaiter implements Waiter {
    private final List<TokenUse> grants = new CopyOnWriteArrayList<>();
    private final List<RefusedException> refusals = new CopyOnWriteArrayList<>();

    @Override
    public void granted(TokenUse use) {
        grants.add(use);
    }

    @Override
    public void refused(RefusedException refusal) {
        refusals.add(refusal);
    }

    /** Returns how often it was told anything; more than once is a fault of the pool. */
    int told() {
        return grants.size() + refusals.size();
    }

    boolean wasGranted() {
        return !grants.isEmpty();
    }

    /** Returns the use; fails unless it was granted one, and nothing else was told. */
    TokenUse use() {
        assertThat(grants).hasSize(1);
        assertThat(refusals).isEmpty();
        return grants.get(0);
    }

    /** Returns the refusal; fails unless it was told that, and nothing else. */
    RefusedException refusal() {
        assertThat(refusals).hasSize(1);
        assertThat(grants).isEmpty();
        return refusals.get(0);
    }
}
