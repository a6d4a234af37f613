package io.tpp.status;

import io.tpp.pool.PoolView;
import io.tpp.pool.TokenView;
import io.tpp.pool.WaiterView;
import io.tpp.proxy.ConnectionView;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A client connection with what it has of the pool.
 *
 * @param token the number of a token it holds; null: none
 * @param waiting how long its oldest request has waited for one; null: none waits
 */
record ConnectionRow(
        ConnectionView connection,
        @Nullable Integer token,
        @Nullable Duration waiting) {
    static List<ConnectionRow> join(List<ConnectionView> connections, PoolView pool) {
        Map<Long, Integer> tokens = new HashMap<>();
        for (TokenView token : pool.tokens()) {
            if (token.held()) {
                tokens.putIfAbsent(token.holder(), token.number());
            }
        }
        Map<Long, Duration> waits = new HashMap<>();
        for (WaiterView waiter : pool.waiters()) {
            waits.putIfAbsent(waiter.owner(), waiter.waited());
        }
        return connections.stream()
                .map(connection ->
                        new ConnectionRow(connection, tokens.get(connection.number()), waits.get(connection.number())))
                .toList();
    }
}
