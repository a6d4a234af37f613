package io.tpp.simulator;

import java.time.Instant;

/**
 * A call of {@code /api/login}.
 *
 * @param user the name given; empty if there was none
 * @param token the number of the token given out; 0 if it was refused
 * @param connection the number of the connection to the simulator, from 1
 */
public record SeenLogin(String user, int token, long connection, Instant at) {}
