package io.tpp.pool;

import java.time.Duration;

/**
 * A request that waits, as it looked at one instant.
 *
 * @param owner whose it is, as given to {@link TokenPool#newHolder(long)}
 * @param waited how long so far
 */
public record WaiterView(long owner, Duration waited) {}
