package io.tpp.status;

import java.time.Instant;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What the plots show of one interval; times in seconds.
 *
 * @param number counts the samples, from 1
 * @param at when the interval ended
 * @param requests a second, by class of status, {@code 1xx} to {@code 5xx}
 * @param median time of the requests that ended in it; empty: none did
 * @param slow what 95 in 100 of them did not exceed
 * @param slowWait the same of the waits for a token that ended in it
 * @param waiting how many waited at its end, and so the others
 */
public record Sample(
        long number,
        Instant at,
        List<Double> requests,
        OptionalDouble median,
        OptionalDouble slow,
        OptionalDouble slowWait,
        int waiting,
        double oldestWait,
        long connections,
        int inUse,
        int available,
        int total) {
    public Sample {
        requests = List.copyOf(requests);
    }
}
