package io.tpp.pool;

/**
 * A request that may have to wait for its token.
 *
 * <p>Exactly one of the methods is called, once, on the pool's executor and never under its lock;
 * neither after {@link TokenPool#cancel} or {@link TokenPool#close(Holder)} took the request out first. They
 * must not block.
 */
public interface Waiter {
    /** The wait is over: the request may go, and must {@linkplain TokenPool#end end} the use. */
    void granted(TokenUse use);

    /** The wait ended without a token. */
    void refused(RefusedException refusal);
}
