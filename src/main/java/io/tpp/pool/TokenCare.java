package io.tpp.pool;

import io.tpp.pool.PoolListener.RefreshReason;
import java.util.List;

/**
 * What the pool asks its refresher for.
 *
 * <p>Called without the pool's lock, on any thread; must not block.
 */
interface TokenCare {
    /** The value of this generation is dead: the token is to be logged in again. */
    void loginNeeded(PooledToken token, int generation, RefreshReason reason);

    /** These are not used until {@link TokenPool#probed} says that they may be. */
    void probesNeeded(List<PooledToken> tokens);

    /** The token has left the pool, which was made smaller. */
    void retired(PooledToken token);
}
