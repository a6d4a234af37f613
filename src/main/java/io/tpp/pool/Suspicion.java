package io.tpp.pool;

import java.time.Duration;
import java.util.List;

/**
 * Whether the upstream may have dropped all tokens at once, as it does when it restarts.
 *
 * <p>Once that is suspected, no token is used that was obtained before, until a probe or a new login has
 * shown that it can be. One of them that a probe begun since finds alive ends the suspicion for all
 * others: a restart would have ended it too. So a single revoked token costs the others no more than the
 * time of one probe, and not even that for {@link #QUIET} afterwards; after a restart each is probed and
 * logged in again.
 *
 * <p>Guarded by the pool's lock.
 */
final class Suspicion {
    /** For this long after a suspicion has turned out wrong, a single bad token raises no new one. */
    static final Duration QUIET = Duration.ofSeconds(10);

    private final TokenShelf shelf;
    private boolean standing;
    private int raises;
    private long raisedAt;
    private long quietUntil;

    Suspicion(TokenShelf shelf, long now) {
        this.shelf = shelf;
        this.quietUntil = now;
    }

    /** One token is bad: so may be all. Returns those that are to be probed. */
    List<PooledToken> hint(long now) {
        return now - quietUntil < 0 ? List.of() : raise(now);
    }

    /** All tokens may be dead. Returns those that are to be probed. */
    List<PooledToken> raise(long now) {
        List<PooledToken> suspects = shelf.suspectAll();
        if (!suspects.isEmpty() || !standing) {
            standing = true;
            raises++;
            raisedAt = now;
        }
        return suspects;
    }

    /** Returns whether a value that was obtained then is from before a restart, if there was one. */
    boolean covers(long obtainedAt) {
        return standing && obtainedAt - raisedAt < 0;
    }

    /** Returns how often it was raised; a probe that began at an earlier count says nothing of the last. */
    int raises() {
        return raises;
    }

    /** A probe that began at that count has found this token alive. */
    void alive(PooledToken token, int raisesBefore, long now) {
        if (standing && token.obtainedAt - raisedAt <= 0 && raisesBefore == raises) {
            standing = false;
            quietUntil = now + QUIET.toNanos();
            shelf.vouchForAll(token.obtainedAt, now);
        }
    }
}
