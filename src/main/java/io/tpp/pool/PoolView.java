package io.tpp.pool;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything there is to see of the pool at one instant, read under its lock, so that all of it fits together.
 * Immutable; holds no token's value, and nothing that was made of one.
 *
 * @param figures the counts
 * @param outage why requests are refused although they may wait; null: they are not
 * @param tokens all places of the pool, by number
 * @param waiters all requests that wait, the oldest first
 */
public record PoolView(
        PoolSnapshot figures, @Nullable String outage, List<TokenView> tokens, List<WaiterView> waiters) {
    public PoolView {
        tokens = List.copyOf(tokens);
        waiters = List.copyOf(waiters);
    }
}
