/** Exclusive leases on tokens, the queue of waiters, and the upkeep of the tokens. */
@NullMarked
package io.tpp.pool;

import org.jspecify.annotations.NullMarked;
