package io.tpp.pool;

import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * Makes the pool larger or smaller, without touching a lease.
 *
 * <p>Free tokens go first. One on lease stays what it is until its lease ends, and goes then; while it is there it is
 * looked after as before. A pool that grows meanwhile keeps it.
 *
 * <p>Guarded by the pool's lock.
 */
final class Resizing {
    private final TokenShelf shelf;

    Resizing(TokenShelf shelf) {
        this.shelf = shelf;
    }

    /** Changes the size; of the tokens, {@code dispensable} ones go before all others. */
    void to(int size, Set<PooledToken> dispensable) {
        List<PooledToken> staying =
                shelf.tokens().stream().filter(token -> !token.retiring).toList();
        if (staying.size() < size) {
            grow(size - staying.size());
        } else {
            staying.stream()
                    .sorted(order(dispensable))
                    .limit(staying.size() - size)
                    .forEach(this::retire);
        }
    }

    private void grow(int more) {
        List<PooledToken> kept = shelf.tokens().stream()
                .filter(token -> token.retiring)
                .sorted(Comparator.comparingInt(PooledToken::number))
                .limit(more)
                .toList();
        kept.forEach(token -> token.retiring = false);
        shelf.add(more - kept.size());
    }

    private static Comparator<PooledToken> order(Set<PooledToken> dispensable) {
        return Comparator.<PooledToken, Boolean>comparing(token -> !dispensable.contains(token))
                .thenComparing(token -> token.holder != null)
                .thenComparing(token -> token.valid)
                .thenComparing(token -> -token.number());
    }

    private void retire(PooledToken token) {
        token.retiring = true;
        if (token.holder == null) {
            shelf.remove(token);
        }
    }
}
