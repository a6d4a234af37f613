package io.tpp.simulator;

import java.time.Instant;
import java.util.List;

/**
 * A request the simulator served.
 *
 * @param target the request line's target, untouched
 * @param headers {@code name: value} as they came, with the token's number for its value
 * @param token the token's number; 0: none; -1: unknown or malformed
 * @param user whose token it was, {@code guest} without a good one
 * @param connection the number of the connection to the simulator, from 1
 * @param clientConnection the client's connection as {@code ip:port}, see {@link Inspector}
 * @param start when the head had come
 * @param end just before the last byte of the answer, or when the client left
 * @param status 0 if there was no answer
 * @param aborted whether the client left before it had its answer
 */
public record SeenRequest(
        String method,
        String target,
        List<String> headers,
        int token,
        String user,
        long connection,
        String clientConnection,
        Instant start,
        Instant end,
        int status,
        boolean aborted) {}
