package io.tpp.simulator;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Watches that no token is used by two client connections at once. Thread-safe.
 *
 * <p>Two requests with one token from two client connections may meet although nothing is wrong:
 * one client left, its token passed on, and only the news of the closed connection is still under
 * way. So an overlap counts when both requests got their answers, or when it has lasted for
 * {@link #GRACE}; not when one of them turns out to be aborted before, nor when its connection turns
 * out to be closed within that time: then its answer crossed with the news.
 */
final class TokenUse {
    static final Duration GRACE = Duration.ofMillis(500);

    private final Violations violations;
    private final Timer timer;
    private volatile @Nullable Predicate<String> connectionIsOpen;

    @GuardedBy("this")
    private final Map<Integer, List<Exchange>> underWay = new HashMap<>();

    @GuardedBy("this")
    private final List<Overlap> suspected = new ArrayList<>();

    @GuardedBy("this")
    private final Map<Integer, Integer> peaks = new TreeMap<>();

    @GuardedBy("this")
    private final Map<Integer, String> lastUsers = new HashMap<>();

    TokenUse(Violations violations, Timer timer) {
        this.violations = violations;
        this.timer = timer;
    }

    /** Sets how to learn whether a client connection is open; null: a token may move freely. */
    void connectionIsOpen(@Nullable Predicate<String> predicate) {
        connectionIsOpen = predicate;
    }

    /** Returns per token number how many requests were under way at once at most. */
    synchronized Map<Integer, Integer> peaks() {
        return Map.copyOf(peaks);
    }

    void started(Exchange exchange) {
        int token = exchange.caller().tokenNumber();
        if (token > 0) {
            enter(token, exchange).forEach(overlap -> timer.run(GRACE, () -> confirm(List.of(overlap))));
            noteMove(token, exchange);
        }
    }

    void ended(Exchange exchange) {
        leave(exchange);
        List<Overlap> overlaps = answered(exchange);
        if (!overlaps.isEmpty()) {
            timer.run(GRACE, () -> confirm(overlaps));
        }
    }

    /** Takes for true what was answered and does not look wrong so far. */
    void confirmAnswered() {
        List<Overlap> overlaps;
        synchronized (this) {
            overlaps = suspected.stream().filter(Overlap::isAnswered).toList();
        }
        confirm(overlaps);
    }

    synchronized void aborted(Exchange exchange) {
        leave(exchange);
        suspected.removeIf(overlap -> overlap.involves(exchange));
    }

    private synchronized List<Overlap> enter(int token, Exchange exchange) {
        List<Exchange> all = underWay.computeIfAbsent(token, number -> new ArrayList<>(1));
        List<Overlap> overlaps = all.stream()
                .filter(other -> !client(other).equals(client(exchange)))
                .map(other -> new Overlap(other, exchange))
                .toList();
        suspected.addAll(overlaps);
        all.add(exchange);
        peaks.merge(token, all.size(), Math::max);
        return overlaps;
    }

    private synchronized void leave(Exchange exchange) {
        underWay.computeIfPresent(exchange.caller().tokenNumber(), (token, all) -> {
            all.remove(exchange);
            return all.isEmpty() ? null : all;
        });
    }

    /** Returns the overlaps both of whose requests have their answers now. */
    private synchronized List<Overlap> answered(Exchange exchange) {
        return suspected.stream()
                .filter(overlap -> overlap.involves(exchange) && ++overlap.answers == 2)
                .toList();
    }

    private void confirm(List<Overlap> overlaps) {
        for (Overlap overlap : overlaps) {
            boolean open;
            synchronized (this) {
                open = suspected.remove(overlap);
            }
            if (open && overlap.hasBothConnections()) {
                violations.add(Violation.TOKEN_SHARED, overlap.toString());
            }
        }
    }

    private static String client(Exchange exchange) {
        return exchange.caller().clientConnection();
    }

    private void noteMove(int token, Exchange exchange) {
        String client = client(exchange);
        String before;
        synchronized (this) {
            before = lastUsers.put(token, client);
        }
        Predicate<String> isOpen = connectionIsOpen;
        if (before != null && isOpen != null && !before.equals(client) && isOpen.test(before)) {
            violations.add(
                    Violation.TOKEN_MOVED,
                    "token " + token + " was used by client connection " + client + " while " + before
                            + ", which used it before, was open");
        }
    }

    /** Two requests with one token from two client connections that were under way at once. */
    private static final class Overlap {
        private final Exchange older;
        private final Exchange newer;
        /** How many of the two have their answers; guarded by the outer object. */
        private int answers;

        Overlap(Exchange older, Exchange newer) {
            this.older = older;
            this.newer = newer;
        }

        boolean isAnswered() {
            return answers == 2;
        }

        boolean hasBothConnections() {
            return !older.connection().isOver() && !newer.connection().isOver();
        }

        boolean involves(Exchange exchange) {
            return exchange == older || exchange == newer;
        }

        @Override
        public String toString() {
            return older.caller().ticket() + " was used at once by client connections " + client(older) + " and "
                    + client(newer);
        }
    }
}
